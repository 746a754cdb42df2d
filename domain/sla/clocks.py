"""A clock: a budget of time, and a ledger of what happened to it. The due instant is derived.

Every moment of a clock (its deadline, each rung of its ladder) is an amount of time used up, so one
function, `reach`, computes all of them. Pauses and extensions need no rules of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import assert_never

from domain.sla.calendars import Calendar
from domain.sla.calling_hours import calling_hours
from domain.sla.working_days import end_of_day, same_hour

ZERO = timedelta(0)


class Measure(StrEnum):
    WORKING = "working"  # hours of the calendar
    CONTINUOUS = "continuous"  # every hour counts: danger, and where the law counts days
    WORKING_DAYS = "working_days"  # until the same hour of the n-th working day
    END_OF_DAY = "end_of_day"  # until the n-th working day ends
    CALLING = "calling"  # the hours in which citizens are called, on every day


IN_DAYS = frozenset({Measure.WORKING_DAYS, Measure.END_OF_DAY})
"""An amount in working hours, of which 8 are a day. What a pause leaves counts in hours."""
EVERY_DAY = frozenset({Measure.CONTINUOUS, Measure.CALLING})
"""Holidays count as other days, so they move no such deadline."""


@dataclass(frozen=True, slots=True)
class Extension:
    amount: timedelta
    granted_at: datetime
    reason: str


class Cause(StrEnum):
    """Why a clock is paused; pauses with different causes may overlap."""

    SUSPENDED = "suspended"  # 挂账
    RETURNED = "returned"  # 退单: the platform decides who handles it
    VERIFYING = "verifying"  # 核查: the holder has done its part; a cap does not wait
    DONE = "done"  # 已办: the holder has done its part; a cap waits as long, too
    REPORTED = "reported"  # 上报: the superior has the turn; its own date holds again after that
    CHECKING = "checking"  # 核实: a unit nearby looks before the case is taken on
    MERGED = "merged"  # 并单: the work is done on another case
    CLOSED = "closed"  # 结案: until it was reopened


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock does not run from `since` to `until`; `until` is None while the pause is open."""

    since: datetime
    cause: Cause
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """`id` is unique in the case; `ladder` names the ladder that belongs to it.

    `cap` is a superior's deadline, or that of a case that follows: whatever the budget says, the
    clock is due no later.
    `fired` are the ids of the rungs that are done, in order; `missed` becomes True when the
    deadline passes and stays so.
    """

    id: str
    ladder: str
    started_at: datetime
    budget: timedelta
    measure: Measure
    cap: datetime | None = None
    extensions: tuple[Extension, ...] = ()
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None
    fired: tuple[str, ...] = ()
    missed: bool = False

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None

    @property
    def is_paused(self) -> bool:
        return any(pause.until is None for pause in self.pauses)

    @property
    def granted(self) -> timedelta:
        """The budget and all extensions, before any cap."""
        return self.budget + sum((extension.amount for extension in self.extensions), ZERO)

    def paused(self, cause: Cause, at: datetime) -> "Clock":
        """Return the clock paused from `at`; a second pause with the same cause changes nothing."""
        if not self.is_running or self._open_pause(cause) is not None:
            return self
        return replace(self, pauses=(*self.pauses, Pause(at, cause)))

    def resumed(self, cause: Cause, at: datetime) -> "Clock":
        """Return the clock without its open pause for `cause`; unchanged if there is none."""
        pause = self._open_pause(cause)
        if pause is None:
            return self
        # A suspension ends at the time that was set, which after an outage may be long ago, even
        # before the pause began.
        closed = replace(pause, until=max(at, pause.since))
        return replace(self, pauses=tuple(closed if p is pause else p for p in self.pauses))

    def without(self, cause: Cause) -> "Clock":
        """Return the clock as if it had not been paused for `cause` by the pause that is open."""
        pause = self._open_pause(cause)
        return replace(self, pauses=tuple(p for p in self.pauses if p is not pause))

    def stopped(self, at: datetime) -> "Clock":
        """Return the clock stopped at `at`; a clock that has stopped keeps its first end."""
        return replace(self, stopped_at=at) if self.is_running else self

    def _open_pause(self, cause: Cause) -> Pause | None:
        return next((p for p in self.pauses if p.cause is cause and p.until is None), None)


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline. `provisional`: it counts working time of days whose holidays are not published.

    Continuous time has no holidays, so it is final however far it goes.
    """

    at: datetime
    provisional: bool


def due(clock: Clock, calendar: Calendar) -> Due | None:
    """Return the deadline; None while the clock is paused with time left, unless a cap holds."""
    at = _no_later(clock, calendar, reach(clock, calendar, clock.granted))
    return None if at is None else Due(at, is_provisional(clock, calendar, at))


def is_provisional(clock: Clock, calendar: Calendar, at: datetime) -> bool:
    """Return True if a moment of the clock counts days whose holidays are not published yet."""
    return clock.measure not in EVERY_DAY and calendar.is_provisional(at)


def share_reached(clock: Clock, calendar: Calendar, percent: int) -> datetime | None:
    """Return when `percent` of the time is used up; None while an open pause prevents it.

    A cap shortens the whole, so it moves the shares. 100 percent is always the deadline, also where
    a cap lies outside working hours.
    """
    if percent >= 100:  # noqa: PLR2004
        deadline = due(clock, calendar)
        return None if deadline is None else deadline.at
    whole = clock.granted
    # Compared first: counting the working days to a cap in another century takes seconds.
    if clock.cap is not None and clock.cap < after(
        clock.measure, calendar, clock.started_at, whole
    ):
        whole = length(clock, calendar, clock.started_at, clock.cap)
    return _no_later(clock, calendar, reach(clock, calendar, whole * percent / 100))


def past_due(clock: Clock, calendar: Calendar, amount: timedelta) -> datetime | None:
    """Return when `amount` more is used up after the deadline; None while a pause prevents it."""
    deadline = due(clock, calendar)
    return None if deadline is None else reach(clock, calendar, amount, since=deadline.at)


def used(clock: Clock, calendar: Calendar, until: datetime) -> timedelta:
    """Return the time used up at `until`. Pauses and time outside the measure do not count."""
    if clock.stopped_at is not None:
        until = min(until, clock.stopped_at)
    return sum((length(clock, calendar, a, b) for a, b in running_spans(clock, until)), ZERO)


def reach(
    clock: Clock, calendar: Calendar, amount: timedelta, since: datetime | None = None
) -> datetime | None:
    """Return the instant at which `amount` is used up, counted from the start or from `since`.

    Return None while an open pause keeps it out of reach.
    """
    left, measure = amount, clock.measure
    for start, end in running_spans(clock, None):
        begins = start if since is None else max(start, since)
        if end is not None and begins > end:
            continue
        # Advancing comes first: counting a long stretch takes long, and is rarely needed.
        at = after(measure, calendar, begins, left)
        # What pauses a clock at the very instant of a moment is in time: the moment is not reached.
        if end is None or at < end:
            return at
        if measure in IN_DAYS:
            # The hour of a day cannot be kept any more, but the working hours that were left can.
            measure, left = Measure.WORKING, calendar.elapsed(end, at)
        else:
            left -= length(clock, calendar, begins, end)
    return None


def running_spans(
    clock: Clock, until: datetime | None
) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield the (start, end) in which the clock runs: its life without its pauses.

    With `until`, every end is set. Without, the last end is None, unless a pause is still open.
    """
    start = clock.started_at
    for pause in sorted(clock.pauses, key=lambda pause: pause.since):
        stop = pause.since if until is None else min(pause.since, until)
        if stop > start:
            yield start, stop
        if pause.until is None:
            return
        start = max(start, pause.until)  # pauses may overlap
    if until is None or until > start:
        yield start, until


