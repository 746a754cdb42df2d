"""Working time: weekly hours, holidays, make-up working days (调休), half days, one time zone.

Hours are local wall time. A limit that is used up exactly at the end of a working span is due
there: at 18:00, not at 08:00 of the next day.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

Spans = tuple[tuple[int, int], ...]
"""Working spans of one day in minutes after local midnight, in order: ((480, 720), (840, 1080))."""

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_MINUTES_A_DAY = 24 * 60


class BadCalendar(ValueError):
    """The calendar could not count time."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """`week` starts on Monday. `exceptions` are the days that differ from it, in order of date.

    Days after `published_until` follow the plain week, and every result there is provisional.
    """

    id: str
    zone: str
    week: tuple[Spans, ...]
    exceptions: tuple[tuple[date, Spans], ...]
    published_until: date

    def __post_init__(self) -> None:
        """Raises BadCalendar."""
        if len(self.week) != 7:  # noqa: PLR2004
            raise BadCalendar(f"{self.id}: a week has seven days, not {len(self.week)}")
        if not any(self.week):
            raise BadCalendar(f"{self.id}: no working hours on any day of the week")
        days = [day for day, _ in self.exceptions]
        if any(b <= a for a, b in pairwise(days)):
            raise BadCalendar(f"{self.id}: exceptions must be in order of date, each date once")
        for spans in (*self.week, *(spans for _, spans in self.exceptions)):
            _check_spans(self.id, spans)

    def hours_on(self, day: date) -> Spans:
        """Return the working spans of a day: its exception, else those of its weekday."""
        at = bisect_left(self.exceptions, day, key=lambda exception: exception[0])
        if at < len(self.exceptions) and self.exceptions[at][0] == day:
            return self.exceptions[at][1]
        return self.week[day.weekday()]

    def is_provisional(self, instant: datetime) -> bool:
        """Return True if the holidays of that day are not published yet."""
        return instant.astimezone(ZoneInfo(self.zone)).date() > self.published_until

    def instant(self, day: date, wall: timedelta) -> datetime:
        """Return the instant (UTC) at which the wall clock shows a time of a day, after midnight.

        The first of two. Of a time that the wall clock leaves out, the instant of that change: the
        time is over as soon as the clock shows a later one.
        """
        zone = ZoneInfo(self.zone)
        shown = datetime.combine(day, time.min, zone) + wall
        found = shown.astimezone(UTC)
        if found.astimezone(zone).replace(tzinfo=None) == shown.replace(tzinfo=None):
            return found
        # With fold=1 the offset after the change is used, which leads to an instant before it.
        return _same_offset_until(zone, shown.replace(fold=1).astimezone(UTC), found)

    def shown(self, instant: datetime) -> tuple[date, timedelta]:
        """Return the latest day, and time after its midnight, that the wall clock has shown.

        In the second of two hours with the same name that is the end of the first one. Times of the
        wall clock are then in the order of their instants: 02:10 shown again is not before 02:50.
        """
        zone = ZoneInfo(self.zone)
        here = instant.astimezone(zone)
        if not here.fold:
            day, latest = here.date(), here.replace(tzinfo=None)
        else:
            # With fold=0 the offset before the change is used, which leads to the first of the two.
            first = here.replace(fold=0).astimezone(UTC)
            change = _same_offset_until(zone, first, here.astimezone(UTC))
            latest = (change + _offset(first.astimezone(zone))).replace(tzinfo=None)
            # A clock that goes back at midnight has not shown the next day yet.
            day = (latest - timedelta.resolution).date()
        return day, latest - datetime.combine(day, time.min)

    def opens(self, start: datetime) -> datetime:
        """Return the first working instant at or after `start` (UTC)."""
        return next(self._spans_from(start))[0]

    def advance(self, start: datetime, amount: timedelta) -> datetime:
        """Return the instant at which `amount` of working time has passed since `start` (UTC)."""
        if amount <= timedelta(0):
            return start
        left = amount
        for opens, closes in self._spans_from(start):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        raise AssertionError("a calendar never ends")

    def retreat(self, end: datetime, amount: timedelta) -> datetime:
        """Return the latest instant with `amount` of working time from it to `end` (UTC)."""
        if amount <= timedelta(0):
            return end
        # Spans can only be listed forwards, so look back twice as far until there is enough time.
        back = _DAY
        while self.elapsed(end - back, end) < amount:
            back *= 2
        left = amount
        for opens, closes in reversed([*self.spans(end - back, end)]):
            if closes - opens >= left:
                return closes - left
            left -= closes - opens
        return end

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return the working time between two instants; zero if `end` is not after `start`."""
        return sum((b - a for a, b in self.spans(start, end)), timedelta(0))

    def spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the working spans between two instants, clipped to them, as UTC instants."""
        for opens, closes in self._spans_from(start):
            if opens >= end:
                return
            yield opens, min(closes, end.astimezone(UTC))

    def _spans_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the working spans from `start` on, in order of time, without end.

        Spans are instants, not wall times. Where the zone changes its offset, a span ends, and
        another begins if the wall clock still shows working hours: minutes that the wall clock
        leaves out do not count, and those that it shows twice count twice.
        """
        zone, at = ZoneInfo(self.zone), start.astimezone(UTC)
        while True:
            here = at.astimezone(zone)
            midnight = datetime.combine(here.date(), time.min, UTC) - _offset(here)
            until = _same_offset_until(zone, at, midnight + _DAY)
            for first, last in self.hours_on(here.date()):
                opens = max(midnight + first * _MINUTE, at)
                closes = min(midnight + last * _MINUTE, until)
                if opens < closes:
                    yield opens, closes
            at = until


def _offset(there: datetime) -> timedelta:
    return there.utcoffset() or timedelta(0)


def _same_offset_until(zone: ZoneInfo, start: datetime, end: datetime) -> datetime:
    """Return the instant at which the zone's offset changes for the first time, else `end`.

    For a day at most: no zone changes its offset twice in a day.
    """
    before = _offset(start.astimezone(zone))
    if _offset(end.astimezone(zone)) == before:
        return end
    while end - start > timedelta.resolution:
        middle = start + (end - start) // 2
        if _offset(middle.astimezone(zone)) == before:
            start = middle
        else:
            end = middle
    return end


def _check_spans(calendar: str, spans: Spans) -> None:
    previous = 0
    for first, last in spans:
        if not previous <= first < last <= _MINUTES_A_DAY:
            raise BadCalendar(f"{calendar}: spans {spans} are not in order within one day")
        previous = last
