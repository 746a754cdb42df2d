"""Each time that a clock of a case ran: when it was due, when its work was done, whose it was."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved
from domain.case.events import Event
from domain.case.parts.facts import PartState
from domain.case.state import Case
from domain.sla.calendars import Calendar
from domain.sla.case_clocks import CITIZEN, DUTIES
from domain.sla.clock_rows import Answerable
from domain.sla.clocks import Cause, Clock, due, used

AT_REST = frozenset({Cause.SUSPENDED, Cause.RETURNED, Cause.CHECKING, Cause.MERGED})
"""While a clock waits for one of these, it is not due: nothing is asked of those who answer for it.
"""


_WITHDRAWN = frozenset({"withdrawn"})
_GONE = _WITHDRAWN | {
    "returned",
    "dispatched",
    "tier_raised",
    "tier_lowered",
    "merged",
    "triaged",
    "not_accepted",
}
"""What ends the time of a unit without the work for it: the case went another way."""
_GIVEN_UP = frozenset({PartState.WAIVED, PartState.LAPSED})


@dataclass(frozen=True, slots=True)
class ClockRun:
    """One run of a clock. `kind`: its id, or the kind of the part that it belongs to.

    `units` answer for it. `row`: the row of the journal with which it began, `done_row` the one
    that stopped it or reported its work.
    `done_at`: when the work was done; None while it is not. `due_at`: None while it is at rest.
    `missed_row`: the row that says that the deadline was missed, if that counts still; `exempt`:
    it counts in no rate. `dropped`: it ended because the case went another way, so nothing was due.
    """

    clock: str
    kind: str
    units: tuple[str, ...]
    began_at: datetime
    row: int
    limit: timedelta
    used: timedelta
    due_at: datetime | None
    done_at: datetime | None = None
    done_row: int | None = None
    missed_row: int | None = None
    exempt: bool = False
    dropped: bool = False

    @property
    def missed(self) -> bool:
        return self.missed_row is not None

    @property
    def kept(self) -> bool:
        """Done, and not missed: what is done at the very instant of its deadline is in time."""
        return self.done_at is not None and not self.missed


@dataclass(frozen=True, slots=True)
class SeenRun:
    """A run as the fold has seen it last, with the rows that began and ended it.

    `stopped_by`: the kind of the fact that stopped it.
    """

    clock: Clock
    kind: str
    units: tuple[str, ...]
    row: int
    stopped_by: str | None = None
    stopped_row: int | None = None
    missed: tuple[int, datetime, tuple[str, ...]] | None = None


Runs = dict[tuple[str, datetime], SeenRun]
"""Of each clock, by its id and its start: a clock that starts again is another run."""


def see(runs: Runs, event: Event, case: Case) -> None:
    """Take over what an event has changed of the clocks, given the case after it."""
    fact = event.fact
    for clock in case.clocks:
        key = (clock.id, clock.started_at)
        before = runs.get(key)
        if before is None:
            runs[key] = SeenRun(clock, _kind(case, clock.id), _answers(case, clock.id), event.seq)
        elif before.clock is not clock:
            runs[key] = _changed(before, clock, event)
    match fact:
        case DeadlineMissed(clock=id_, due_at=due_at, of=None):
            _mark(runs, case, id_, (event.seq, due_at, fact.units or ()))
        case DeadlineMoved(clock=id_, missed=True):
            _mark(runs, case, id_, None)
        case _:
            pass


def _changed(before: SeenRun, clock: Clock, event: Event) -> SeenRun:
    changed = replace(before, clock=clock)
    was, now = _done_since(before.clock), _done_since(clock)
    if now is not None and was is None:
        return replace(changed, stopped_by=event.fact.kind, stopped_row=event.seq)
    if now is None and was is not None:
        return replace(changed, stopped_by=None, stopped_row=None)
    return changed


def _mark(
    runs: Runs, case: Case, id_: str, missed: tuple[int, datetime, tuple[str, ...]] | None
) -> None:
    clock = case.clock(id_)
    keys = [key for key in runs if key[0] == id_]
    key = (id_, clock.started_at) if clock is not None else (keys[-1] if keys else None)
    if key in runs:
        runs[key] = replace(runs[key], missed=missed)


def ended(runs: Iterable[SeenRun], case: Case, until: datetime) -> tuple[ClockRun, ...]:
    """Return the runs as they are known at an instant, given the case at that instant."""
    return tuple(_run(each, case, until) for each in runs)


def _run(seen: SeenRun, case: Case, until: datetime) -> ClockRun:
    calendar = case.plan.calendar
    clock, missed = seen.clock, seen.missed
    current = case.clock(clock.id)
    replaced = current is None or current.started_at != clock.started_at
    done_at = _done_since(clock)
    exempt = missed is not None and any(
        miss.exempt and miss.clock == clock.id and miss.due_at == missed[1] for miss in case.misses
    )
    return ClockRun(
        clock.id,
        seen.kind,
        (missed[2] if missed else ()) or _units(seen, case),
        clock.started_at,
        seen.row,
        clock.granted,
        used(clock, calendar, until),
        missed[1] if missed else _due(clock, calendar),
        done_at,
        seen.stopped_row,
        missed[0] if missed else None,
        exempt,
        dropped=missed is None
        and ((replaced and done_at is None) or _went_another_way(seen, case)),
    )


def _went_another_way(seen: SeenRun, case: Case) -> bool:
    """Return whether nothing was due any more, though the clock has stopped."""
    part = case.part(seen.clock.id)
    if part is not None:
        return part.state in _GIVEN_UP
    holders = seen.kind != CITIZEN and DUTIES[seen.kind] is Answerable.HOLDER
    return seen.stopped_by in (_GONE if holders else _WITHDRAWN)


def _units(seen: SeenRun, case: Case) -> tuple[str, ...]:
    """Return who answers for a run that was not missed; the promise to the citizen is kept by the
    unit that has the case.
    """
    if seen.kind == CITIZEN:
        return (case.holder or case.plan.platform,)
    return seen.units


def _due(clock: Clock, calendar: Calendar) -> datetime | None:
    """Return the deadline, also of what is done; None while nothing is asked of anyone."""
    for pause in clock.pauses:
        if pause.until is not None:
            continue
        if pause.cause in AT_REST:
            return None
        clock = clock.without(pause.cause)
    found = due(clock, calendar)
    return None if found is None else found.at


def _done_since(clock: Clock) -> datetime | None:
    """Return when the work of the clock was done: it stopped, or others look at it since then."""
    looked_at = [
        pause.since for pause in clock.pauses if pause.until is None and pause.cause not in AT_REST
    ]
    stopped = [clock.stopped_at] if clock.stopped_at is not None else []
    return min((*looked_at, *stopped), default=None)


def _kind(case: Case, id_: str) -> str:
    part = case.part(id_)
    return id_ if part is None else part.kind.value


def _answers(case: Case, id_: str) -> tuple[str, ...]:
    """Return the units that answer for a clock as it begins."""
    part = case.part(id_)
    if part is not None:
        return part.units
    if DUTIES[id_] is Answerable.PLATFORM:
        return (case.plan.platform,)
    if DUTIES[id_] is Answerable.OFFICE:
        return (case.plan.office,)
    if DUTIES[id_] is Answerable.SUPERIOR:
        return tuple(unit for unit in (case.plan.issuer_unit,) if unit)
    return () if case.holder is None else (case.holder,)
