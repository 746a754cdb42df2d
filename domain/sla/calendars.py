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
        """Yield the working spans from `start` on, without end.

        Spans are instants, not wall times, so a change to or from summer time neither adds nor
        removes work: an hour that is left out does not count, one that comes twice counts twice.
        """
        zone = ZoneInfo(self.zone)
        day, since = start.astimezone(zone).date(), start.astimezone(UTC)
        while True:
            midnight = datetime.combine(day, time.min, zone)
            for first, last in self.hours_on(day):
                closes = (midnight + last * _MINUTE).astimezone(UTC)
                if closes > since:
                    opens = max((midnight + first * _MINUTE).astimezone(UTC), since)
                    # A span may be empty in the night in which an hour is left out.
                    if opens < closes:
                        yield opens, closes
                        since = closes
            day += _DAY


def _check_spans(calendar: str, spans: Spans) -> None:
    previous = 0
    for first, last in spans:
        if not previous <= first < last <= _MINUTES_A_DAY:
            raise BadCalendar(f"{calendar}: spans {spans} are not in order within one day")
        previous = last
