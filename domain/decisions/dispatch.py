"""Hand-offs: to a unit, and back to the platform."""

from datetime import timedelta

from domain.case import Case
from domain.commands import Dispatch, Return
from domain.decisions.draft import Draft, Refused
from domain.events import Dispatched, Refusal, Returned


def dispatch(draft: Draft, act: Dispatch) -> None:
    known = draft.command.lookup.units
    if act.unit not in known:
        choices = ", ".join(known) or "none is known"
        raise Refused(Refusal.UNKNOWN_UNIT, f"no unit {act.unit}; units are: {choices}")
    draft.add(Dispatched(unit=act.unit, designated=act.designated, reason=act.reason))


def return_case(draft: Draft, act: Return) -> None:
    """The first return goes back to the platform, whose decision is the next dispatch."""
    case = draft.case
    if case.designated:
        raise Refused(
            Refusal.DESIGNATED, "the unit was designated; a designated unit cannot return"
        )
    if case.returns:
        raise Refused(Refusal.RETURN_EXHAUSTED, "returned once already; ask for a ruling")
    if case.signed_at is not None and _working_time_since_signing(draft) > case.plan.return_window:
        raise Refused(Refusal.RETURN_TOO_LATE, "signed for too long ago to be returned")
    draft.add(Returned(unit=_holder(case), reason=act.reason, suggested_unit=act.suggested_unit))


def _working_time_since_signing(draft: Draft) -> timedelta:
    case = draft.case
    return case.plan.calendar.elapsed(case.signed_at or draft.now, draft.now)


def _holder(case: Case) -> str:
    if case.holder is None:
        raise ValueError(f"{case.case_id}: held stages have a holder")
    return case.holder
