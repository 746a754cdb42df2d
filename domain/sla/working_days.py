"""Limits in working days: until the same hour of the n-th working day, or until it closes.

An amount is in working hours, and DAY of them are one working day of a limit, however many hours
that day has: a half working day counts as one, and so does a day of seven and a half hours.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from domain.sla.calendars import Calendar

DAY = timedelta(hours=8)
"""One working day in a limit, an extension or the delay of a rung, as packs write it."""
_ZERO = timedelta(0)
_ONE = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def between(calendar: Calendar, now: datetime, at: datetime) -> timedelta:
    """Return the working time from `now` until `at`; negative if `at` is before `now`."""
    return calendar.elapsed(now, at) if at >= now else -calendar.elapsed(at, now)


def same_hour(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """Return the instant that is `amount` after `start`: of whole days, the same hour.

    What begins outside the office day, or on a day off, is due when the office day of the n-th
    working day ends. What begins in an hour that comes twice, the second time, is due at its end.
    The office day is from the earliest opening to the latest closing of the plain week, so a half
    working day bends nothing.
    """
    opens, closes = _office_day(calendar)
    from_day, wall = calendar.shown(start)
    inside = bool(calendar.hours_on(from_day)) and opens <= wall <= closes
    hour = wall if inside else closes
    if wall < opens:
        from_day -= _ONE  # the night belongs to the day before

    def after(days: int) -> datetime:
        return calendar.instant(_worked(calendar, from_day, days), hour) if days else start

    return _between(calendar, after, amount)


def end_of_day(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """Return the instant that is `amount` after `start`: of whole days, the end of the last.

    The day of `start` is not counted.
    """
    from_day, _ = calendar.shown(start)

    def after(days: int) -> datetime:
        if not days:
            return start
        return _closing(calendar, _worked(calendar, from_day, days))

    return _between(calendar, after, amount)


def _between(calendar: Calendar, after: Callable[[int], datetime], amount: timedelta) -> datetime:
    """Return the moment after the whole days of an amount, and the hours that are left of it.

    These are working hours, and never reach beyond the next whole day.
    """
    if amount <= _ZERO:
        return after(0)
    days, rest = divmod(amount, DAY)
    begins = after(days)
    return min(calendar.advance(begins, rest), after(days + 1)) if rest else begins


def _office_day(calendar: Calendar) -> tuple[timedelta, timedelta]:
    days = [spans for spans in calendar.week if spans]
    first, last = min(spans[0][0] for spans in days), max(spans[-1][1] for spans in days)
    return first * _MINUTE, last * _MINUTE


def _worked(calendar: Calendar, day: date, number: int) -> date:
    """Return the n-th working day after a day."""
    while number:
        day += _ONE
        number -= bool(calendar.hours_on(day))
    return day


def _closing(calendar: Calendar, day: date) -> datetime:
    """Return the end of a working day; of an hour that comes twice, the second counts, too."""
    begins, ends = (calendar.instant(each, _ZERO) for each in (day, day + _ONE))
    closings = [closes for _, closes in calendar.spans(begins, ends)]
    # None if all its hours are left out, in the night of a change.
    return (
        closings[-1] if closings else calendar.instant(day, calendar.hours_on(day)[-1][1] * _MINUTE)
    )
