"""How moments, days and numbers are written in what others send: one notation of each is read.

A spelling that two programs could read as two values, such as `1795828320` for a moment or
`1_20.75` for a number, is refused and never guessed. The patterns are those of the contracts.
"""

import re
from datetime import date, datetime
from decimal import Decimal

YEARS = range(2000, 2200)
"""Other years are typing errors, and conversion between time zones overflows in 0001 and 9999."""

_DAYS = (
    r"2[01][0-9]{2}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
    r"|02-(0[1-9]|1[0-9]|2[0-8]))"
)
# 2100 is no leap year.
_LEAP_DAYS = r"(20([02468][048]|[13579][26])|21(0[48]|[2468][048]|[13579][26]))-02-29"
MOMENT = (
    rf"^({_DAYS}|{_LEAP_DAYS})[Tt]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
"""A moment as in RFC 3339, with the days that each month has, in `YEARS`; no leap second."""

DECIMAL = r"^-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,30})?$"
"""A decimal number as text: no exponent, no plus sign, no zero in front."""

_LONG = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,99})")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FORM = "write 2026-11-24T09:12:00+08:00"
_SHAPE = re.compile(
    r"(?P<year>[0-9]{4})-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:(?P<second>[0-9]{2})(\.[0-9]+)?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_MOMENT, _DECIMAL = re.compile(MOMENT[1:-1]), re.compile(DECIMAL[1:-1])


def moment_of(text: str) -> datetime:
    """Return the moment that a text names, to the microsecond.

    Raises ValueError, which says what to write, for everything but a date-time of RFC 3339 in
    `YEARS`. A leap second (`23:59:60`) is refused: neither Python nor PostgreSQL can keep one, and
    its neighbour is another moment. RFC 3339 allows `t` and `z`, and any number of digits after the
    point; those after the sixth do not count.
    """
    if _MOMENT.fullmatch(text):
        return datetime.fromisoformat(text.upper())
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise ValueError(f"is no date and time as in RFC 3339; {_FORM}")
    if shape["offset"] is None:
        raise ValueError(f"has no offset; {_FORM}")
    if int(shape["year"]) not in YEARS:
        raise ValueError(f"must lie between {YEARS.start} and {YEARS.stop - 1}")
    if shape["second"] == "60":
        raise ValueError("is a leap second, which no clock here can show; write second 59")
    raise ValueError(f"has a day, an hour, a minute or an offset that does not exist; {_FORM}")


def decimal_of(text: str) -> Decimal:
    """Return the number that a text names. Raises ValueError, which says what to write."""
    if _DECIMAL.fullmatch(text) is None:
        if _LONG.fullmatch(text):
            raise ValueError("has more than 18 digits before the point or 30 after it; round it")
        raise ValueError("is no decimal number; write digits and a point, such as 120.7506")
    return Decimal(text)


def whole_of(text: str) -> int:
    """Return the whole number that a text names. Raises ValueError, which says what to write."""
    if _WHOLE.fullmatch(text) is None:
        raise ValueError("must be a whole number; write digits alone, such as 8")
    return int(text)


def day_of(text: str) -> date:
    """Return the day that a text names. Raises ValueError, which says what to write."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        raise ValueError("is no day of the calendar; write one such as 2026-10-01") from None
    raise ValueError("must be a date; write 2026-10-01")


def truth_of(text: str) -> bool:
    """Return what `true` or `false` says. Raises ValueError for every other text."""
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"
