"""Moments and decimal numbers are read in one notation each, that of the contracts."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.notations import MOMENT, decimal_of, moment_of

OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda m: timezone(timedelta(minutes=m)))
MOMENTS = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - the zone is drawn
    datetime(2199, 12, 31, 23, 59, 59, 999_999),  # noqa: DTZ001
    timezones=OFFSETS,
)


@given(MOMENTS)
def test_every_moment_in_our_time_is_read_as_python_writes_it(moment: datetime) -> None:
    assert moment_of(moment.isoformat()) == moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24T09:12:00Z", datetime(2026, 11, 24, 9, 12, tzinfo=UTC)),
        ("2026-11-24t09:12:00z", datetime(2026, 11, 24, 9, 12, tzinfo=UTC)),
        ("2026-11-24T09:12:00-00:00", datetime(2026, 11, 24, 9, 12, tzinfo=UTC)),
        ("2026-11-24T09:12:00.5Z", datetime(2026, 11, 24, 9, 12, 0, 500_000, tzinfo=UTC)),
        ("2026-11-24T09:12:00.123456789012Z", datetime(2026, 11, 24, 9, 12, 0, 123_456, UTC)),
        ("2028-02-29T00:00:00+23:59", datetime(2028, 2, 28, 0, 1, tzinfo=UTC)),
    ],
)
def test_what_rfc_3339_has_is_read(text: str, moment: datetime) -> None:
    assert moment_of(text) == moment


OTHERS = {
    "": "RFC 3339",
    "now": "RFC 3339",
    "1795828320": "RFC 3339",
    "1795828320000": "RFC 3339",
    "2026-11-29": "RFC 3339",
    "2026-11-29 10:00": "RFC 3339",
    "2026-11-29 10:00:00Z": "RFC 3339",
    "2026-11-29_10:00:00Z": "RFC 3339",
    "2026-11-29T10:00Z": "RFC 3339",
    "2026-11-29T10Z": "RFC 3339",
    "2026-W48-7T10:00:00Z": "RFC 3339",
    "2026-333T10:00:00Z": "RFC 3339",
    "20261129T100000Z": "RFC 3339",
    "2026-11-29T10:00:00,5Z": "RFC 3339",
    "2026-11-29T10:00:00.Z": "RFC 3339",
    "2026-11-29T10:00:00 Z": "RFC 3339",
    "2026-11-29T10:00:00+0800": "RFC 3339",
    "2026-11-29T10:00:00+08": "RFC 3339",
    "2026-11-29T10:00:00+08:00:00": "RFC 3339",
    "2026-11-29T10:00:00+08:00[Asia/Shanghai]": "RFC 3339",
    " 2026-11-29T10:00:00Z": "RFC 3339",
    "2026-11-29T10:00:00Z\n": "RFC 3339",
    "\uff12026-11-29T10:00:00Z": "RFC 3339",
    "2026-11-29T10:00:00": "has no offset",
    "2026-11-29T23:59:60Z": "leap second",
    "2026-11-29T24:00:00Z": "does not exist",
    "2026-11-29T10:00:00+24:00": "does not exist",
    "2026-02-29T10:00:00Z": "does not exist",
    "2100-02-29T10:00:00Z": "does not exist",
    "2026-11-31T10:00:00Z": "does not exist",
    "2026-00-01T10:00:00Z": "does not exist",
    "1999-12-31T23:59:59Z": "must lie between 2000 and 2199",
    "2200-01-01T00:00:00Z": "must lie between 2000 and 2199",
    "0000-01-01T00:00:00Z": "must lie between 2000 and 2199",
}


@pytest.mark.parametrize(("text", "why"), OTHERS.items())
def test_other_spellings_of_a_moment_are_refused_with_a_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        moment_of(text)


def test_the_pattern_of_the_contract_has_the_days_that_there_are() -> None:
    for year in range(1998, 2203):
        for month in range(14):
            for day in (0, 1, 9, 10, 28, 29, 30, 31, 32):
                text = f"{year:04}-{month:02}-{day:02}T10:00:00Z"
                there_is = 2000 <= year < 2200 and _is_a_day(text[:10])
                assert bool(re.fullmatch(MOMENT[1:-1], text)) is there_is, text


def _is_a_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize("text", ["0", "-0", "120.7506", "-0.5", "999", "0.100", f"1.{'3' * 30}"])
def test_a_decimal_number_is_read(text: str) -> None:
    assert decimal_of(text) == Decimal(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1_20.75",
        " 1",
        "1 ",
        "+1",
        "01",
        ".5",
        "5.",
        "1e2",
        "1E2",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "1e400",
        "0x10",
        "１２",
        "١",
        "1,5",
        "1\n",
        "--1",
    ],
)
def test_other_spellings_of_a_number_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no decimal number"):
        decimal_of(text)


@pytest.mark.parametrize("text", [f"1.{'3' * 31}", "1" * 19, f"-{'1' * 19}.5"])
def test_a_number_with_more_digits_than_the_contract_has_is_told_so(text: str) -> None:
    with pytest.raises(ValueError, match="has more than 18 digits before the point or 30 after it"):
        decimal_of(text)
