"""The public holidays of China as published, and what a town's week makes of them."""

from datetime import date, timedelta

import pytest

from domain.sla.calendars import Calendar, Spans
from gateways.holidays import china

WHOLE_DAY: Spans = ((480, 720), (840, 1080))
HALF_DAY: Spans = ((480, 720),)
WEEK = (WHOLE_DAY,) * 5 + ((), ())
SIX_DAYS = (WHOLE_DAY,) * 5 + (HALF_DAY, ())
DAYS, UNTIL = china(WEEK)
TOWN = Calendar("town", "Asia/Shanghai", WEEK, DAYS, UNTIL)


def test_holidays_are_known_until_the_end_of_the_last_published_year() -> None:
    assert date(2026, 12, 31) <= UNTIL
    assert UNTIL.month == 12
    assert UNTIL.day == 31


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 4),  # Sunday, for New Year
        date(2026, 2, 14),  # Saturday, for the Spring Festival
        date(2026, 2, 28),  # Saturday, for the Spring Festival
        date(2026, 5, 9),  # Saturday, for Labour Day
        date(2026, 9, 20),  # Sunday, for the National Day
        date(2026, 10, 10),  # Saturday, for the National Day
    ],
)
def test_a_make_up_day_has_the_hours_of_a_weekday(day: date) -> None:
    assert day.weekday() >= 5
    assert TOWN.hours_on(day) == WHOLE_DAY


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 1), date(2026, 1, 3)),
        (date(2026, 2, 15), date(2026, 2, 23)),
        (date(2026, 4, 4), date(2026, 4, 6)),
        (date(2026, 5, 1), date(2026, 5, 5)),
        (date(2026, 6, 19), date(2026, 6, 21)),
        (date(2026, 9, 25), date(2026, 9, 27)),
        (date(2026, 10, 1), date(2026, 10, 7)),
    ],
)
def test_a_holiday_has_no_hours_and_ends_when_it_was_said_to(first: date, last: date) -> None:
    day = timedelta(days=1)
    holiday = [first + day * number for number in range((last - first).days + 1)]

    assert [TOWN.hours_on(each) for each in holiday] == [()] * len(holiday)
    assert TOWN.hours_on(last + day) == WHOLE_DAY


def test_plain_days_are_no_exceptions() -> None:
    days_2026 = [day for day, _ in DAYS if day.year == 2026]

    assert len(days_2026) == 19 + 6  # weekdays off, weekend days worked
    assert all(spans != WEEK[day.weekday()] for day, spans in DAYS)
    assert [day for day, _ in DAYS] == sorted({day for day, _ in DAYS})


def test_a_town_that_works_on_saturdays_rests_on_holidays_and_keeps_its_own_hours() -> None:
    exceptions = dict(china(SIX_DAYS)[0])

    assert exceptions[date(2026, 10, 3)] == ()  # a Saturday within the National Day
    assert date(2026, 10, 10) not in exceptions  # worked anyway: its own half day
    assert exceptions[date(2026, 9, 20)] == WHOLE_DAY  # a Sunday


def test_the_first_year_is_asked_for() -> None:
    days, until = china(WEEK, first_year=2026)

    assert days == tuple(pair for pair in DAYS if pair[0].year >= 2026)
    assert until == UNTIL


def test_a_year_that_is_not_published_is_refused() -> None:
    with pytest.raises(ValueError, match="2099"):
        china(WEEK, first_year=2099)
