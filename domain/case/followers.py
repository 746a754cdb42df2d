"""The cases that follow this one: what it promises with them, and how they leave it."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial

from domain.case.clocks import cap, change
from domain.case.state import Case, JoinedDue
from domain.sla.case_clocks import CITIZEN, FIRST_STEPS, HOLDER, SAFE
from domain.sla.clocks import Cause, Clock, Due, due

_OF_UNIT = (*FIRST_STEPS, SAFE, HOLDER)
"""What a unit does with a case, and the citizen waits for, whichever case it is done in."""

Dues = tuple[tuple[str, datetime], ...]
"""When clocks are due, by id."""


def promise(case: Case) -> Case:
    """Return the case with the promise to its citizen no later than those of its followers."""
    return change(case, CITIZEN, lambda clock: replace(clock, cap=cap(case, CITIZEN)))


def own_promise(case: Case) -> Due | None:
    """Return when the case's own promise to its citizen is due, whatever cases have joined."""
    clock = case.clock(CITIZEN)
    return None if clock is None else without_followers(case, clock)


def without_followers(case: Case, clock: Clock) -> Due | None:
    """Return when a clock would be due if no case had joined this one."""
    alone = replace(case, joined=(), joined_dues=())
    return due(replace(clock, cap=cap(alone, clock.id)), case.plan.calendar)


def dues_of(case: Case) -> Dues:
    """Return when the clocks of its unit would be due in a case that has just merged."""
    clocks = (clock for clock in case.clocks if clock.id in _OF_UNIT and clock.is_running)
    moments = ((c.id, due(c.without(Cause.MERGED), case.plan.calendar)) for c in clocks)
    return tuple((id_, moment.at) for id_, moment in moments if moment is not None)


def sooner(case: Case, dues: Dues, now: datetime) -> Dues:
    """Return those that end a clock of this case earlier: what is past is none of its own.

    Where no unit has this case yet, they hold for the unit that had the other.
    """
    if not case.plan.follows(3):
        return ()
    return tuple(each for each in dues if each[1] >= now and _is_sooner(case, *each))


def _is_sooner(case: Case, id_: str, due_at: datetime) -> bool:
    clock = case.clock(id_)
    if clock is None or not clock.is_running:
        return id_ in _OF_UNIT and case.holder is None
    own = due(clock, case.plan.calendar)
    return id_ in _OF_UNIT and (own is None or due_at < own.at)


def limited(case: Case, other: str, dues: Dues, unit: str | None) -> Case:
    """Return the case whose clocks end no later than those of a case that has joined."""
    for id_, due_at in dues:
        clock = case.clock(id_)
        held = case.holder if clock is not None and clock.is_running else unit
        more = JoinedDue(other, id_, due_at, held)
        case = replace(case, joined_dues=(*case.joined_dues, more))
        if held == case.holder:
            case = change(case, id_, partial(_no_later, at=due_at))
    return case


def _no_later(clock: Clock, at: datetime) -> Clock:
    running = clock.is_running
    return replace(clock, cap=at if clock.cap is None else min(clock.cap, at)) if running else clock


def _capped(clock: Clock, at: datetime | None) -> Clock:
    return replace(clock, cap=at)


def without(case: Case, gone: Collection[str]) -> Case:
    """Return the case that these do not follow any more."""
    case = without_dues(case, (due for due in case.joined_dues if due.case in gone))
    return replace(
        case,
        joined=tuple(each for each in case.joined if each[0] not in gone),
        gathered=tuple(each for each in case.gathered if each not in gone),
    )


def without_dues(case: Case, gone: Iterable[JoinedDue]) -> Case:
    """Return the case whose clocks these end no more."""
    lost = (*gone,)
    case = replace(case, joined_dues=tuple(due for due in case.joined_dues if due not in lost))
    for each in lost:
        clock = case.clock(each.clock)
        if clock is not None and clock.cap == each.due_at:
            own = cap(case, clock.id, clock.started_at)
            case = change(case, clock.id, partial(_capped, at=own))
    return case


def capped_by(case: Case, clock: Clock) -> str | None:
    """Return the case that follows this one and whose limit the cap of a clock is; else None."""
    if clock.id == CITIZEN:
        return next((other for other, due_at in case.joined if due_at == clock.cap), None)
    dues = (due for due in case.joined_dues if due.clock == clock.id and due.due_at == clock.cap)
    return next((due.case for due in dues), None)
