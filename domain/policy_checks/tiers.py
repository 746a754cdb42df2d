"""Check tiers.yaml: the rules are asked in order, and some rule always holds."""

from collections.abc import Iterator

from domain.planning.tier_rules import MOST_REPEATS, QUESTIONS, REPEATS
from domain.policy.known_by import KnownBy
from domain.policy.model import TierRule
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import Path, PolicyFinding, no_such, repeated
from domain.vocabulary import Flag

ALWAYS = "always"
COUNTED = "units_at_least"
_COUNTING = frozenset({COUNTED, REPEATS})
"""The questions that read `at_least`."""


def tiers(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Yield findings of tiers.yaml."""
    rules = draft.tier_rules
    if rules is None:
        return
    yield from repeated("tiers", ("rules",), [rule.id for rule in rules], "id")
    for index, rule in enumerate(rules):
        yield from _rule(("rules", index), rule, is_last=index == len(rules) - 1)
    yield from _flags(rules)
    repeats = [(index, rule) for index, rule in enumerate(rules) if rule.when == REPEATS]
    for index, rule in repeats[1:]:
        for name in ("within", "by_group"):
            if getattr(rule, name) != getattr(repeats[0][1], name):
                reason = f"repeats are counted once for all rules; say the same `{name}` in each"
                yield PolicyFinding("tiers", ("rules", index), reason)
    if not rules or rules[-1].when != ALWAYS:
        reason = f"no last rule with `when: {ALWAYS}`; without it some case would have no tier"
        yield PolicyFinding("tiers", ("rules",), reason)


def _rule(path: Path, rule: TierRule, *, is_last: bool) -> Iterator[PolicyFinding]:
    if rule.when not in QUESTIONS:
        yield PolicyFinding("tiers", (*path, "when"), no_such("question", rule.when, QUESTIONS))
    if rule.when == ALWAYS and not is_last:
        reason = "holds always, so no rule below it is ever asked; move it to the end"
        yield PolicyFinding("tiers", (*path, "when"), reason)
    if rule.when in _COUNTING and rule.at_least < 2:  # noqa: PLR2004
        one = "every category has one unit" if rule.when == COUNTED else "the first is no repeat"
        yield PolicyFinding("tiers", (*path, "at_least"), f"{one}; say at_least: 2 or more")
    if rule.when == REPEATS and rule.at_least > MOST_REPEATS:
        reason = f"no more than {MOST_REPEATS} are ever looked for; say at_least: {MOST_REPEATS}"
        yield PolicyFinding("tiers", (*path, "at_least"), reason)
    if rule.when not in _COUNTING and rule.at_least:
        reason = f"only `when: {COUNTED}` and `{REPEATS}` count anything; remove at_least"
        yield PolicyFinding("tiers", (*path, "at_least"), reason)
    if rule.when != REPEATS and rule.within is not None:
        reason = f"only `when: {REPEATS}` looks back; remove within"
        yield PolicyFinding("tiers", (*path, "within"), reason)


def _flags(rules: tuple[TierRule, ...]) -> Iterator[PolicyFinding]:
    """Yield what is wrong with the rules on flags: the rule would hold never, or of all."""
    counted = any(rule.when == REPEATS for rule in rules)
    for index, rule in enumerate(rules):
        path: Path = ("rules", index, "known_by")
        known_by, asks = rule.known_by, rule.when in {*Flag}
        if known_by is None:
            if asks:
                reason = (
                    f"by what a {rule.when} is known is missing, so it never holds; add known_by"
                )
                yield PolicyFinding("tiers", ("rules", index), reason)
            continue
        if not asks:
            reason = f"only `when: {' and '.join(Flag)}` are known by something; remove it"
            yield PolicyFinding("tiers", path, reason)
        if known_by == KnownBy():
            reason = "names none; add words, source, reporters, repeats or older_than"
            yield PolicyFinding("tiers", path, reason)
        yield from repeated("tiers", (*path, "words"), known_by.words)
        if known_by.repeats is not None and not counted:
            reason = f"no rule with `when: {REPEATS}` says which repeats count; add one"
            yield PolicyFinding("tiers", (*path, "repeats"), reason)
