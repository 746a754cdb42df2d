"""Due dates around the hours that a wall clock leaves out or shows twice."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.sla.calendars import Calendar
from domain.sla.clocks import Measure, after
from tests.town import calendar

BERLIN, SANTIAGO, SHANGHAI = "Europe/Berlin", "America/Santiago", "Asia/Shanghai"
ROUND_THE_CLOCK = (((0, 24 * 60),),) * 7
NIGHTS = (((0, 150), (170, 360), (1320, 1440)),) * 7
OFFICE = (((480, 720), (840, 1080)),) * 5 + ((), ())

CALENDARS = st.builds(
    lambda zone, week: calendar(zone=zone, week=week, exceptions=()),
    # In Santiago the day has its last hour twice; Newfoundland went back from 00:01 of a day.
    st.sampled_from([BERLIN, SANTIAGO, SHANGHAI, "America/St_Johns"]),
    st.sampled_from([ROUND_THE_CLOCK, NIGHTS, OFFICE]),
)
# The nights of the changes: Berlin and Santiago in 2026, Shanghai in 1986, Newfoundland in 2010.
CHANGES = [
    datetime.fromisoformat(at)
    for at in (
        *("2026-03-29T01:00Z", "2026-10-25T01:00Z", "2026-04-05T03:00Z", "2026-09-06T04:00Z"),
        *("1986-05-03T18:00Z", "1986-09-13T17:00Z", "2010-03-14T03:31Z", "2010-11-07T02:31Z"),
    )
]
STARTS = st.builds(
    lambda change, days, minutes: change + timedelta(days=days, minutes=minutes),
    st.sampled_from(CHANGES),
    st.integers(-3, 1),
    st.integers(-180, 180),
)
AMOUNTS = st.integers(1, 96).map(lambda quarters: timedelta(minutes=15) * quarters)
LATER = st.integers(0, 240).map(lambda minutes: timedelta(minutes=minutes))


def there(zone: str = BERLIN) -> Calendar:
    return calendar(zone=zone, week=ROUND_THE_CLOCK, exceptions=())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@given(CALENDARS, st.sampled_from(Measure), STARTS, LATER, AMOUNTS)
@example(
    there(),
    Measure.WORKING_DAYS,
    utc("2026-10-25T02:50+02:00"),
    timedelta(minutes=20),
    timedelta(hours=8),
)
def test_a_later_start_is_never_due_earlier(
    hours_of: Calendar, measure: Measure, start: datetime, later: timedelta, amount: timedelta
) -> None:
    first = after(measure, hours_of, start, amount).astimezone(UTC)
    second = after(measure, hours_of, start + later, amount).astimezone(UTC)

    assert first <= second


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-10-25T02:50+02:00", "2026-10-26T02:50+01:00"),  # the first time
        ("2026-10-25T02:10+01:00", "2026-10-26T03:00+01:00"),  # the second time
        ("2026-10-25T03:00+01:00", "2026-10-26T03:00+01:00"),
        ("2026-10-24T02:10+02:00", "2026-10-25T02:10+02:00"),  # due in it: the first time
        ("2026-10-24T03:00+02:00", "2026-10-25T03:00+01:00"),
        ("2026-03-28T02:30+01:00", "2026-03-29T03:00+02:00"),  # due in an hour that is left out
    ],
)
def test_one_working_day_over_a_change_of_the_clocks(start: str, due: str) -> None:
    found = after(Measure.WORKING_DAYS, there(), utc(start), timedelta(hours=8))

    assert found.astimezone(UTC) == utc(due)


def test_a_clock_that_goes_back_at_midnight_has_not_begun_the_next_day() -> None:
    again = utc("2026-04-04T23:30-04:00")

    found = after(Measure.END_OF_DAY, there(SANTIAGO), again, timedelta(hours=8))

    assert found.astimezone(UTC) == utc("2026-04-06T00:00-04:00")


@given(
    st.datetimes(datetime(1992, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_where_no_hour_comes_twice_the_wall_clock_says_what_it_shows(instant: datetime) -> None:
    day, wall = there(SHANGHAI).shown(instant)

    naive = (instant + timedelta(hours=8)).replace(tzinfo=None)
    assert datetime(day.year, day.month, day.day) + wall == naive  # noqa: DTZ001
