"""A clock is a budget and a ledger: what its pauses, extensions and caps do to the deadline."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.sla.clocks import (
    Cause,
    Clock,
    Due,
    Extension,
    Measure,
    due,
    length,
    past_due,
    running_spans,
    share_reached,
    used,
)
from tests.town import CALENDAR, OPENED, at, clock, hours, pause


def deadline(it: Clock) -> datetime | None:
    found = due(it, CALENDAR)
    return found.at if found else None


def test_a_budget_of_working_time_skips_nights_and_weekends() -> None:
    assert at("2026-07-07 18:00") == deadline(clock(budget=hours(40)))


def test_danger_does_not_pause_on_national_day() -> None:
    it = clock(started_at=at("2026-10-01 02:00"), budget=hours(2), measure=Measure.CONTINUOUS)

    assert at("2026-10-01 04:00") == deadline(it)


def test_a_deadline_beyond_the_published_holidays_says_so() -> None:
    it = clock(started_at=at("2026-12-31 08:00"), budget=hours(5))

    assert Due(at("2027-01-01 09:00"), provisional=True) == due(it, CALENDAR)


def test_a_pause_from_friday_evening_to_monday_morning_costs_nothing_and_gives_nothing() -> None:
    it = clock(started_at=at("2026-07-03 14:00"), budget=hours(10))
    weekend = pause("2026-07-03 18:00", "2026-07-06 08:00")

    assert at("2026-07-06 16:00") == deadline(it)
    assert deadline(it) == deadline(replace(it, pauses=(weekend,)))


def test_a_pause_of_working_hours_moves_the_deadline_by_as_many() -> None:
    it = clock(budget=hours(8), pauses=(pause("2026-07-01 09:00", "2026-07-01 11:00"),))

    assert at("2026-07-02 10:00") == deadline(it)


def test_pauses_that_overlap_count_once() -> None:
    it = clock(
        budget=hours(8),
        pauses=(
            pause("2026-07-01 09:00", "2026-07-01 11:00"),
            pause("2026-07-01 10:00", "2026-07-01 12:00", Cause.RETURNED),
            pause("2026-07-01 10:15", "2026-07-01 10:30", Cause.VERIFYING),
        ),
    )

    assert at("2026-07-02 11:00") == deadline(it)


def test_a_pause_that_goes_on_leaves_no_deadline() -> None:
    it = clock(budget=hours(8), pauses=(pause("2026-07-01 09:00", None),))

    assert due(it, CALENDAR) is None
    assert hours(1) == used(it, CALENDAR, at("2026-07-20 09:00"))


def test_a_deadline_before_a_pause_stands() -> None:
    it = clock(budget=hours(1), pauses=(pause("2026-07-01 10:00", None),))

    assert at("2026-07-01 09:00") == deadline(it)


def test_one_of_two_pauses_ending_does_not_start_the_clock() -> None:
    it = clock(budget=hours(8))
    it = it.paused(Cause.SUSPENDED, at("2026-07-01 09:00"))
    it = it.paused(Cause.RETURNED, at("2026-07-01 10:00"))
    it = it.resumed(Cause.SUSPENDED, at("2026-07-01 11:00"))

    assert it.is_paused
    assert due(it, CALENDAR) is None
    assert at("2026-07-02 11:00") == deadline(it.resumed(Cause.RETURNED, at("2026-07-01 12:00")))


def test_pausing_for_the_same_cause_again_changes_nothing() -> None:
    it = clock().paused(Cause.SUSPENDED, at("2026-07-01 09:00"))

    assert it == it.paused(Cause.SUSPENDED, at("2026-07-01 10:00"))
    assert clock() == clock().resumed(Cause.SUSPENDED, at("2026-07-01 10:00"))


def test_a_pause_never_ends_before_it_began() -> None:
    """After an outage a suspension ends when it said it would: maybe before a clock began."""
    it = clock(budget=hours(8)).paused(Cause.SUSPENDED, OPENED)

    it = it.resumed(Cause.SUSPENDED, at("2026-06-30 08:00"))

    assert it.pauses[0].since == it.pauses[0].until
    assert at("2026-07-01 18:00") == deadline(it)


def test_a_stopped_clock_stays_as_it_was() -> None:
    it = clock(budget=hours(8)).stopped(at("2026-07-01 10:00"))

    assert it == it.stopped(at("2026-07-01 11:00"))
    assert it == it.paused(Cause.SUSPENDED, at("2026-07-01 11:00"))
    assert hours(2) == used(it, CALENDAR, at("2026-07-20 09:00"))


def test_an_extension_adds_its_hours() -> None:
    it = clock(budget=hours(40), extensions=(Extension(hours(8), at("2026-07-03 09:00"), "Rain."),))

    assert at("2026-07-08 18:00") == deadline(it)


@pytest.mark.parametrize(
    ("cap", "expected"),
    [
        ("2026-07-03 17:00", "2026-07-03 17:00"),  # the superior's deadline is earlier
        ("2026-07-20 17:00", "2026-07-07 18:00"),  # it is later: the own one stands
        ("2026-06-01 09:00", "2026-06-01 09:00"),  # it had passed when the clock began
        ("2026-07-04 23:59", "2026-07-04 23:59"),  # it lies outside working hours
    ],
)
def test_a_superiors_deadline_caps_the_own_one(cap: str, expected: str) -> None:
    assert at(expected) == deadline(clock(budget=hours(40), cap=at(cap)))


def test_a_superiors_deadline_holds_while_the_clock_stands_still() -> None:
    it = clock(cap=at("2026-07-03 17:00"), pauses=(pause("2026-07-01 09:00", None),))

    assert at("2026-07-03 17:00") == deadline(it)


def test_an_extension_cannot_move_a_superiors_deadline() -> None:
    it = clock(
        cap=at("2026-07-03 17:00"),
        extensions=(Extension(hours(80), at("2026-07-02 09:00"), "Rain."),),
    )

    assert at("2026-07-03 17:00") == deadline(it)


@pytest.mark.parametrize(
    ("percent", "moment"),
    [(0, "2026-07-01 08:00"), (50, "2026-07-01 12:00"), (75, "2026-07-01 16:00")],
)
def test_a_share_of_the_budget_is_reached(percent: int, moment: str) -> None:
    assert at(moment) == share_reached(clock(budget=hours(8)), CALENDAR, percent)


def test_a_cap_shortens_the_whole_and_with_it_the_shares() -> None:
    it = clock(budget=hours(40), cap=at("2026-07-01 18:00"))

    assert at("2026-07-01 12:00") == share_reached(it, CALENDAR, 50)


def test_a_cap_in_another_century_leaves_the_shares_where_they_are() -> None:
    """Nor is it counted up to: such a day, mistyped, once kept its workflow from ever starting."""
    it = clock(budget=hours(40), cap=at("9999-12-31 18:00"))

    assert share_reached(clock(budget=hours(40)), CALENDAR, 50) == share_reached(it, CALENDAR, 50)


@pytest.mark.parametrize(
    "it",
    [
        clock(budget=hours(8)),
        clock(cap=at("2026-07-03 23:59")),  # outside working hours, as superiors like it
        clock(cap=at("2026-07-03 23:59"), pauses=(pause("2026-07-01 09:00", "2026-07-01 10:00"),)),
        clock(cap=at("2026-07-03 17:00"), pauses=(pause("2026-07-01 09:00", None),)),
        clock(pauses=(pause("2026-07-01 09:00", None),)),
    ],
)
def test_the_whole_share_is_reached_at_the_deadline_and_not_before(it: Clock) -> None:
    assert deadline(it) == share_reached(it, CALENDAR, 100)


def test_time_after_the_deadline_is_working_time_too() -> None:
    assert at("2026-07-08 10:00") == past_due(clock(budget=hours(40)), CALENDAR, hours(2))


def test_time_after_the_deadline_stands_still_in_a_pause() -> None:
    it = clock(budget=hours(1), pauses=(pause("2026-07-01 10:00", "2026-07-01 11:00"),))

    assert at("2026-07-01 12:00") == past_due(it, CALENDAR, hours(2))
    assert past_due(replace(it, pauses=(pause("2026-07-01 10:00", None),)), CALENDAR, hours(2)) is (
        None
    )


def test_a_pause_that_begins_at_the_very_deadline_is_in_time() -> None:
    """No time is left, so the clock is due when it goes on."""
    it = clock(budget=hours(2), pauses=(pause("2026-07-01 10:00", "2026-07-01 11:00"),))
    resting = clock(budget=hours(2), pauses=(pause("2026-07-01 10:00", None),))

    assert at("2026-07-01 11:00") == deadline(it)
    assert at("2026-07-01 11:00") == past_due(it, CALENDAR, hours(0))
    assert due(resting, CALENDAR) is None


def test_time_after_a_superiors_deadline_within_a_pause_begins_when_the_clock_runs_again() -> None:
    it = clock(cap=at("2026-07-01 10:00"), pauses=(pause("2026-07-01 09:00", "2026-07-02 08:00"),))

    assert at("2026-07-02 09:00") == past_due(it, CALENDAR, hours(1))


def test_the_stretches_of_a_clock_are_its_life_less_its_pauses() -> None:
    it = clock(
        pauses=(
            pause("2026-07-02 10:00", None, Cause.RETURNED),
            pause("2026-07-01 09:00", "2026-07-01 10:00"),
        )
    )

    assert [
        (OPENED, at("2026-07-01 09:00")),
        (at("2026-07-01 10:00"), at("2026-07-02 10:00")),
    ] == list(running_spans(it, None))


def test_an_open_stretch_has_no_length() -> None:
    with pytest.raises(ValueError, match="open stretch"):
        length(clock(), CALENDAR, OPENED, None)


def test_a_stretch_that_ends_before_it_begins_has_no_length() -> None:
    backwards = OPENED, OPENED - timedelta(hours=1)

    assert hours(0) == length(clock(measure=Measure.CONTINUOUS), CALENDAR, *backwards)
    assert hours(0) == length(clock(measure=Measure.WORKING), CALENDAR, *backwards)
