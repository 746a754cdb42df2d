"""The public holidays of China as published, and what a town's week makes of them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.sla.calendars import Calendar, Spans
from gateways.holidays import china
from gateways.law_days import LAST_YEAR, law_days

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


# The years whose notice has not come: the days that the law names, and no others.

BEYOND = range(UNTIL.year + 1, LAST_YEAR + 1)


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_day_of_the_law_is_off_in_the_notices_that_have_come(year: int) -> None:
    assert [TOWN.hours_on(day) for day in law_days(year)] == [()] * len(law_days(year))


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2027, ["01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09"]),
        (2028, ["01-01", "01-25", "01-26", "01-27", "01-28", "04-04", "05-01", "05-02", "05-28"]),
        (2029, ["01-01", "02-12", "02-13", "02-14", "02-15", "04-04", "05-01", "05-02", "06-16"]),
        (2030, ["01-01", "02-02", "02-03", "02-04", "02-05", "04-05", "05-01", "05-02", "06-05"]),
    ],
)
def test_the_law_names_the_days_of_spring_and_summer(year: int, days: list[str]) -> None:
    assert [f"{day:%m-%d}" for day in law_days(year) if day.month < 9] == days


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2027, ["09-15", "10-01", "10-02", "10-03"]),
        (2028, ["10-01", "10-02", "10-03"]),  # the fifteenth of the eighth month is the third
        (2029, ["09-22", "10-01", "10-02", "10-03"]),
        (2030, ["09-12", "10-01", "10-02", "10-03"]),
    ],
)
def test_the_law_names_the_days_of_autumn(year: int, days: list[str]) -> None:
    assert [f"{day:%m-%d}" for day in law_days(year) if day.month >= 9] == days


def test_new_years_day_is_off_in_every_year_of_the_table() -> None:
    assert [TOWN.hours_on(date(year, 1, 1)) for year in BEYOND] == [()] * len(BEYOND)


def test_beyond_the_notices_only_weekdays_of_the_law_are_exceptions() -> None:
    named = [day for year in BEYOND for day in law_days(year) if day.weekday() < 5]

    assert [(day, spans) for day, spans in DAYS if day > UNTIL] == [(day, ()) for day in named]


def test_a_town_that_works_on_saturdays_rests_on_a_saturday_of_the_law() -> None:
    rests = [day for year in BEYOND for day in law_days(year) if day.weekday() == 5]

    assert [dict(china(SIX_DAYS)[0])[day] for day in rests] == [()] * len(rests)


def test_the_table_of_the_law_goes_two_years_beyond_the_notices() -> None:
    """A case of today may be due then; if this fails, add years to gateways/law_days.py."""
    assert LAST_YEAR >= UNTIL.year + 2


def test_a_limit_over_new_year_leaves_its_day_out() -> None:
    last_hour = datetime(2026, 12, 31, 17, tzinfo=ZoneInfo(TOWN.zone))

    due = TOWN.advance(last_hour, timedelta(hours=2))

    # Friday 1 January 2027 is off, and a weekend follows.
    assert due == datetime(2027, 1, 4, 9, tzinfo=ZoneInfo(TOWN.zone))


def test_days_of_the_law_do_not_make_a_year_published() -> None:
    assert TOWN.is_provisional(datetime(2027, 1, 4, 9, tzinfo=ZoneInfo(TOWN.zone)))
