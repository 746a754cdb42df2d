"""The holder changes, and with it the clocks of the handling."""

from dataclasses import replace
from datetime import datetime

from domain.case.clocks import change, go_on, put, start, stop, to_platform
from domain.case.dispatch.facts import Dispatched, Returned
from domain.case.events import Event
from domain.case.kept_steps import begin, put_aside
from domain.case.state import Case, Moves, Outline, PositionChange, Steps
from domain.sla.case_clocks import (
    APPOINT,
    BY_PLATFORM,
    HOLDER,
    HOLDER_STEPS,
    STEPS_ON_DISPATCH,
)
from domain.sla.clocks import Cause, Clock
from domain.vocabulary import Stage


def dispatched(case: Case, fact: Dispatched, event: Event) -> Case:
    at = event.at
    comes_back = case.returned_by == fact.unit
    case = replace(
        case,
        dispatched_at=case.dispatched_at or at,
        had=tuple(dict.fromkeys((*case.had, fact.unit))),
        # A unit that gets its own return back has been ruled to keep it.
        designated=fact.designated or comes_back,
        rehandled=fact.again is True,
        returned_by=None,
        signed_at=None,
        signed_first=case.signed_first if case.timed == fact.unit else None,
        resolved_by=None,
        in_vain=(),
        holder_kind=fact.unit_kind,
    )
    if not (fact.goes_on or comes_back):
        case = replace(case, done_by=None)
    case, earlier = _change_of_clocks(put_aside(case, at), fact.unit, at)
    case = stop(case, *BY_PLATFORM, *HOLDER_STEPS, at=at)
    appointing = case.clock(APPOINT)
    if case.supervision is None and (appointing is None or not appointing.is_running):
        case = start(case, APPOINT, at)
    goes_on = fact.goes_on is True
    if goes_on and earlier is None and not case.plan.follows(3):
        # In another tier: what the unit has not done yet is due when it was due.
        for id_ in STEPS_ON_DISPATCH:
            case = go_on(case, id_, at)
    else:
        case = begin(case, fact.unit, at, keeps=goes_on or comes_back)
    if goes_on:
        return go_on(case if earlier is None else put(case, earlier, at), HOLDER, at)
    if comes_back:
        return change(case, HOLDER, lambda clock: clock.resumed(Cause.RETURNED, at))
    return start(case, HOLDER, at)


def _change_of_clocks(case: Case, unit: str, at: datetime) -> tuple[Case, Clock | None]:
    """Return the case, and the clock that the unit had when it last held the case.

    The clock of the unit that has lost the case is put aside: it may come back.
    """
    clocks = dict(case.earlier_clocks)
    clock, timed = case.clock(HOLDER), case.timed
    if clock is not None and timed is not None and timed != unit:
        aside = replace(clock, stopped_at=None).paused(Cause.RETURNED, at)
        # Put aside, it hears of no other end; where the case rests when it comes back, so does it.
        for cause in frozenset(Cause) - {Cause.RETURNED}:
            aside = aside.resumed(cause, at)
        clocks[timed] = aside
    earlier = clocks.pop(unit, None)
    return replace(case, earlier_clocks=tuple(clocks.items()), timed=unit), earlier


def returned(case: Case, fact: Returned, event: Event) -> Case:
    case = put_aside(replace(case, returned_by=fact.unit, signed_at=None), event.at)
    case = stop(case, *HOLDER_STEPS, at=event.at)
    case = change(case, HOLDER, lambda clock: clock.paused(Cause.RETURNED, event.at))
    return to_platform(case, event.at)


def where_dispatched(at: Case | Outline, fact: Dispatched) -> PositionChange:
    return PositionChange(stage=Stage.DISPATCHED, holder=fact.unit)


def where_returned(at: Case | Outline, fact: Returned) -> PositionChange:
    return PositionChange(stage=Stage.TRIAGED, holder=None)


MOVES: Moves = {
    Dispatched: where_dispatched,
    Returned: where_returned,
}

STEPS: Steps = {
    Dispatched: dispatched,
    Returned: returned,
}
