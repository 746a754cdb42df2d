"""Why a deadline is what it is: one sentence for people, stretches that add up for machines."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given

from domain.sla.clocks import Cause, Clock, Extension, Measure, due
from domain.sla.explanations import explain, hours, recompute
from tests.town import CALENDAR, at, clock, pause
from tests.unit.test_clock_properties import ANY_CLOCK, OF_HOURS


def test_a_deadline_is_explained_in_one_sentence() -> None:
    it = clock(
        started_at=at("2026-07-03 14:00"),
        budget=timedelta(hours=10),
        extensions=(Extension(timedelta(hours=2), at("2026-07-06 09:00"), "Rain."),),
        pauses=(pause("2026-07-06 08:00", "2026-07-06 09:30"),),
    )

    assert (
        "10 h of working time (town) from Fri 2026-07-03 14:00, extended by 2 h (Rain.), "
        "not counting Mon 2026-07-06 08:00 to Mon 2026-07-06 09:30 (suspended): "
        "due Tue 2026-07-07 09:30"
    ) == explain(it, CALENDAR).sentence


def test_a_clock_that_stands_still_says_so() -> None:
    it = clock(budget=timedelta(hours=10), pauses=(pause("2026-07-01 09:00", None),))

    assert (
        "10 h of working time (town) from Wed 2026-07-01 08:00, not counting Wed 2026-07-01 09:00 "
        "to now on (suspended): no deadline while the clock stands still"
    ) == explain(it, CALENDAR).sentence


def test_a_superiors_deadline_is_named_as_the_reason() -> None:
    it = clock(measure=Measure.CONTINUOUS, cap=at("2026-07-01 20:00"))
    explained = explain(it, CALENDAR)

    assert it.cap == explained.cap
    assert (
        "40 h of time from Wed 2026-07-01 08:00, but no later than the superior's deadline: "
        "due Wed 2026-07-01 20:00"
    ) == explained.sentence


def test_a_deadline_beyond_the_published_holidays_is_called_provisional() -> None:
    explained = explain(clock(started_at=at("2026-12-31 08:00")), CALENDAR)

    assert explained.provisional
    assert explained.sentence.endswith("(provisional: holidays are published until 2026-12-31)")


def test_the_reason_of_a_pause_is_told() -> None:
    it = clock(pauses=(pause("2026-07-01 09:00", "2026-07-01 10:00", Cause.RETURNED),))

    assert "(returned)" in explain(it, CALENDAR).sentence


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (timedelta(hours=40), "40 h"),
        (timedelta(minutes=150), "2 h 30 min"),
        (timedelta(minutes=15), "15 min"),
        (timedelta(seconds=3661), "1 h 1 min 1 s"),
        (timedelta(0), "no time"),
    ],
)
def test_amounts_are_told_in_hours_and_minutes(amount: timedelta, words: str) -> None:
    assert words == hours(amount)


@given(ANY_CLOCK)
def test_the_explanation_of_a_deadline_recomputes_to_the_deadline(it: Clock) -> None:
    deadline = due(it, CALENDAR)

    assert (deadline.at if deadline else None) == recompute(explain(it, CALENDAR))


@given(OF_HOURS)
def test_the_stretches_that_count_add_up_to_the_budget_or_end_at_the_cap(it: Clock) -> None:
    explained = explain(it, CALENDAR)
    total = sum((end - start for start, end in explained.counted), timedelta(0))

    assert total == explained.amount
    if explained.due_at is not None and explained.cap is None:
        assert it.granted == total
        assert explained.due_at == explained.counted[-1][1]
    else:
        assert total <= it.granted


@given(OF_HOURS)
def test_only_working_hours_outside_pauses_count(it: Clock) -> None:
    explained = explain(it, CALENDAR)
    edges = [edge for stretch in explained.counted for edge in stretch]

    assert sorted(edges) == edges
    for start, end in explained.counted:
        assert start >= it.started_at
        assert end - start == counting(it, start, end)


def counting(it: Clock, start: datetime, end: datetime) -> timedelta:
    """How much of a stretch is in working hours and in no pause, minute by quarter hour."""
    step = timedelta(minutes=15)
    quarters = [start + step * i for i in range((end - start) // step)]
    return step * sum(
        not any(p.since <= q and (p.until is None or q < p.until) for p in it.pauses)
        and _counts(it.measure, q, step)
        for q in quarters
    )


def _counts(measure: Measure, at: datetime, step: timedelta) -> bool:
    match measure:
        case Measure.CONTINUOUS:
            return True
        case Measure.CALLING:
            return 8 <= at.astimezone(ZoneInfo(CALENDAR.zone)).hour < 20
        case _:
            return step == CALENDAR.elapsed(at, at + step)


def test_an_explanation_keeps_its_deadline_when_the_clock_goes_on_to_be_paused_after_it() -> None:
    it = clock(budget=timedelta(hours=1))
    later = replace(it, pauses=(pause("2026-07-02 09:00", None),))

    assert explain(it, CALENDAR).due_at == explain(later, CALENDAR).due_at
