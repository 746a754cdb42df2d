"""The holder changes, and with it the clocks of the handling."""

from dataclasses import replace

from domain.case.clocks import change, start, stop
from domain.case.dispatch.facts import Dispatched, Returned
from domain.case.events import Event
from domain.case.state import Case, Moves, Outline, PositionChange, Steps
from domain.sla.case_clocks import ACCEPT, HOLDER, HOLDER_STEPS, STEPS_ON_DISPATCH
from domain.sla.clocks import Cause
from domain.vocabulary import Stage


def dispatched(case: Case, fact: Dispatched, event: Event) -> Case:
    at = event.at
    comes_back = case.returned_by == fact.unit
    case = replace(
        case,
        had=tuple(dict.fromkeys((*case.had, fact.unit))),
        # A unit that gets its own return back has been ruled to keep it.
        designated=fact.designated or comes_back,
        rehandled=False,
        returned_by=None,
        signed_at=None,
        resolved_by=None,
    )
    case = stop(case, ACCEPT, *HOLDER_STEPS, at=at)
    for step in STEPS_ON_DISPATCH:
        case = start(case, step, at)
    if comes_back:
        return change(case, HOLDER, lambda clock: clock.resumed(Cause.RETURNED, at))
    return start(case, HOLDER, at)


def returned(case: Case, fact: Returned, event: Event) -> Case:
    case = replace(case, returned_by=fact.unit, signed_at=None)
    case = stop(case, *HOLDER_STEPS, at=event.at)
    case = change(case, HOLDER, lambda clock: clock.paused(Cause.RETURNED, event.at))
    return start(case, ACCEPT, event.at)


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
