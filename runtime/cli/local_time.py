"""Times and days typed at a terminal. Those without an offset are in the machine's time zone."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from runtime.problems import Problem
from schemas.notations import day_of, moment_of

_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?")
_LOCAL_HOUR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_FORMS = "write 2026-11-29, '2026-11-29 10:00' in local time, or 2026-11-29T10:00:00+08:00"


def typed_time(typed: datetime | str) -> datetime:
    """Return the time of an option, without an offset if none was typed; see `local_time`.

    Raises ValueError, which says what to write.
    """
    if isinstance(typed, datetime):
        return typed
    try:
        return datetime.fromisoformat(typed) if _LOCAL.fullmatch(typed) else moment_of(typed)
    except ValueError:
        raise ValueError(f"is no time; {_FORMS}") from None


def town_moment(typed: str, zone: ZoneInfo | None) -> datetime:
    """Return a moment; one without an offset is in `zone`, with its hour: `2026-11-29 10:00`.

    Raises ValueError, which says what to write.
    """
    if zone is not None and _LOCAL_HOUR.fullmatch(typed):
        return datetime.fromisoformat(typed).replace(tzinfo=zone)
    return moment_of(typed)


def typed_day(typed: date | str) -> date:
    """Return the day of an option. Raises ValueError, which says what to write."""
    return day_of(typed) if isinstance(typed, str) else typed


def local_time(option: str, typed: datetime, zone: ZoneInfo | None = None) -> datetime:
    """Return the time with its offset; one without is in `zone`, else in that of the machine.

    Raises Problem for the first and last hours of the calendar, which other zones do not have.
    """
    try:
        moment = (typed if typed.tzinfo else typed.replace(tzinfo=zone)).astimezone()
        moment.astimezone(UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Problem(
            f"{option} {typed:%Y-%m-%d} is at the end of the calendar", do="leave the option out"
        ) from error
    return moment
