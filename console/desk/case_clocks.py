"""One clock of a case as its page shows it: what is left, the bar, the rungs, and why."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from console.desk.context import Visit
from domain.case.escalation.decide import level_of
from domain.case.escalation.facts import RungReached
from domain.case.events import Event
from domain.case.followers import capped_by
from domain.case.state import Case
from domain.sla.calendars import Calendar
from domain.sla.clocks import Clock, Due, due, length
from domain.sla.explanations import Explanation, explain
from domain.sla.ladders import Late, Rung, moment

_ZERO = timedelta(0)
_LABEL = 4.0
"""Percent of the bar's width that a label takes."""
_WHOLE = 92.0
"""Percent of the bar's width for the last moment on it: the rest is for its label."""


@dataclass(frozen=True, slots=True)
class RungView:
    """`people`: who was told; empty for a rung ahead. `at` is None while a pause hides it.

    `place`: on the bar, in percent of its width; not `labelled` where the next label covers it.
    """

    level: int
    at: datetime | None
    done: bool
    is_next: bool
    people: tuple[str, ...] = ()
    place: float | None = None
    labelled: bool = True


@dataclass(frozen=True, slots=True)
class BarSegment:
    """A part of the bar, in percent of its width. `kind`: used, paused, left or late."""

    kind: str
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class ClockView:
    """`left` is the amount until the deadline, or since it (`is_late`); None while it rests."""

    id: str
    name: str
    light: str
    left: str | None
    is_late: bool
    deadline: Due | None
    by_day_and_night: bool
    missed: bool
    stretches: tuple[BarSegment, ...]
    now: float
    due: float | None
    rungs: tuple[RungView, ...]
    used: str
    whole: str
    because: Explanation
    clock: Clock


def clocks_of(case: Case, events: Iterable[Event], visit: Visit) -> list[ClockView]:
    """Return the running clocks of a case, that of the citizen and of the holder first."""
    fired = {
        (event.fact.clock, event.fact.rung): _fired(event.fact, event.at)
        for event in events
        if isinstance(event.fact, RungReached)
    }
    first = ("citizen", "holder")
    running = [clock for clock in case.clocks if clock.is_running]
    running.sort(key=lambda clock: first.index(clock.id) if clock.id in first else len(first))
    return [_view(case, clock, fired, visit) for clock in running]


def _view(
    case: Case, clock: Clock, fired: Mapping[tuple[str, str], RungView], visit: Visit
) -> ClockView:
    calendar, now, moments = case.plan.calendar, visit.now, visit.moments
    deadline = due(clock, calendar)
    is_late = deadline is not None and deadline.at < now
    rungs = tuple(_rungs(case, clock, fired))
    scale = _Scale.of(clock, calendar, now, [deadline, *rungs])
    left = None
    if deadline is not None:
        start, end = sorted((now, deadline.at))
        left = moments.amount(length(clock, calendar, start, end), clock.measure)
    because = explain(clock, calendar, capped_by(case, clock))
    return ClockView(
        id=clock.id,
        name=visit.names.clock(clock.id),
        light=_light(clock, case.plan.ladder(clock.ladder).rungs, deadline, is_late=is_late),
        left=left,
        is_late=is_late,
        deadline=deadline,
        by_day_and_night=clock.measure == "continuous",
        missed=clock.missed,
        stretches=tuple(scale.stretches(deadline)),
        now=scale.place(now),
        due=scale.place(deadline.at) if deadline else None,
        rungs=tuple(_placed(rungs, scale)),
        used=moments.amount(_used(clock, calendar, now), clock.measure),
        whole=moments.amount(clock.granted, clock.measure),
        because=because,
        clock=clock,
    )


def _placed(rungs: Iterable[RungView], scale: "_Scale") -> list[RungView]:
    found = list[RungView]()
    placed = [replace(rung, place=scale.place(rung.at) if rung.at else None) for rung in rungs]
    after: float | None = None
    for rung in reversed(placed):
        covered = rung.place is not None and after is not None and after - rung.place < _LABEL
        after = after if covered or rung.place is None else rung.place
        found.append(replace(rung, labelled=not covered))
    return found[::-1]


def _light(clock: Clock, ladder: tuple[Rung, ...], deadline: Due | None, *, is_late: bool) -> str:
    if is_late:
        return "red"
    if deadline is None or clock.is_paused:
        return "grey"
    return "amber" if any(_warns(rung) for rung in ladder if rung.id in clock.fired) else "green"


def _warns(rung: Rung) -> bool:
    """Return whether the rung warns: that of level 0 at the beginning says what is asked."""
    return rung.level > 0 or rung.share != 0


def _rungs(
    case: Case, clock: Clock, fired: Mapping[tuple[str, str], RungView]
) -> Iterator[RungView]:
    ahead = True
    for rung in case.plan.ladder(clock.ladder).rungs:
        reached = fired.get((clock.id, rung.id)) if rung.id in clock.fired else None
        if reached is not None:
            yield reached
            continue
        done = rung.id in clock.fired
        is_next, ahead = ahead and not done, ahead and done
        level = level_of(case, clock.id, rung)
        yield RungView(level, moment(rung, clock, case.plan.calendar), done, is_next)


def _fired(reached: RungReached, at: datetime) -> RungView:
    fires = reached.outcome is Late.FIRE
    people = tuple(dict.fromkeys(told.name for told in reached.told)) if fires else ()
    return RungView(reached.level, at, True, False, people)


def _used(clock: Clock, calendar: Calendar, now: datetime) -> timedelta:
    return length(clock, calendar, clock.started_at, max(now, clock.started_at))


@dataclass(frozen=True, slots=True)
class _Scale:
    """The axis of the bar: elapsed time in the measure of the clock, pauses included."""

    clock: Clock
    calendar: Calendar
    now: datetime
    whole: timedelta

    @classmethod
    def of(
        cls,
        clock: Clock,
        calendar: Calendar,
        now: datetime,
        shown: list["Due | RungView | None"],
    ) -> "_Scale":
        moments = [each.at for each in shown if each is not None and each.at is not None]
        last = max([now, *moments])
        whole = length(clock, calendar, clock.started_at, max(last, clock.started_at))
        return cls(clock, calendar, now, max(whole, timedelta(minutes=1)))

    def place(self, at: datetime) -> float:
        start = self.clock.started_at
        gone = length(self.clock, self.calendar, start, max(at, start))
        return round(_WHOLE * min(gone / self.whole, 1.0), 2)

    def stretches(self, deadline: Due | None) -> Iterator[BarSegment]:
        end = min(self.now, deadline.at) if deadline else self.now
        yield from self._span("used", self.clock.started_at, end)
        for pause in self.clock.pauses:
            yield from self._span("paused", pause.since, min(pause.until or self.now, self.now))
        if deadline is not None and deadline.at > self.now:
            yield from self._span("left", self.now, deadline.at)
        elif deadline is not None:
            yield from self._span("late", deadline.at, self.now)

    def _span(self, kind: str, start: datetime, end: datetime) -> Iterator[BarSegment]:
        at, until = self.place(start), self.place(end)
        if until > at:
            yield BarSegment(kind, at, round(until - at, 2))
