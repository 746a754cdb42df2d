"""What happened at a grid of a patrol: passed, missed, to come, cancelled, or not counted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.complaints import Evidence
from domain.patrols.routes import Patrol
from domain.policy.shapes import Point


class StopState(StrEnum):
    TO_COME = "to come"
    PASSED = "passed"
    MISSED = "missed"
    UNCOUNTED = "not counted"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class KeptStop:
    """What is kept of a grid of a patrol, once: a pass by a person, or that there was none.

    `at`: when it was passed, or when the patrol closed without a pass. `typed_late`: the person
    was there in time, and said so after the end of the patrol.
    """

    patrol: str
    grid: str
    day: date
    unit: str
    passed: bool
    at: datetime
    person: str | None = None
    point: Point | None = None
    evidence: tuple[Evidence, ...] = ()
    typed_late: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """A grid of a patrol as it is now; `kept`: the row that says so, if there is one."""

    patrol: Patrol
    grid: str
    state: StopState
    kept: KeptStop | None = None


def stops_of(patrol: Patrol, kept: Iterable[KeptStop], now: datetime) -> Iterator[Stop]:
    """Yield the grids of a patrol in the order of its route.

    One without a row is missed as soon as the patrol has closed: the row follows within minutes.
    What was over before the town knew its schedule is not counted.
    """
    rows = {each.grid: each for each in kept if each.patrol == patrol.id}
    for grid in patrol.grids:
        row = rows.get(grid)
        if row is not None:
            state = StopState.PASSED if row.passed else StopState.MISSED
        elif patrol.cancelled is not None:
            state = StopState.CANCELLED
        elif now < patrol.closes:
            state = StopState.TO_COME
        else:
            state = StopState.MISSED if patrol.counts else StopState.UNCOUNTED
        yield Stop(patrol, grid, state, row)


def misses_of(patrol: Patrol, kept: Iterable[KeptStop]) -> tuple[KeptStop, ...]:
    """Return the rows that a patrol gets when it closes: one for each grid that has none.

    None for what was cancelled, or over before the town knew its schedule.
    """
    if not patrol.counts:
        return ()
    rows = {each.grid for each in kept if each.patrol == patrol.id}
    return tuple(
        KeptStop(patrol.id, grid, patrol.day, patrol.unit, passed=False, at=patrol.closes)
        for grid in patrol.grids
        if grid not in rows
    )
