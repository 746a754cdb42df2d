"""Merge a report into the open case of the same source, category and spot, by a channel's rule.

A camera that sees the same thing again makes no second case. This is an exact rule, unlike the
scored judgement of domain/matching/similarity.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.complaints import Complaint
from domain.matching.spots import spot_of
from domain.planning.plans import CasePlan
from domain.planning.standards import class_of, classes_like
from domain.planning.strictness import units_limit
from domain.policy.model import ChannelRule, Policy
from domain.vocabulary import HELD_STAGES, Stage, Urgency

UNSOLVED = HELD_STAGES | {Stage.RECEIVED, Stage.TRIAGED}
"""Stages of a case that a report may be merged into.

After the holder reported a result, the same sight is a new matter. A merged case is not among them,
so a chain of merges cannot grow.
"""
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DedupeKey:
    """What two reports of the same matter have in common. `spot`: domain/matching/spots.py.

    `category` is a group where the rule of the channel compares groups.
    """

    tenant: str
    source: str
    category: str
    spot: str


@dataclass(frozen=True, slots=True)
class DedupeQuery:
    """Which unsolved case with this key came after `since`? `case_id` itself is not meant.

    `categories`: those that count as the same; none: that of the key.
    """

    key: DedupeKey
    since: datetime
    case_id: str
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnsolvedCase:
    """The open case that a report may be merged into.

    `plan`: None where another batch began it: then the case itself compares its limit with that of
    what joins it (domain/case/merging/decide.py).
    """

    case_id: str
    urgency: Urgency
    plan: CasePlan | None = None


def dedupe_query(policy: Policy, complaint: Complaint, now: datetime) -> DedupeQuery | None:
    """Return what to look for; None if the complaint is not deduplicated.

    That is so if its channel has no such rule, or if the complaint lacks spot or category. Nor is a
    superior's order, because each order needs its own answer, nor what was settled on arrival.
    """
    rule, spot = policy.channel(complaint.channel), spot_of(complaint.place)
    own = complaint.superior is not None or complaint.standing.result is not None
    if rule is None or rule.dedupe is None or spot is None or own:
        return None
    category = class_of(policy, complaint) or rule.category
    if category is None:
        return None
    row = policy.category(category)
    group = row.group if row is not None and rule.by_group else None
    alike = classes_like(policy, category, by_group=True) if group else ()
    key = DedupeKey(complaint.tenant, complaint.source, group or category, spot)
    return DedupeQuery(key, now - rule.dedupe, complaint.case_id, alike)


def deduplicated(
    asked: Sequence[tuple[Policy, DedupeQuery, CasePlan]],
    found: Mapping[DedupeQuery, UnsolvedCase | None],
) -> list[CasePlan]:
    """Return the plans in the order of arrival, the later ones of a key merged into the first.

    `found` has the unsolved case of each query, or None. A complaint that is more urgent than the
    case before it, or whose unit has less time, is not merged, and those after it are merged into
    it.
    """
    leaders: dict[DedupeKey, UnsolvedCase] = {}
    decided: list[CasePlan] = []
    for policy, query, plan in asked:
        rule = policy.channel(plan.complaint.channel)
        earlier = leaders.get(query.key) or found.get(query)
        if rule is None or earlier is None or not _follows(plan, earlier):
            leaders[query.key] = UnsolvedCase(plan.case_id, plan.urgency, plan)
            decided.append(plan)
        else:
            decided.append(_into(plan, rule, earlier))
    return decided


def _follows(plan: CasePlan, earlier: UnsolvedCase) -> bool:
    more_urgent = plan.urgency.rank < earlier.urgency.rank
    limit = units_limit(plan, plan.tier)
    theirs = units_limit(earlier.plan, plan.tier) if earlier.plan is not None else None
    less_time = limit is not None and limit.shorter_than(theirs)
    return earlier.case_id != plan.case_id and not (more_urgent or less_time)


def _into(plan: CasePlan, rule: ChannelRule, earlier: UnsolvedCase) -> CasePlan:
    within = rule.dedupe or timedelta(0)
    said = f"{within // _HOUR}h" if not within % _HOUR else f"{within // _MINUTE}min"
    what = "group" if rule.by_group else "category"
    reason = f"channel {rule.channel}: the same source, spot and {what} within {said}"
    return replace(plan, into=earlier.case_id, into_reason=reason)
