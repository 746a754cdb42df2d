"""Moments in the texts of refusals, which are journaled."""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.case.state import Case
from domain.sla.explanations import local


def town_time(case: Case, instant: datetime) -> str:
    """Return the moment in the town's time; for cases of earlier rules as their rows have it."""
    if not case.plan.follows(3):
        return instant.isoformat()
    return local(instant, ZoneInfo(case.plan.calendar.zone))
