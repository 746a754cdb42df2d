"""Public holidays and make-up working days (调休) as published: the package chinese-calendar.

For the years after that: the days off that the law names (law_days.py).
"""

from datetime import date, timedelta
from itertools import count

import chinese_calendar

from domain.sla.calendars import Spans
from gateways.law_days import LAST_YEAR, law_days

FIRST_YEAR = 2025
"""The first year of the table; no open case counts days before it."""

_FREE: Spans = ()


def china(
    week: tuple[Spans, ...], first_year: int = FIRST_YEAR
) -> tuple[tuple[tuple[date, Spans], ...], date]:
    """Return the days that differ from the week, ordered by date, and the last published day.

    Those after the last published day are the ones that the law names: more of that year will
    differ once its notice is published. A holiday has no hours. A weekend day that is worked to
    make up for one has those of a normal weekday: the first day of the week that has any. Raises
    ValueError if `first_year` is not published.
    """
    normal = next((spans for spans in week if spans), _FREE)
    published_until = _published_until(first_year)
    exceptions: list[tuple[date, Spans]] = []
    day = date(first_year, 1, 1)
    while day <= published_until:
        hours = _hours(day, week[day.weekday()], normal)
        if hours != week[day.weekday()]:
            exceptions.append((day, hours))
        day += timedelta(days=1)
    for year in range(published_until.year + 1, LAST_YEAR + 1):
        exceptions += [(day, _FREE) for day in law_days(year) if week[day.weekday()]]
    return tuple(exceptions), published_until


def _hours(day: date, usual: Spans, normal: Spans) -> Spans:
    is_free, name = chinese_calendar.get_holiday_detail(day)
    if name is None:
        return usual
    if is_free:
        return _FREE
    # A name and not free: a weekend day that is worked for that holiday. A town that works on
    # weekends anyway keeps its own hours.
    return usual or normal


def _published_until(first_year: int) -> date:
    """Return the last day that the package knows: it raises for years that are not published."""
    for year in count(first_year):
        try:
            chinese_calendar.get_holiday_detail(date(year, 12, 31))
        except NotImplementedError:
            break
    if year == first_year:
        raise ValueError(f"chinese-calendar does not know the holidays of {first_year}")
    return date(year - 1, 12, 31)
