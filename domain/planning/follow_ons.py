"""Plan the case that another one leads to (后续案件): stopped first, then taken down."""

from dataclasses import replace
from datetime import datetime

from domain.complaints import Arrival, Complaint, case_id_of
from domain.planning.grids import in_grid, located_again, placed
from domain.planning.planner import decided
from domain.planning.plans import CasePlan, Choice, Similar
from domain.policy.model import Policy


def follow_on_id(complaint: Complaint, category: str) -> str:
    """Return the number of the case that a complaint leads to: always the same one."""
    return case_id_of(complaint.tenant, complaint.source, _event_id(complaint, category))


def _event_id(complaint: Complaint, category: str) -> str:
    # No source can send an event with this id: a line break is in none.
    return f"{complaint.event_id}\n{category}"


def plan_follow_on(policy: Policy, old: CasePlan, category: str, at: datetime) -> CasePlan:
    """Return the plan of the case that `old` leads to, by the policy of today.

    It is about the same place, and for the same reporter and superior: both cases keep what was
    promised. Its tier, unit and clocks are those of its own category, from now on.
    """
    about = replace(
        old.complaint,
        event_id=_event_id(old.complaint, category),
        reported_at=at,
        category=category,
        standard=None,
        urgency=None,
        standing=Arrival(),
    )
    located = located_again(policy, old)
    new = decided(policy, placed(about, located), flags=old.flags)
    new = in_grid(new, about, located)
    why = f"{old.case_id} leads to it"
    return replace(
        new,
        choices=(Choice("category", category, why), *new.choices),
        similar=(Similar(old.case_id, 100, why),),
        flags=old.flags,
        origin=old.case_id,
    )
