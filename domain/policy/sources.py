"""Which source may say what: a source claims only the channels and roles that its town gave it.

A *source* is the CloudEvents attribute of whoever publishes. Without any rule every one is taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.vocabulary import Channel, Role

WHOLE = "/*"
"""At the end of a rule's source: it and everything below it."""

_ASK = "ask the operators to list it in sources.yaml"


@dataclass(frozen=True, slots=True)
class ActingRule:
    """In which roles a source may act on cases. `units`: for these alone; () is for any."""

    roles: tuple[Role, ...]
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceRule:
    """What one source, or all that begin alike (`https://12345.example/*`), may say.

    () and None: it files nothing, it acts on nothing.
    """

    source: str
    channels: tuple[Channel, ...] = ()
    commands: ActingRule | None = None


def rule_of(rules: Sequence[SourceRule], source: str) -> SourceRule | None:
    """The rule that names the source itself; else the longest of those that it begins like."""
    fitting = (rule for rule in rules if _covers(rule.source, source))
    return max(fitting, key=lambda rule: (rule.source == source, len(rule.source)), default=None)


def why_not_heard(rules: Sequence[SourceRule], source: str) -> str:
    """Why nothing is taken from the source; empty when something is."""
    if not rules or rule_of(rules, source) is not None:
        return ""
    return f"source: this tenant takes nothing from it; check its spelling, or {_ASK}"


def why_not_filed(rules: Sequence[SourceRule], source: str, channel: Channel) -> str:
    """Why the source may not file what came by this channel; empty when it may."""
    rule = rule_of(rules, source)
    if rule is None or channel in rule.channels:
        return why_not_heard(rules, source)
    return (
        f"data.channel: this source may not claim {channel}, but {_listed(rule.channels)}; "
        f"correct the channel or the source, or {_ASK}"
    )


def why_not_acting(rules: Sequence[SourceRule], source: str, role: Role, unit: str | None) -> str:
    """Why the source may not act on cases in this role, for this unit; empty when it may."""
    rule = rule_of(rules, source)
    if rule is None:
        return why_not_heard(rules, source)
    acting = rule.commands
    if acting is None:
        return f"source: it may not act on cases; {_ASK}, under commands"
    if role not in acting.roles:
        return (
            f"data.actor.role: this source may not act as {role}, but as {_listed(acting.roles)}; "
            f"correct the role or the source, or {_ASK}"
        )
    if acting.units and unit not in acting.units:
        said = "this source may not act for it" if unit else "is missing; this source must say one"
        return (
            f"data.actor.unit: {said}: it may act for {_listed(acting.units)}; "
            f"correct the unit or the source, or {_ASK}"
        )
    return ""


def remarks(rules: Sequence[SourceRule]) -> Iterator[str]:
    """What a town may want to know of its own rules, though nothing is wrong with it."""
    if not rules:
        yield (
            "no sources.yaml: whoever may write on the topics may claim every channel and every "
            "role; list the sources to prevent it"
        )
        return
    used = {channel for rule in rules for channel in rule.channels}
    for channel in Channel:
        if channel not in used:
            yield f"sources.yaml: no source may claim channel {channel}; nothing comes by it"


def _covers(written: str, source: str) -> bool:
    if not written.endswith(WHOLE):
        return written == source
    whole = written.removesuffix(WHOLE)
    return source == whole or source.startswith(f"{whole}/")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing at all"
