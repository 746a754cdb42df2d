"""Parts of a policy: can each be opened where it is needed, answered, escalated and ended?"""

from collections.abc import Iterator
from itertools import product

from domain.case.part_types import PART_TYPES
from domain.case.permissions import PERMISSIONS
from domain.policy.part_rules import Default, PartKind, PartRule
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import Path, PolicyFinding, no_such
from domain.vocabulary import DECIDERS, REGULAR, Tier, Urgency, decides_below

MOST = 50
"""Of one kind in one case: its journal and its workflow have to carry them."""
_ASKED_BY_UNITS = frozenset(kind for kind, may in PERMISSIONS.items() if may.roles == REGULAR)
"""The commands that regular officers of a unit alone give."""
_Fits = tuple[frozenset[Tier], frozenset[Urgency]]


def opened_in(kind: PartKind) -> frozenset[Tier]:
    """The tiers in which a part of the kind can be opened."""
    command = PART_TYPES[kind].opened_by
    return PERMISSIONS[command].tiers if command else frozenset(Tier)


def parts(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    rules = draft.parts
    if rules is None:
        return
    for kind in PartKind:
        if PART_TYPES[kind].in_every_policy:
            yield from _covered(kind, rules)
    earlier: dict[PartKind, dict[_Fits, None]] = {}
    for index, rule in enumerate(rules):
        path: Path = ("parts", index)
        yield from _ladder(path, rule, draft)
        yield from _limit(path, rule)
        if rule.limit:
            yield from _request(path, rule)
            yield from _by_head(path, rule)
            yield from _second(path, rule)
            yield from _times(path, rule)
        # A rule fits some tiers and urgencies, of which there are few sets, however many rules.
        fits = frozenset(rule.tiers), frozenset(rule.urgencies)
        above = earlier.setdefault(rule.kind, {})
        if any(fits[0] <= tiers and fits[1] <= urgencies for tiers, urgencies in above):
            reason = "a rule above fits all of it, so it never holds; move it up, or remove it"
            yield PolicyFinding("parts", path, reason)
        above[fits] = None


def _covered(kind: PartKind, rules: tuple[PartRule, ...]) -> Iterator[PolicyFinding]:
    """One finding a kind: where nobody said whether such a part may be opened."""
    open_in = opened_in(kind)
    for tier, urgency in product(Tier, Urgency):
        fits = (r for r in rules if r.kind is kind and tier in r.tiers and urgency in r.urgencies)
        if tier in open_in and next(fits, None) is None:
            reason = f"no rule for {kind} in tier {tier} at urgency {urgency}"
            yield PolicyFinding("parts", ("parts",), f"{reason}; add one, `limit: 0` forbids it")
            return


def _ladder(path: Path, rule: PartRule, draft: PolicyDraft) -> Iterator[PolicyFinding]:
    if draft.ladders is None:
        return
    if rule.ladder not in draft.ladder_names:
        reason = draft.ladder_names.no_such(rule.ladder)
        yield PolicyFinding("parts", (*path, "ladder"), reason)


def _limit(path: Path, rule: PartRule) -> Iterator[PolicyFinding]:
    if rule.limit > MOST:
        yield PolicyFinding(
            "parts", (*path, "limit"), f"is more than a case can carry; {MOST} at most"
        )
    if rule.limit % PART_TYPES[rule.kind].tracks:
        reason = "an inquiry has two tracks, and each is a part; say an even number"
        yield PolicyFinding("parts", (*path, "limit"), reason)


def _request(path: Path, rule: PartRule) -> Iterator[PolicyFinding]:
    if not PART_TYPES[rule.kind].request:
        for key, value in (("decider", rule.decider), ("default", rule.default)):
            if value is not None:
                reason = f"{rule.kind} is work, which nobody decides; remove {key}"
                yield PolicyFinding("parts", (*path, key), reason)
        return
    if rule.decider is None:
        reason = f"nobody decides {rule.kind}; say decider: {', '.join(DECIDERS)}"
        yield PolicyFinding("parts", path, reason)
    elif rule.decider not in DECIDERS:
        yield PolicyFinding(
            "parts", (*path, "decider"), no_such("decider", str(rule.decider), DECIDERS)
        )
    if rule.default is Default.GRANT and not PART_TYPES[rule.kind].granted_by_silence:
        reason = f"a person grants {rule.kind}, never silence; say default: refuse"
        yield PolicyFinding("parts", (*path, "default"), reason)
    if rule.default is Default.REFUSE and PART_TYPES[rule.kind].separates:
        reason = f"silence grants {rule.kind}: the citizen's case goes its way; say default: grant"
        yield PolicyFinding("parts", (*path, "default"), reason)
    if rule.default is None:
        reason = f"what holds when nobody answers {rule.kind}? say default: grant or refuse"
        yield PolicyFinding("parts", path, reason)


def _by_head(path: Path, rule: PartRule) -> Iterator[PolicyFinding]:
    row = PART_TYPES[rule.kind]
    if rule.by_head and not (row.request and row.opened_by in _ASKED_BY_UNITS):
        reason = f"no unit asks for {rule.kind}, so its head does not either; remove by_head"
        yield PolicyFinding("parts", (*path, "by_head"), reason)


def _second(path: Path, rule: PartRule) -> Iterator[PolicyFinding]:
    """A second decider answers after the first, so it is of the same rank or above."""
    here = (*path, "second")
    if rule.second is None:
        return
    if not PART_TYPES[rule.kind].by_two:
        kinds_by_two = " or ".join(kind for kind, row in PART_TYPES.items() if row.by_two)
        reason = f"only an {kinds_by_two} has a second decider; remove second"
        yield PolicyFinding("parts", here, reason)
    elif rule.second not in DECIDERS:
        yield PolicyFinding("parts", here, no_such("decider", str(rule.second), DECIDERS))
    elif rule.decider in DECIDERS and decides_below(rule.second, rule.decider):
        reason = f"ranks below the first, a {rule.decider}; exchange them"
        yield PolicyFinding("parts", here, reason)


def _times(path: Path, rule: PartRule) -> Iterator[PolicyFinding]:
    row = PART_TYPES[rule.kind]
    for key, value, needed, allowed, what in (
        ("longest", rule.longest, row.bounded, False, "how much may be asked for at the most"),
        (
            "then",
            rule.then,
            row.two_turns,
            row.appointed or bool(rule.second),
            "how long the second turn takes",
        ),
    ):
        if value is None and needed:
            yield PolicyFinding("parts", path, f"{rule.kind} needs `{key}`: {what}")
        if value is not None and not (needed or allowed):
            yield PolicyFinding("parts", (*path, key), f"means nothing for {rule.kind}; remove it")
    if rule.ahead is not None and not row.appointed:
        reason = f"means nothing for {rule.kind}, which has no appointed hour; remove it"
        yield PolicyFinding("parts", (*path, "ahead"), reason)
    elif rule.ahead is not None and rule.ahead > rule.budget:
        reason = "is longer than `budget`, in which the hour has to be found; say less"
        yield PolicyFinding("parts", (*path, "ahead"), reason)
