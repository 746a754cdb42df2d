"""Working time against tables worked by hand, and against itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sla.calendars import BadCalendar, Calendar, Spans
from tests.town import CALENDAR, DAYS_OF_2026, OFF, PLAIN_WEEK, WHOLE_DAY, at, calendar, hours

ROUND_THE_CLOCK = calendar(week=(((0, 24 * 60),),) * 7, exceptions=(), zone="America/New_York")
NIGHTS = calendar(week=(((0, 150), (170, 360), (1320, 1440)),) * 7, zone="America/New_York")
LONDON = calendar(zone="Europe/London", exceptions=())
LEAP_YEAR = calendar(published_until=date(2028, 12, 31))


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        ("2026-07-03 17:30", 4, "2026-07-06 11:30"),  # Friday evening, over the weekend
        ("2026-07-03 17:00", 6, "2026-07-06 15:00"),  # ... and over Monday's lunch
        ("2026-07-04 23:00", 1, "2026-07-06 09:00"),  # received on Saturday night
        ("2026-07-01 08:00", 8, "2026-07-01 18:00"),  # ends exactly at 18:00, not next morning
        ("2026-07-01 08:00", 4, "2026-07-01 12:00"),  # ends exactly at noon, not at 14:00
        ("2026-07-01 12:00", 1, "2026-07-01 15:00"),  # begins at the very end of a span
        ("2026-07-01 13:59", 0.25, "2026-07-01 14:15"),
        ("2026-07-01 07:00", 0.5, "2026-07-01 08:30"),  # before opening
        ("2026-07-01 08:00", 40, "2026-07-07 18:00"),  # five working days, one weekend
        ("2026-07-01 18:00", 0.25, "2026-07-02 08:15"),
    ],
)
def test_plain_weeks_as_worked_by_hand(start: str, amount: float, end: str) -> None:
    assert at(end) == CALENDAR.advance(at(start), hours(amount))


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        ("2026-09-18 17:00", 9, "2026-09-20 18:00"),  # the make-up Sunday counts
        ("2026-09-18 17:00", 10, "2026-09-21 09:00"),
        ("2026-09-30 17:00", 2, "2026-10-08 09:00"),  # seven days of holiday
        ("2026-09-28 08:00", 40, "2026-10-09 18:00"),  # National Day week: five days more
        ("2026-10-09 17:00", 9, "2026-10-10 18:00"),  # the make-up Saturday counts
        ("2026-10-04 10:00", 1, "2026-10-08 09:00"),  # received in the holidays
        ("2026-12-30 08:00", 12, "2026-12-31 12:00"),  # a half day, used to its end
        ("2026-12-31 11:00", 2, "2027-01-01 09:00"),  # its afternoon is free; over the year's end
    ],
)
def test_holidays_make_up_days_and_half_days_as_worked_by_hand(
    start: str, amount: float, end: str
) -> None:
    assert at(end) == CALENDAR.advance(at(start), hours(amount))


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        ("2028-02-28 08:00", 16, "2028-02-29 18:00"),  # a Monday and the leap day
        ("2028-02-28 08:00", 17, "2028-03-01 09:00"),
        ("2027-02-26 17:00", 2, "2027-03-01 09:00"),  # no leap year: Friday, then Monday
    ],
)
def test_a_leap_day_is_a_day_like_any_other(start: str, amount: float, end: str) -> None:
    assert at(end) == LEAP_YEAR.advance(at(start), hours(amount))


def test_a_result_beyond_the_published_holidays_is_provisional() -> None:
    last, next_year = at("2026-12-31 23:59"), at("2027-01-01 00:00")

    assert not CALENDAR.is_provisional(last)
    assert CALENDAR.is_provisional(next_year)


def test_a_day_begins_at_midnight_of_the_calendar_and_not_of_the_server() -> None:
    assert CALENDAR.is_provisional(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    assert not calendar(zone="UTC").is_provisional(datetime(2026, 12, 31, 16, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        # London's clocks go forward on Sunday 29 March and back on Sunday 25 October 2026.
        ("2026-03-27 17:00", 2, "2026-03-30 09:00"),
        ("2026-10-23 17:00", 2, "2026-10-26 09:00"),
    ],
)
def test_a_change_of_the_clocks_at_night_costs_no_working_hour(
    start: str, amount: float, end: str
) -> None:
    there = "Europe/London"

    assert at(end, there) == LONDON.advance(at(start, there), hours(amount))


def test_round_the_clock_a_short_day_has_23_hours_and_a_long_one_25() -> None:
    there = "America/New_York"
    spring = at("2026-03-08 00:00", there), at("2026-03-09 00:00", there)
    autumn = at("2026-11-01 00:00", there), at("2026-11-02 00:00", there)

    assert hours(23) == ROUND_THE_CLOCK.elapsed(*spring)
    assert hours(25) == ROUND_THE_CLOCK.elapsed(*autumn)


def test_time_never_runs_backwards_in_the_hour_that_comes_twice() -> None:
    second_half_past_one = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)

    later = ROUND_THE_CLOCK.advance(second_half_past_one, timedelta(minutes=10))

    assert second_half_past_one + timedelta(minutes=10) == later


def test_the_working_spans_of_a_stretch_are_clipped_to_it() -> None:
    spans = list(CALENDAR.spans(at("2026-07-03 10:00"), at("2026-07-06 15:00")))

    assert [
        (at("2026-07-03 10:00"), at("2026-07-03 12:00")),
        (at("2026-07-03 14:00"), at("2026-07-03 18:00")),
        (at("2026-07-06 08:00"), at("2026-07-06 12:00")),
        (at("2026-07-06 14:00"), at("2026-07-06 15:00")),
    ] == spans


def test_nothing_passes_between_an_instant_and_an_earlier_one() -> None:
    assert [] == list(CALENDAR.spans(at("2026-07-03 10:00"), at("2026-07-03 09:00")))
    assert hours(0) == CALENDAR.elapsed(at("2026-07-03 10:00"), at("2026-07-03 09:00"))


@pytest.mark.parametrize(
    ("week", "exceptions"),
    [
        (PLAIN_WEEK[:6], ()),  # six days
        ((OFF,) * 7, ()),  # never open: no deadline would ever come
        ((((720, 480),),) * 7, ()),  # closes before it opens
        ((((480, 720), (700, 800)),) * 7, ()),  # overlapping
        ((((480, 1441),),) * 7, ()),  # beyond midnight
        (PLAIN_WEEK, (DAYS_OF_2026[0], DAYS_OF_2026[0])),  # the same date twice
        (PLAIN_WEEK, tuple(reversed(DAYS_OF_2026))),
        (PLAIN_WEEK, ((date(2026, 5, 1), ((720, 720),)),)),  # an empty span
    ],
)
def test_a_calendar_that_could_not_count_is_refused(
    week: tuple[Spans, ...], exceptions: tuple[tuple[date, Spans], ...]
) -> None:
    with pytest.raises(BadCalendar):
        calendar(week=week, exceptions=exceptions)


# Properties, over a year that has everything, in zones with and without summer time.

CALENDARS = st.sampled_from([CALENDAR, LONDON, ROUND_THE_CLOCK, NIGHTS])
YEAR = at("2026-01-01 00:00")
SPRING, AUTUMN = at("2026-03-08 00:00", "America/New_York"), at("2026-11-01 00:00", "UTC")


def near(moment: datetime, days: int) -> st.SearchStrategy[datetime]:
    return st.timedeltas(timedelta(0), timedelta(days=days)).map(lambda after: moment + after)


INSTANTS = near(YEAR, 400) | near(SPRING, 1) | near(AUTUMN, 2) | near(at("2026-09-17 08:00"), 25)
AMOUNTS = st.timedeltas(timedelta(0), timedelta(hours=200))


@given(CALENDARS, INSTANTS, AMOUNTS)
def test_as_much_has_elapsed_as_was_advanced(
    hours_of: Calendar, start: datetime, amount: timedelta
) -> None:
    assert amount == hours_of.elapsed(start, hours_of.advance(start, amount))


@given(CALENDARS, INSTANTS, INSTANTS)
def test_spans_are_in_order_within_the_stretch_and_add_up_to_what_elapsed(
    hours_of: Calendar, start: datetime, end: datetime
) -> None:
    spans = list(hours_of.spans(start, end))
    edges = [edge for span in spans for edge in span]

    assert sorted(edges) == edges
    assert all(start <= edge <= end for edge in edges)
    assert all(opens < closes for opens, closes in spans)
    assert hours_of.elapsed(start, end) == sum((b - a for a, b in spans), timedelta(0))


@given(CALENDARS, INSTANTS, AMOUNTS, AMOUNTS)
def test_advancing_twice_is_advancing_by_the_sum(
    hours_of: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    halfway = hours_of.advance(start, first)

    assert hours_of.advance(start, first + second) == hours_of.advance(halfway, second)


@given(CALENDARS, INSTANTS, INSTANTS, AMOUNTS)
def test_who_starts_later_is_never_done_earlier(
    hours_of: Calendar, one: datetime, other: datetime, amount: timedelta
) -> None:
    early, late = sorted((one, other))

    assert early <= hours_of.advance(early, amount) <= hours_of.advance(late, amount)


@given(CALENDARS, INSTANTS, INSTANTS, INSTANTS)
def test_time_that_elapsed_in_parts_elapsed_in_the_whole(
    hours_of: Calendar, one: datetime, two: datetime, three: datetime
) -> None:
    start, middle, end = sorted((one, two, three))

    parts = hours_of.elapsed(start, middle) + hours_of.elapsed(middle, end)

    assert parts == hours_of.elapsed(start, end)


def test_the_hours_of_an_exception_replace_those_of_the_week() -> None:
    assert WHOLE_DAY == CALENDAR.hours_on(date(2026, 9, 20))
    assert OFF == CALENDAR.hours_on(date(2026, 9, 27))
    assert OFF == CALENDAR.hours_on(date(2026, 10, 1))


@pytest.mark.parametrize(
    ("end", "amount", "start"),
    [
        ("2026-07-06 11:30", 4, "2026-07-03 17:30"),  # a Monday: over the week-end
        ("2026-07-06 15:00", 6, "2026-07-03 17:00"),  # and over a lunch
        ("2026-07-05 12:00", 8, "2026-07-03 08:00"),  # a Sunday has no hours of its own
        ("2026-07-06 09:00", 0, "2026-07-06 09:00"),
    ],
)
def test_working_time_is_counted_backwards(end: str, amount: int, start: str) -> None:
    back = CALENDAR.retreat(at(end), hours(amount))

    assert hours(amount) == CALENDAR.elapsed(back, at(end))
    assert at(start) == back
