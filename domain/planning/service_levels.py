"""The service level that a case gets in a tier, and the calendar by which it runs."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.planning.plans import ClockSpec, ServiceLevel
from domain.policy.model import Category, Level
from domain.sla.calendars import Calendar
from domain.sla.case_clocks import HOLDER, SUPERIOR


def level_of(level: Level, category: Category | None, *, of_superior: bool) -> ServiceLevel:
    """Return the limits of a tier; the superior's own clock only where a superior issued the case.

    The category's own limit replaces that of the holder clock if it is shorter.

    Hours are compared in the measure of the holder clock: 16h are two working days on a working
    clock, and 16 hours of day and night on a continuous one.
    """
    strict = category.resolve if category else None
    return ServiceLevel(
        level.tier,
        tuple(
            ClockSpec(
                limit.clock,
                min(limit.budget, strict) if strict and limit.clock == HOLDER else limit.budget,
                limit.measure,
                limit.ladder,
            )
            for limit in level.limits
            if limit.clock != SUPERIOR or of_superior
        ),
    )


def calendar_from(calendar: Calendar, start: datetime) -> Calendar:
    """Return the calendar without past exceptions.

    A plan stays small, and no clock counts backwards.
    """
    # A day of margin: a report may come from a clock that is ahead of ours
    # (schemas/events/complaint.py).
    first = start.astimezone(ZoneInfo(calendar.zone)).date() - timedelta(days=1)
    kept = tuple(exception for exception in calendar.exceptions if exception[0] >= first)
    return replace(calendar, exceptions=kept)
