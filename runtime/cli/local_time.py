"""Times typed at a terminal, which are in the machine's time zone."""

from datetime import UTC, datetime

from runtime.problems import Problem


def local_time(option: str, typed: datetime) -> datetime:
    """Return the time with its offset.

    Raises Problem for the first and last hours of the calendar, which other zones do not have.
    """
    try:
        moment = typed.astimezone()
        moment.astimezone(UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise Problem(
            f"{option} {typed:%Y-%m-%d} is at the end of the calendar", do="leave the option out"
        ) from error
    return moment
