"""Which source may send what: the channels it may report by, and the roles it may act in.

A *source* is the CloudEvents attribute of the publisher. A tenant without rules takes every source.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from domain.characters import UNSEEN
from domain.vocabulary import Channel, Role

WHOLE = "/*"
"""A rule whose source ends so holds for that source and everything below it."""

ANY = "*"
"""A name of `vouches_for` that ends so means every name with this beginning."""

_SEPARATORS, _HIDDEN = re.compile(r"[/\\]"), re.compile(f"[{UNSEEN}]")
_ASK = "ask the operators to list it in sources.yaml"


@dataclass(frozen=True, slots=True)
class ActingRule:
    """In which roles a source may act on cases, and for which units; () means any unit.

    `vouches_for`: names of its own people and systems, who are not in the roster; `seat-*` means
    every name that begins so. People of the roster have the roles that the roster gives them.
    """

    roles: tuple[Role, ...]
    units: tuple[str, ...] = ()
    vouches_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceRule:
    """What one source, or all with a common beginning (`https://12345.example/*`), may send.

    Without `channels` it may not file complaints; without `commands` it may not act on cases.
    """

    source: str
    channels: tuple[Channel, ...] = ()
    commands: ActingRule | None = None


def rule_of(rules: Sequence[SourceRule], source: str) -> SourceRule | None:
    """Return the rule that names the source itself, else the longest that covers it, else None."""
    named = closest((rule.source for rule in rules), source)
    return next((rule for rule in rules if rule.source == named), None)


def closest(written: Iterable[str], source: str) -> str | None:
    """Return the entry that is the source itself, else the longest that covers it, else None."""
    fitting = (each for each in written if _covers(each, source))
    return max(fitting, key=lambda each: (each == source, len(each)), default=None)


def why_not_heard(rules: Sequence[SourceRule], source: str) -> str:
    """Return why nothing is taken from the source; empty if something may be."""
    if not rules or rule_of(rules, source) is not None:
        return ""
    return f"source: this tenant takes nothing from it; check its spelling, or {_ASK}"


def why_not_filed(rules: Sequence[SourceRule], source: str, channel: Channel) -> str:
    """Return why the source may not file by this channel; empty if it may."""
    rule = rule_of(rules, source)
    if rule is None or channel in rule.channels:
        return why_not_heard(rules, source)
    return (
        f"data.channel: this source may not claim {channel}, but {_listed(rule.channels)}; "
        f"correct the channel or the source, or {_ASK}"
    )


def vouches_for(rules: Sequence[SourceRule], source: str, name: str) -> bool:
    """Return True if the source may act under this name, which is none of the roster.

    A source that may act at all may do so under its own name. Without rules no source may.
    """
    rule = rule_of(rules, source)
    acting = rule.commands if rule else None
    if acting is None:
        return False
    return name == source or any(names(each, name) for each in acting.vouches_for)


def names(written: str, name: str) -> bool:
    """Return True if an entry of `vouches_for` means this name; `seat-*` only plain names."""
    if written.endswith(ANY):
        return name.startswith(written.removesuffix(ANY)) and is_plain(name)
    return name == written


def is_plain(name: str) -> bool:
    """Return True if people see all of the name: a wildcard takes no other.

    Spaces within it are plain; at its ends, as all other white space, they are not.
    """
    seen = name.isprintable() and _HIDDEN.search(name.replace(" ", "")) is None
    return seen and name == name.strip() and ANY not in name


def leads_elsewhere(path: str) -> bool:
    """Return True if a path has an empty, `.` or `..` segment before its end, escaped or not.

    Readers of a URI may resolve these, so it can name what is not below its beginning.
    """
    path = re.split("[?#]", path, maxsplit=1)[0]
    while (plain := unquote(path)) != path:
        path = plain
    *before, last = _SEPARATORS.split(path)
    return last in {".", ".."} or any(each in {"", ".", ".."} for each in before)


def why_not_acting(rules: Sequence[SourceRule], source: str, role: Role, unit: str | None) -> str:
    """Return why the source may not act in this role for this unit; empty if it may."""
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
    """Yield remarks on valid rules: what the operators may not have intended."""
    if not rules:
        yield (
            "no sources.yaml: whoever may write on the topics may claim every channel, and act for "
            "every person of the roster; list the sources to prevent it"
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
    below = source.removeprefix(f"{whole}/")
    return source == whole or (below != source and not leads_elsewhere(below))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "nothing at all"
