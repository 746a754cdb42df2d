"""Check channels.yaml: each channel has one rule, and asks for what can be asked for."""

from collections.abc import Iterable, Iterator
from itertools import product

from domain.planning.channels import NEEDS
from domain.policy.model import ChannelRule
from domain.policy.part_rules import PartKind, PartRule
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import Path, PolicyFinding, no_such, repeated
from domain.vocabulary import Channel, Tier, Urgency


def channels(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Yield findings of channels.yaml."""
    rules = draft.channels
    if rules is None:
        return
    yield from repeated("channels", ("channels",), [str(r.channel) for r in rules], "channel")
    named = {rule.channel for rule in rules}
    for channel in Channel:
        if channel not in named:
            reason = f"no rule for channel {channel}; add it"
            yield PolicyFinding("channels", ("channels",), reason)
    for index, rule in enumerate(rules):
        path: Path = ("channels", index)
        for number, need in enumerate(rule.needs):
            if need not in NEEDS:
                reason = no_such("field", need, NEEDS)
                yield PolicyFinding("channels", (*path, "needs", number), reason)
        yield from _categories(path, rule, draft)
        yield from _recheck(path, rule, draft.parts)


def _categories(path: Path, rule: ChannelRule, draft: PolicyDraft) -> Iterator[PolicyFinding]:
    if draft.categories is None:
        return
    known = draft.category_names
    if rule.category is not None and rule.category not in known:
        reason = known.no_such(rule.category)
        yield PolicyFinding("channels", (*path, "category"), reason)
    groups = {category.group for category in draft.categories}
    for number, category in enumerate(rule.recheck_only):
        if category not in known and category not in groups:
            reason = known.no_such(category)
            yield PolicyFinding("channels", (*path, "recheck_only", number), reason)


def _recheck(
    path: Path, rule: ChannelRule, parts: tuple[PartRule, ...] | None
) -> Iterator[PolicyFinding]:
    """A rule with `recheck` also has `confirm`, and parts.yaml allows a recheck."""
    if rule.recheck is None:
        if rule.recheck_only:
            reason = "says what is looked at again, but not when; add recheck, or remove it"
            yield PolicyFinding("channels", (*path, "recheck_only"), reason)
        return
    place = (*path, "recheck")
    if not rule.confirm:
        reason = "what is still there a person has to confirm; say confirm: true"
        yield PolicyFinding("channels", place, reason)
    if (where := _barred(parts or ())) is not None:
        reason = f"parts.yaml allows no recheck in {where}; give it a limit of 1 there"
        yield PolicyFinding("channels", place, reason)


def _barred(parts: Iterable[PartRule]) -> str | None:
    """Return a tier and an urgency without rechecks; critical cases never have any."""
    rules = [rule for rule in parts if rule.kind is PartKind.RECHECK]
    for tier, urgency in product(Tier, [each for each in Urgency if each is not Urgency.CRITICAL]):
        fits = (r for r in rules if tier in r.tiers and urgency in r.urgencies)
        first = next(fits, None)
        if first is not None and not first.limit:
            return f"tier {tier} at urgency {urgency}"
    return None