def length(clock: Clock, calendar: Calendar, start: datetime, end: datetime | None) -> timedelta:
    """Return how much of a stretch counts; zero if it ends before it starts.

    Of a clock in working days these are the working hours of the calendar.

    Raises ValueError if the stretch has no end.
    """
    if end is None:
        raise ValueError("an open stretch has no length")
    if clock.measure is Measure.CONTINUOUS:
        # In one zone Python subtracts wall times, which a change of the clocks would falsify.
        return max(end.astimezone(UTC) - start.astimezone(UTC), ZERO)
    return _counting(clock.measure, calendar).elapsed(start, end)


def _counting(measure: Measure, calendar: Calendar) -> Calendar:
    return calling_hours(calendar.zone) if measure is Measure.CALLING else calendar


def after(measure: Measure, calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """Return the instant that is `amount` after `start`."""
    match measure:
        case Measure.CONTINUOUS:
            return (start.astimezone(UTC) + amount).astimezone(start.tzinfo)
        case Measure.WORKING | Measure.CALLING:
            return _counting(measure, calendar).advance(start, amount)
        case Measure.WORKING_DAYS:
            return same_hour(calendar, start, amount)
        case Measure.END_OF_DAY:
            return end_of_day(calendar, start, amount)
        case _:
            assert_never(measure)


def _no_later(clock: Clock, calendar: Calendar, at: datetime | None) -> datetime | None:
    cap = cap_now(clock, calendar)
    if cap is None:
        return at
    return cap if at is None else min(at, cap)


def cap_now(clock: Clock, calendar: Calendar) -> datetime | None:
    """Return the cap as pauses have moved it, never earlier; None while it waits.

    A cap that was past stays.
    """
    cap = clock.cap
    for pause in sorted(clock.pauses, key=lambda pause: pause.since):
        if cap is None or pause.cause not in {Cause.DONE, Cause.REPORTED} or pause.since > cap:
            continue
        if pause.until is None:
            return None
        if pause.cause is Cause.DONE:
            left = length(clock, calendar, pause.since, cap)
            # Hours that do not count would be lost: a cap on a Sunday would come back to Friday.
            hours = Measure.WORKING if clock.measure in IN_DAYS else clock.measure
            cap = max(cap, after(hours, calendar, pause.until, left))
    return cap
