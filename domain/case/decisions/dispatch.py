"""Hand-offs: to a unit, and back to the platform."""

from datetime import timedelta

from domain.case.acts.plain import Dispatch, Return
from domain.case.decisions.draft import Draft, Refused
from domain.case.decisions.handoffs import hand_to
from domain.case.decisions.parts import may_lead, open_part
from domain.case.refusals import Refusal
from domain.policy.part_rules import PartKind


def dispatch(draft: Draft, act: Dispatch) -> None:
    """Not to a unit that only helps: departments' work is not dumped on villages."""
    may_lead(draft, act.unit)
    hand_to(draft, act.unit, designated=act.designated, reason=act.reason)


def return_case(draft: Draft, act: Return) -> None:
    """The first is a request to the platform; the second forces a ruling; there is no third."""
    case = draft.case
    if case.designated:
        raise Refused(
            Refusal.DESIGNATED,
            "the unit was designated; a designated unit cannot return, but may ask_tier",
        )
    if waiting := case.open_parts(PartKind.RETURN, PartKind.RULING):
        raise Refused(Refusal.ALREADY_ASKED, f"{waiting[0].id} is still waiting for its answer")
    if case.rehandled:
        raise Refused(
            Refusal.RETURN_TOO_LATE,
            "the unit has handled the case before, so it is theirs; ask_tier instead",
        )
    if case.signed_at is not None and _working_time_since_signing(draft) > case.plan.return_window:
        raise Refused(
            Refusal.RETURN_TOO_LATE,
            "signed for too long ago to be returned; give_task or ask_tier instead",
        )
    if case.returns > 1:
        raise Refused(Refusal.RETURN_EXHAUSTED, "returned twice already; the ruling stands")
    open_part(draft, PartKind.RULING if case.returns else PartKind.RETURN, act)


def _working_time_since_signing(draft: Draft) -> timedelta:
    case = draft.case
    return case.plan.calendar.elapsed(case.signed_at or draft.now, draft.now)
