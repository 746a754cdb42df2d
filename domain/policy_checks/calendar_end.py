"""How long the calendar of a policy still has published holidays, and when to say so."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from domain.sla.calendars import Calendar

FIXED_DAYS_OFF = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""New Year, Labour Day, National Day, as (month, day): off by law in every year, and in no notice
a working day (全国年节及纪念日放假办法, article 2).
"""

YEAR_AHEAD = timedelta(days=365)
"""How long before the last known day off the end of the law's days is said: the limits of land
matters reach half a year ahead, and a release has to be installed first.
"""


def days_left(calendar: Calendar, now: datetime) -> int:
    """Return the days after today, in the town, whose holidays are published; below 0 if none is.

    0 on the last of them.
    """
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    return (calendar.published_until - today).days


def ending(calendar: Calendar, now: datetime, notice: timedelta) -> str:
    """Return the remark that the published holidays end within `notice`; empty before that.

    No mistake of the pack: the law lets the notice come late, and cases go on.
    """
    left = days_left(calendar, now)
    if left > notice.days:
        return ""
    when = f"in {left} days" if left > 1 else "tomorrow" if left else "today"
    until = f"on {calendar.published_until}, {when}" if left >= 0 else f"{-left} days ago"
    return (
        f"calendar.yaml: the published holidays of {calendar.id} end{'ed' * (left < 0)} {until}: "
        "deadlines in working time after that are provisional; put in the notice of the next year "
        "(docs/RUNBOOK.md, «The calendar ends»)"
    )


def law_days_left(calendar: Calendar, now: datetime, last_year: int) -> int | None:
    """Return the days after today, in the town, of which the law's days off are known; None for a
    calendar that does not take them. `last_year`: the last that this release knows.
    """
    if not any(day.year == last_year and not spans for day, spans in calendar.exceptions):
        return None
    today = now.astimezone(ZoneInfo(calendar.zone)).date()
    return (date(last_year, 12, 31) - today).days


def law_ending(calendar: Calendar, now: datetime, last_year: int) -> str:
    """Return the remark that the known days of the law end within a year; empty before that."""
    left = law_days_left(calendar, now, last_year)
    if left is None or left > YEAR_AHEAD.days:
        return ""
    when = f"end in {left} days" if left > 0 else f"ended {-left} days ago" if left else "end today"
    return (
        f"calendar.yaml: the days off by law that this release knows for {calendar.id} {when}, "
        f"with {last_year}: after it even 1 January counts as the plain week has it, until the "
        "notice of its year is there; install a newer release (docs/RUNBOOK.md, "
        "«The law's days end»)"
    )
