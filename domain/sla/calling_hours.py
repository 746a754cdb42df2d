"""The hours in which citizens are called: each day, holidays as well, but not at night."""

from datetime import date
from functools import lru_cache

from domain.sla.calendars import Calendar

CALLING_HOURS = range(8, 20)
"""In which hours of the town a call counts: at night no citizen is reached, or wants to be."""
_SPANS = ((60 * CALLING_HOURS.start, 60 * CALLING_HOURS.stop),)


@lru_cache(maxsize=64)
def calling_hours(zone: str) -> Calendar:
    """Return the hours for calling as a calendar, whose days are all published."""
    return Calendar("calling", zone, (_SPANS,) * 7, (), date.max)
