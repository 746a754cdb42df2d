"""Durations, days and times of day as policies write them: `40h`, `7d`, `08:00-12:00`."""

import operator
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from pydantic import PlainValidator

from domain.characters import quoted
from domain.sla.clocks import Measure
from domain.sla.working_days import DAY
from schemas.notations import day_of

_DURATION = re.compile(
    r"(?:([0-9]{1,5})d)?(?:([0-9]{1,5})h)?(?:([0-9]{1,5})min)?(?:([0-9]{1,5})s)?", re.ASCII
)
_PARTS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))
_COUNTED = re.compile(r"([0-9]{1,4})(wd|wh|nd)", re.ASCII)
_SPAN = re.compile(r"([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})", re.ASCII)
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})", re.ASCII)
_HOW = "write hours and minutes: 40h, 30min, 1h30min"
_LONGEST = timedelta(days=3660)
_MINUTES_A_DAY = 24 * 60


def duration(text: object, *, days: bool) -> timedelta:
    """Parse `1h30min`. `days`: allow days of 24 hours, which working time does not have.

    Seconds (`20s`) are for towns in which people try things out and cannot wait.
    """
    match = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if match is None or not any(match.groups()):
        raise ValueError(f"{quoted(text)} is not a time; {_HOW}")
    if match[1] and not days:
        raise ValueError(
            f"{quoted(text)} counts days of 24 hours, which needs `measure: continuous`; "
            "write working days as hours (1 working day = 8h)"
        )
    counts = (int(group or 0) for group in match.groups())
    amount = sum(map(operator.mul, counts, _PARTS), timedelta(0))
    if not timedelta(0) < amount <= _LONGEST:
        raise ValueError(f"{quoted(text)} must be more than nothing and at most ten years")
    return amount


@dataclass(frozen=True, slots=True)
class CountedAmount:
    """An amount of time, and how it is counted, if its unit says so."""

    amount: timedelta
    measure: Measure | None = None


_UNITS: Mapping[str, tuple[timedelta, Measure]] = {
    "wd": (DAY, Measure.WORKING_DAYS),
    "wh": (timedelta(hours=1), Measure.WORKING),
    "nd": (timedelta(days=1), Measure.CONTINUOUS),
}
"""Working days, working hours, natural days."""


def counted(text: object, *, days: bool) -> CountedAmount:
    """Parse `2wd`, `4wh` and `7nd`, which say how they are counted, and whatever `duration` does.

    Raises ValueError.
    """
    match = _COUNTED.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return CountedAmount(duration(text, days=days))
    unit, measure = _UNITS[match[2]]
    amount = int(match[1]) * unit
    if not timedelta(0) < amount <= _LONGEST:
        raise ValueError(f"{quoted(text)} must be more than nothing and at most ten years")
    return CountedAmount(amount, measure)


def in_one_way(budget: CountedAmount, measure: Measure | None) -> str:
    """Return what is wrong with a measure beside a budget that says its own; empty if nothing."""
    same = (budget.measure, measure) == (Measure.WORKING_DAYS, Measure.END_OF_DAY)
    if None in {budget.measure, measure} or budget.measure is measure or same:
        return ""
    return f"the unit of the limit counts {budget.measure}; remove `measure`, or write plain hours"


def measured(budget: CountedAmount, measure: Measure) -> Measure:
    """Return how a budget is counted. Working days end at the same hour, or with the day."""
    return measure if measure is Measure.END_OF_DAY else budget.measure or measure


def _hours(text: object) -> timedelta:
    return duration(text, days=False)


def _days(text: object) -> timedelta:
    return timedelta(0) if text == "0d" else duration(text, days=True)


def _span(text: object) -> tuple[int, int]:
    """Parse into minutes after midnight; 24:00 is the end of the day."""
    match = _SPAN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{quoted(text)} is not a span of hours; write 08:00-12:00")
    first_hour, first_minute, last_hour, last_minute = map(int, match.groups())
    opens, closes = first_hour * 60 + first_minute, last_hour * 60 + last_minute
    if max(first_minute, last_minute) >= 60 or not opens < closes <= _MINUTES_A_DAY:  # noqa: PLR2004
        raise ValueError(f"{quoted(text)} must begin before it ends, within one day")
    return opens, closes


def _day(text: object) -> date:
    """Parse `2026-10-01`; pydantic's own reading takes seconds since 1970 for a day as well."""
    return day_of(text if isinstance(text, str) else "")


def clock_time(text: str) -> int | None:
    """Return `07:30` as minutes after midnight, or None if it is no time of day."""
    match = _TIME.fullmatch(text)
    hour, minute = (int(match[1]), int(match[2])) if match else (24, 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None  # noqa: PLR2004


Hours = Annotated[timedelta, PlainValidator(_hours)]
"""A duration in hours and minutes, in working time or continuous time."""

Days = Annotated[timedelta, PlainValidator(_days)]
"""A duration in days of 24 hours, hours and minutes, in continuous time; `0d` is zero."""

Span = Annotated[tuple[int, int], PlainValidator(_span)]
"""Opening and closing time of one day, in minutes after midnight."""

Date = Annotated[date, PlainValidator(_day)]
"""A day of the calendar, such as 2026-10-01."""
