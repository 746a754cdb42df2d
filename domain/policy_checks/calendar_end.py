"""How long the calendar of a policy still has published holidays, and when to say so."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.sla.calendars import Calendar

FIXED_DAYS_OFF = ((1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3))
"""New Year, Labour Day, National Day, as (month, day): off by law in every year, and in no notice
a working day (全国年节及纪念日放假办法, article 2).
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
