"""Merge a report into the open case of the same source, category and spot, by a channel's rule.

A camera that sees the same thing again makes no second case. This is an exact rule, unlike the
scored judgement of domain/matching/similarity.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.complaints import Complaint
from domain.matching.spots import spot_of
from domain.planning.channels import category_of
from domain.planning.plans import CasePlan
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
    """What two reports of the same matter have in common. `spot`: domain/matching/spots.py."""

    tenant: str
    source: str
    category: str
    spot: str


@dataclass(frozen=True, slots=True)
class DedupeQuery:
    """Which unsolved case with this key came after `since`? `case_id` itself is not meant."""

    key: DedupeKey
    since: datetime
    case_id: str


@dataclass(frozen=True, slots=True)
class UnsolvedCase:
    """The open case that a report may be merged into."""

    case_id: str
    urgency: Urgency


def dedupe_query(policy: Policy, complaint: Complaint, now: datetime) -> DedupeQuery | None:
    """Return what to look for; None if the complaint is not deduplicated.

    That is so if its channel has no such rule, or if the complaint lacks spot or category. Nor is a
    superior's order, because each order needs its own answer, nor what was settled on arrival.
    """
    rule, spot = policy.channel(complaint.channel), spot_of(complaint.place)
    own = complaint.superior is not None or complaint.standing.result is not None
    if rule is None or rule.dedupe is None or spot is None or own:
        return None
    category = category_of(rule, complaint)
    if category is None:
        return None
    key = DedupeKey(complaint.tenant, complaint.source, category, spot)
    return DedupeQuery(key, now - rule.dedupe, complaint.case_id)


def deduplicated(
    asked: Sequence[tuple[Policy, DedupeQuery, CasePlan]],
    found: Mapping[DedupeQuery, UnsolvedCase | None],
) -> list[CasePlan]:
    """Return the plans in the order of arrival, the later ones of a key merged into the first.

    `found` has the unsolved case of each query, or None. A complaint that is more urgent than the
    case before it is not merged, and those after it are merged into it.
    """
    leaders: dict[DedupeKey, UnsolvedCase] = {}
    decided: list[CasePlan] = []
    for policy, query, plan in asked:
        rule = policy.channel(plan.complaint.channel)
        earlier = leaders.get(query.key) or found.get(query)
        if rule is None or earlier is None or not _follows(plan, earlier):
            leaders[query.key] = UnsolvedCase(plan.case_id, plan.urgency)
            decided.append(plan)
        else:
            decided.append(_into(plan, rule, earlier))
    return decided


def _follows(plan: CasePlan, earlier: UnsolvedCase) -> bool:
    more_urgent = plan.urgency.rank < earlier.urgency.rank
    return earlier.case_id != plan.case_id and not more_urgent


def _into(plan: CasePlan, rule: ChannelRule, earlier: UnsolvedCase) -> CasePlan:
    within = rule.dedupe or timedelta(0)
    said = f"{within // _HOUR}h" if not within % _HOUR else f"{within // _MINUTE}min"
    reason = f"channel {rule.channel}: the same source, spot and category within {said}"
    return replace(plan, into=earlier.case_id, into_reason=reason)
