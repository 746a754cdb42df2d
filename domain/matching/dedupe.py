"""The same source sees the same thing again, while its case is open: no second piece of work.

Not a resemblance that is judged (domain/matching/similarity.py): same source, category and spot, by
rule.
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
"""What is seen after the holder said that it is done, is seen again; nor do we follow followers."""
_HOUR, _MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class DedupeKey:
    tenant: str
    source: str
    category: str
    spot: str


@dataclass(frozen=True, slots=True)
class DedupeQuery:
    """Which case of the sighting is unsolved, and came since? Not the case itself."""

    key: DedupeKey
    since: datetime
    case_id: str


@dataclass(frozen=True, slots=True)
class UnsolvedCase:
    case_id: str
    urgency: Urgency


def dedupe_query(policy: Policy, complaint: Complaint, now: datetime) -> DedupeQuery | None:
    """None where the channel does not ask, or the complaint says too little to be the same.

    A superior waits for an answer to each order of its own; what is settled already is no work.
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
    sightings: Sequence[tuple[Policy, DedupeQuery, CasePlan]],
    found: Mapping[DedupeQuery, UnsolvedCase | None],
) -> list[CasePlan]:
    """The plans, in the order in which their complaints came: the first of a sighting leads.

    Whatever is more urgent than the case before it goes its own way, and leads from then on.
    """
    leaders: dict[DedupeKey, UnsolvedCase] = {}
    decided: list[CasePlan] = []
    for policy, asked, plan in sightings:
        rule = policy.channel(plan.complaint.channel)
        earlier = leaders.get(asked.key) or found.get(asked)
        if rule is None or earlier is None or not _follows(plan, earlier):
            leaders[asked.key] = UnsolvedCase(plan.case_id, plan.urgency)
            decided.append(plan)
        else:
            decided.append(_into(plan, rule, earlier))
    return decided


def _follows(plan: CasePlan, earlier: UnsolvedCase) -> bool:
    degrees = tuple(Urgency)
    more_urgent = degrees.index(plan.urgency) < degrees.index(earlier.urgency)
    return earlier.case_id != plan.case_id and not more_urgent


def _into(plan: CasePlan, rule: ChannelRule, earlier: UnsolvedCase) -> CasePlan:
    within = rule.dedupe or timedelta(0)
    said = f"{within // _HOUR}h" if not within % _HOUR else f"{within // _MINUTE}min"
    reason = f"channel {rule.channel}: the same source, spot and category within {said}"
    return replace(plan, into=earlier.case_id, into_reason=reason)
