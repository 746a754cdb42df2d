"""Limits in working days: the same hour of the n-th working day, or its end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sla.clocks import Cause, Measure, Pause, after, due
from domain.sla.explanations import explain, recompute
from domain.vocabulary import Tier, Urgency
from store.packs.loader import load_pack
from tests.fakes.packs import HOLIDAYS, PACK, written
from tests.town import CALENDAR, MORNING, ZONE, at, calendar, clock, hours

DAYS, END = Measure.WORKING_DAYS, Measure.END_OF_DAY
IN_DAYS = st.sampled_from([DAYS, END])
# From a Wednesday before the National Day; the year ends with a half day.
BEGIN = datetime.fromisoformat("2026-09-16T08:00:00+08:00")
MOMENTS = st.integers(0, 120 * 24 * 4).map(lambda n: BEGIN + timedelta(minutes=15) * n)
AMOUNTS = st.integers(1, 160).map(lambda quarters: timedelta(minutes=15) * quarters)
SHORT_DAYS = replace(CALENDAR, week=(((480, 720), (840, 1050)),) * 5 + ((), ()))


def days(number: float) -> timedelta:
    return hours(8) * number


@pytest.mark.parametrize(
    ("start", "number", "expected"),
    [
        ("2026-07-01 10:00", 2, "2026-07-03 10:00"),
        ("2026-07-03 16:30", 1, "2026-07-06 16:30"),  # over a weekend
        ("2026-09-18 10:00", 1, "2026-09-20 10:00"),  # a Sunday that is worked
        ("2026-09-30 10:00", 1, "2026-10-08 10:00"),  # over the National Day
        ("2026-12-30 15:00", 1, "2026-12-31 15:00"),  # to a half day
        ("2026-12-30 15:00", 2, "2027-01-01 15:00"),  # over a half day
        ("2026-12-31 15:00", 1, "2027-01-01 15:00"),  # from the afternoon of a half day
        ("2026-07-01 13:00", 1, "2026-07-02 13:00"),  # in the lunch break
        ("2026-07-01 20:00", 1, "2026-07-02 18:00"),  # in the evening
        ("2026-07-02 03:00", 1, "2026-07-02 18:00"),  # in the night after it
        ("2026-07-04 23:00", 1, "2026-07-06 18:00"),  # on a Saturday
    ],
)
def test_working_days_end_at_the_same_hour(start: str, number: int, expected: str) -> None:
    assert after(DAYS, CALENDAR, at(start), days(number)) == at(expected)


@pytest.mark.parametrize(
    ("start", "number", "expected"),
    [
        ("2026-07-01 10:00", 2, "2026-07-03 18:00"),
        ("2026-07-01 20:00", 1, "2026-07-02 18:00"),
        ("2026-07-02 03:00", 1, "2026-07-03 18:00"),
        ("2026-07-04 23:00", 1, "2026-07-06 18:00"),
        ("2026-12-30 15:00", 1, "2026-12-31 12:00"),  # a half day ends at noon
    ],
)
def test_the_variant_ends_with_the_working_day(start: str, number: int, expected: str) -> None:
    assert after(END, CALENDAR, at(start), days(number)) == at(expected)


def test_a_day_of_seven_and_a_half_hours_is_one_working_day() -> None:
    start = at("2026-07-01 10:00")

    assert after(DAYS, SHORT_DAYS, start, days(3)) == at("2026-07-06 10:00")


def test_half_days_in_a_row_are_as_many_working_days() -> None:
    every = tuple((at(f"2026-07-0{day} 12:00").date(), MORNING) for day in (1, 2, 3, 6, 7))
    halves = calendar(exceptions=every)

    assert after(DAYS, halves, at("2026-07-01 10:00"), days(4)) == at("2026-07-07 10:00")


@given(MOMENTS, st.integers(1, 20))
def test_the_deadline_is_in_working_time_or_at_the_same_hour(start: datetime, number: int) -> None:
    deadline = after(DAYS, CALENDAR, start, days(number)).astimezone(ZoneInfo(ZONE))
    same = deadline.time() == start.time()

    assert CALENDAR.hours_on(deadline.date())
    assert same or deadline.time().hour == 18  # the office day ends


@given(IN_DAYS, MOMENTS, MOMENTS, AMOUNTS)
def test_what_begins_later_is_not_due_sooner(
    measure: Measure, one: datetime, other: datetime, amount: timedelta
) -> None:
    early, late = sorted((one, other))

    first, second = (after(measure, CALENDAR, start, amount) for start in (early, late))

    assert first <= second


@given(IN_DAYS, MOMENTS, AMOUNTS, AMOUNTS)
def test_more_time_is_never_due_sooner(
    measure: Measure, start: datetime, one: timedelta, other: timedelta
) -> None:
    less, more = sorted((one, other))

    assert start < after(measure, CALENDAR, start, less) <= after(measure, CALENDAR, start, more)


@given(IN_DAYS, MOMENTS, st.integers(1, 10), MOMENTS, MOMENTS)
def test_a_pause_leaves_the_working_time_that_was_left(
    measure: Measure, start: datetime, number: int, one: datetime, other: datetime
) -> None:
    since, until = sorted((one, other))
    it = clock(started_at=start, budget=days(number), measure=measure)
    plain = after(measure, CALENDAR, start, days(number))
    paused = due(replace(it, pauses=(Pause(since, Cause.SUSPENDED, until),)), CALENDAR)

    assert paused is not None
    if start < since <= plain:
        assert CALENDAR.elapsed(until, paused.at) == CALENDAR.elapsed(since, plain)
    elif since > plain:
        assert paused.at == plain


@given(MOMENTS, st.integers(1, 10), MOMENTS)
def test_a_pause_over_a_night_moves_no_deadline_in_working_hours(
    start: datetime, number: int, day: datetime
) -> None:
    evening = day.astimezone(ZoneInfo(ZONE)).replace(hour=18, minute=0)
    morning = evening + timedelta(hours=14)
    it = clock(started_at=start, budget=days(number), measure=DAYS)
    deadline = due(it, CALENDAR)
    paused = due(replace(it, pauses=(Pause(evening, Cause.SUSPENDED, morning),)), CALENDAR)

    assert deadline is not None
    assert paused is not None
    in_hours = CALENDAR.elapsed(deadline.at - timedelta(minutes=15), deadline.at)
    if evening > start and in_hours and deadline.at not in {evening, morning}:
        assert paused.at == deadline.at


def test_an_extension_of_eight_hours_is_a_working_day() -> None:
    base = clock(started_at=at("2026-12-30 15:00"), budget=days(1), measure=DAYS)
    longer = replace(base, budget=base.budget + days(1))

    assert due(longer, CALENDAR) == due(replace(base, budget=days(2)), CALENDAR)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        (
            DAYS,
            "2 working days (town) from Wed 2026-07-01 10:00: due Fri 2026-07-03 10:00",
        ),
        (
            END,
            (
                "2 working days (town), to the end of the day, from Wed 2026-07-01 10:00: "
                "due Fri 2026-07-03 18:00"
            ),
        ),
    ],
)
def test_a_deadline_in_days_is_explained(measure: Measure, expected: str) -> None:
    it = clock(started_at=at("2026-07-01 10:00"), budget=days(2), measure=measure)

    assert explain(it, CALENDAR).sentence == expected


@given(IN_DAYS, MOMENTS, AMOUNTS, MOMENTS, MOMENTS)
def test_a_deadline_in_days_follows_from_its_explanation(
    measure: Measure, start: datetime, amount: timedelta, one: datetime, other: datetime
) -> None:
    since, until = sorted((one, other))
    pauses = (Pause(since, Cause.SUSPENDED, until),)
    it = clock(started_at=start, budget=amount, measure=measure, pauses=pauses)
    explanation = explain(it, CALENDAR)

    assert recompute(explanation) == explanation.due_at


@pytest.mark.parametrize(
    ("budget", "amount", "measure"),
    [
        ("5wd", days(5), DAYS),
        ("5wd, measure: end_of_day", days(5), END),
        ("5wd, measure: working_days", days(5), DAYS),
        ("12wh", hours(12), Measure.WORKING),
        ("2nd", timedelta(days=2), Measure.CONTINUOUS),
        ("2d, measure: continuous", timedelta(days=2), Measure.CONTINUOUS),
        ("40h", hours(40), Measure.WORKING),
    ],
)
def test_a_limit_of_a_pack_says_in_its_unit_how_it_is_counted(
    tmp_path: Path, budget: str, amount: timedelta, measure: Measure
) -> None:
    levels = PACK["levels"].replace("holder: {budget: 40h", f"holder: {{budget: {budget}")
    policy = load_pack(written(tmp_path, levels=levels), HOLIDAYS)
    level = policy.level(Tier.DIRECT, Urgency.NORMAL)
    limits: Mapping[str, object] = {
        limit.clock: (limit.budget, limit.measure) for limit in (level.limits if level else ())
    }

    assert limits["holder"] == (amount, measure)


def test_a_part_of_a_case_may_have_working_days(tmp_path: Path) -> None:
    parts = PACK["parts"].replace("budget: 8h", "budget: 3wd", 1)
    rule = load_pack(written(tmp_path, parts=parts), HOLIDAYS).parts[0]

    assert replace(rule, budget=days(3), measure=DAYS) == rule
