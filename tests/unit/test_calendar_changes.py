"""Working time where the wall clock changes, against a second computation minute by minute in UTC.

The second one shares nothing with the calendar but the hours: it asks of each minute that passes
what the wall clock shows, and whether that is in working hours.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sla.calendars import Calendar, Spans
from domain.sla.clocks import Measure, due, used
from domain.sla.working_days import DAY, end_of_day, same_hour
from tests.town import calendar, clock, hours

MINUTE = timedelta(minutes=1)

CHANGES = (
    ("Europe/Berlin", "2026-03-29T01:00Z"),  # 02:00 to 03:00 is left out
    ("Europe/Berlin", "2026-10-25T01:00Z"),  # 02:00 to 03:00 comes twice
    ("America/New_York", "2026-03-08T07:00Z"),
    ("America/New_York", "2026-11-01T06:00Z"),
    ("Australia/Lord_Howe", "2026-04-04T15:00Z"),  # half an hour comes twice
    ("Australia/Lord_Howe", "2026-10-03T15:30Z"),  # half an hour is left out
    ("Asia/Shanghai", "1986-05-03T18:00Z"),  # China's summer time, until 1991
    ("Asia/Shanghai", "1986-09-13T17:00Z"),
    ("Asia/Shanghai", "1991-04-13T18:00Z"),
    ("Asia/Shanghai", "1991-09-14T17:00Z"),
    ("Asia/Shanghai", "2026-03-29T01:00Z"),  # nothing changes any more
    ("America/Santiago", "2026-09-06T04:00Z"),  # a day that begins at 01:00
    ("America/St_Johns", "2006-10-29T02:31Z"),  # from 00:01 back into the day before
    ("Pacific/Apia", "2011-12-30T10:00Z"),  # a whole day is left out
)

WEEKS = st.lists(st.integers(0, 24 * 60), min_size=2, max_size=8, unique=True).map(
    lambda edges: spans_of(sorted(edges))
)
NIGHTS = st.lists(st.integers(0, 16).map(lambda q: 15 * q), min_size=2, max_size=6, unique=True)
"""Edges in the hours in which clocks change, where a fault would be."""
HOURS = WEEKS | NIGHTS.map(lambda edges: spans_of(sorted(edges)))


def spans_of(edges: list[int]) -> Spans:
    return tuple(zip(edges[0::2], edges[1::2], strict=False))


def working_minutes(town: Calendar, start: datetime, end: datetime) -> Iterator[datetime]:
    """Yield the beginning of each minute that is in working hours by the wall clock."""
    zone, minute = ZoneInfo(town.zone), start
    while minute < end:
        shown = minute.astimezone(zone)
        of_day = shown.hour * 60 + shown.minute
        if any(first <= of_day < last for first, last in town.hours_on(shown.date())):
            yield minute
        minute += MINUTE


def changing(zone: str, day: Spans) -> Calendar:
    return calendar(zone=zone, week=(day,) * 7, exceptions=(), published_until=date(2099, 12, 31))


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


STARTS = st.integers(-36 * 60, 12 * 60).map(lambda minutes: minutes * MINUTE)
LENGTHS = st.integers(0, 48 * 60).map(lambda minutes: minutes * MINUTE)


@given(st.sampled_from(CHANGES), HOURS, STARTS, LENGTHS)
def test_exactly_the_minutes_count_in_which_the_wall_clock_shows_working_hours(
    change: tuple[str, str], day: Spans, start: timedelta, length: timedelta
) -> None:
    town, begins = changing(change[0], day), moment(change[1]) + start

    counted = [
        opens + MINUTE * number
        for opens, closes in town.spans(begins, begins + length)
        for number in range((closes - opens) // MINUTE)
    ]

    assert counted == list(working_minutes(town, begins, begins + length))


@given(st.sampled_from(CHANGES), HOURS, STARTS, LENGTHS)
def test_as_much_elapses_as_there_are_such_minutes(
    change: tuple[str, str], day: Spans, start: timedelta, length: timedelta
) -> None:
    town, begins = changing(change[0], day), moment(change[1]) + start
    number = len(list(working_minutes(town, begins, begins + length)))

    assert town.elapsed(begins, begins + length) == number * MINUTE


@given(st.sampled_from(CHANGES), HOURS, STARTS, st.integers(1, 240))
def test_an_amount_is_used_up_at_the_end_of_its_last_minute(
    change: tuple[str, str], day: Spans, start: timedelta, amount: int
) -> None:
    town, begins = changing(change[0], day), moment(change[1]) + start
    minutes = list(working_minutes(town, begins, begins + timedelta(days=3)))

    if len(minutes) >= amount:
        assert town.advance(begins, amount * MINUTE) == minutes[amount - 1] + MINUTE


@given(st.sampled_from(CHANGES), HOURS, STARTS, st.integers(1, 240))
def test_counted_backwards_it_begins_at_its_first_minute(
    change: tuple[str, str], day: Spans, start: timedelta, amount: int
) -> None:
    town, ends = changing(change[0], day), moment(change[1]) + start
    minutes = list(working_minutes(town, ends - timedelta(days=3), ends))

    if len(minutes) >= amount:
        assert town.retreat(ends, amount * MINUTE) == minutes[-amount]


@pytest.mark.parametrize(
    ("zone", "day", "begins", "ends", "length"),
    [
        # Opens at 02:15, which is left out: the hours begin at 03:00 and not at 03:15.
        ("Europe/Berlin", ((135, 240),), "2026-03-29T00:00Z", "2026-03-29T06:00Z", 1),
        # Closes at 02:30, which comes twice: the second half hour from 02:00 on counts, too.
        ("Europe/Berlin", ((0, 150),), "2026-10-24T22:00Z", "2026-10-25T06:00Z", 3),
        ("Australia/Lord_Howe", ((60, 150),), "2026-10-03T14:00Z", "2026-10-03T18:00Z", 1),
        ("Asia/Shanghai", ((60, 150),), "1986-05-03T16:00Z", "1986-05-03T20:00Z", 1),
    ],
)
def test_nights_of_a_change_as_worked_by_hand(
    zone: str, day: Spans, begins: str, ends: str, length: float
) -> None:
    assert changing(zone, day).elapsed(moment(begins), moment(ends)) == hours(length)


# --- Limits in working days.

WHOLE_DAYS = st.integers(1, 2).map(lambda days: days * DAY)
ALL_DAY: Spans = ((0, 24 * 60),)


@given(st.sampled_from(CHANGES), HOURS | st.just(ALL_DAY), STARTS, STARTS, WHOLE_DAYS)
def test_who_starts_later_has_no_earlier_end_in_working_days(
    change: tuple[str, str], day: Spans, one: timedelta, other: timedelta, amount: timedelta
) -> None:
    town = changing(change[0], day)
    early, late = sorted((moment(change[1]) + one, moment(change[1]) + other))
    # In an hour that comes twice the later start may show the earlier time.
    shown = [each.astimezone(ZoneInfo(change[0])).replace(tzinfo=None) for each in (early, late)]

    if sorted(shown) == shown:
        assert same_hour(town, early, amount) <= same_hour(town, late, amount)
    assert end_of_day(town, early, amount) <= end_of_day(town, late, amount)


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        ("2026-03-28T01:30Z", "2026-03-29T01:00Z"),  # 02:30 is left out: at 03:00, as it changes
        ("2026-03-28T01:59Z", "2026-03-29T01:00Z"),
        ("2026-03-28T02:10Z", "2026-03-29T01:10Z"),  # 03:10 is 03:10
        ("2026-10-24T00:30Z", "2026-10-25T00:30Z"),  # the first 02:30
    ],
)
def test_the_same_hour_in_the_night_of_a_change(start: str, ends: str) -> None:
    berlin = changing("Europe/Berlin", ALL_DAY)

    assert same_hour(berlin, moment(start), DAY) == moment(ends)


@pytest.mark.parametrize(
    ("day", "start", "ends"),
    [
        (((0, 150),), "2026-10-24T10:00Z", "2026-10-25T01:30Z"),  # the second 02:30
        (((0, 150),), "2026-03-28T10:00Z", "2026-03-29T01:00Z"),  # 02:30 is left out
        (((120, 180),), "2026-03-28T10:00Z", "2026-03-29T01:00Z"),  # and so is the whole day
    ],
)
def test_the_end_of_a_working_day_in_the_night_of_a_change(
    day: Spans, start: str, ends: str
) -> None:
    assert end_of_day(changing("Europe/Berlin", day), moment(start), DAY) == moment(ends)


# --- Continuous time.


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_continuous_time_passes_as_fast_on_the_night_of_a_change(zone: str, change: str) -> None:
    """Also where the start is told in the town's zone, in which Python adds wall times."""
    start = (moment(change) - hours(3)).astimezone(ZoneInfo(zone))
    it = clock(started_at=start, budget=hours(24), measure=Measure.CONTINUOUS)
    deadline = due(it, changing(zone, ((480, 720),)))

    assert deadline is not None
    assert deadline.at.astimezone(UTC) == moment(change) + hours(21)


@pytest.mark.parametrize(("zone", "change"), CHANGES)
def test_continuous_time_is_used_up_as_fast_on_the_night_of_a_change(
    zone: str, change: str
) -> None:
    place = ZoneInfo(zone)
    start, end = (moment(change) + hours(n) for n in (-3, 5))
    it = clock(started_at=start.astimezone(place), budget=hours(24), measure=Measure.CONTINUOUS)

    assert used(it, changing(zone, ((480, 720),)), end.astimezone(place)) == hours(8)
