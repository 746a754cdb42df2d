"""Read a running case: its deadlines, pauses and rungs, and who heard what."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from domain.case.dispatch.facts import Dispatched
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.events import Event
from domain.case.forecasts import forecast
from domain.case.parts.facts import PartMoved, PartOpened
from domain.sla.calendars import Calendar
from domain.sla.clocks import Clock, Pause, due
from tests.town import CALENDAR, calendar, hours
from tests.workflow.cases import OpenCase

EVERY_WEEK_ALIKE = calendar(exceptions=())


async def deadlines(case: OpenCase, hours_of: Calendar = CALENDAR) -> Mapping[str, datetime]:
    """Return when each running clock is due, without clocks that are paused."""
    clocks = (await case.state()).clocks
    running = {clock.id: due(clock, hours_of) for clock in clocks if clock.is_running}
    return {clock: deadline.at for clock, deadline in running.items() if deadline}


async def clock_of(case: OpenCase, id_: str) -> Clock:
    clock = (await case.state()).clock(id_)
    assert clock is not None
    return clock


def length(*pauses: Pause) -> timedelta:
    """Return how long the clock was paused; pauses that do not overlap are added by hand."""
    return sum((p.until - p.since for p in pauses if p.until), timedelta(0))


def facts(case: OpenCase, kind: str, after: int = 0) -> list[Any]:
    """Return what was journaled of that kind, after that many rows."""
    return [event.fact for event in case.events(after) if event.fact.kind == kind]


def rungs(case: OpenCase) -> list[RungReached]:
    return [fact for event in case.events() if isinstance(fact := event.fact, RungReached)]


async def nothing_happens(case: OpenCase) -> list[Event]:
    """Let time pass until nothing more would happen; return what was foretold for that time."""
    foretold = list(forecast(await case.state(), case.town.desk.people, most=200))
    await case.town.until(foretold[-1].at + hours(1))
    return foretold


def who_hears_what(event: Event) -> object:
    match event.fact:
        case RungReached() as rung:
            return rung.clock, rung.rung, rung.outcome, rung.told, rung.gaps, rung.note
        case DeadlineMissed() as missed:
            return missed.kind, missed.clock
        case Dispatched() as handed:
            return handed.kind, handed.unit
        case PartOpened() as opened:
            return opened.kind, opened.part, opened.units
        case PartMoved() as moved:
            return moved.kind, moved.part, moved.to, moved.note
        case fact:
            return fact.kind
