"""The steps of a unit that loses the case: if it gets the case back, they are due when they were.

No return, raise, ruling or silence lets `sign` or `first` begin again from full (rules 3).
"""

from dataclasses import replace
from datetime import datetime

from domain.case.clocks import go_on, put, start
from domain.case.state import Case
from domain.sla.case_clocks import SAFE, STEPS_ON_DISPATCH
from domain.sla.clocks import Cause, Clock


def put_aside(case: Case, at: datetime) -> Case:
    """Keep the running steps of the unit whose time runs, before something stops them."""
    unit = case.timed
    running = [each for each in case.clocks if each.id in STEPS_ON_DISPATCH and each.is_running]
    if unit is None or not running or not case.plan.follows(3):
        return case
    others = (pair for pair in case.earlier_steps if pair[0] != unit)
    kept = ((unit, _waiting(each, at)) for each in running)
    return replace(case, earlier_steps=(*others, *kept))


def begin(case: Case, unit: str, at: datetime, *, keeps: bool) -> Case:
    """Start the steps of a unit that gets the case; with `keeps`, what it has left to do goes on,
    and the time in which others had the case does not count.
    """
    had = {clock.id: clock for of, clock in case.earlier_steps if of == unit and keeps}
    others = tuple(pair for pair in case.earlier_steps if pair[0] != unit)
    case = replace(case, earlier_steps=others)
    for id_ in STEPS_ON_DISPATCH:
        kept = had.get(id_) or (_of_danger(case) if id_ == SAFE else None)
        case = start(case, id_, at) if kept is None else go_on(put(case, kept, at), id_, at)
    return case


def _of_danger(case: Case) -> Clock | None:
    """Return the time to make a danger safe that the unit before had left, for the next one: the
    danger is as old as before. None where it was missed: the next unit begins, and is watched.
    """
    left = [clock for _, clock in case.earlier_steps if clock.id == SAFE]
    return left[-1] if left and not left[-1].missed else None


def _waiting(clock: Clock, at: datetime) -> Clock:
    """Return the clock as it waits for its unit; it hears of no other end of a pause."""
    for cause in frozenset(Cause) - {Cause.RETURNED}:
        clock = clock.resumed(cause, at)
    return clock.paused(Cause.RETURNED, at)
