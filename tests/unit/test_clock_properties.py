"""What no ledger of pauses, extensions and caps can break."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.sla.clocks import (
    IN_DAYS,
    Cause,
    Clock,
    Extension,
    Measure,
    Pause,
    cap_now,
    due,
    past_due,
    reach,
    share_reached,
    used,
)
from tests.town import CALENDAR, clock, hours

ZERO = timedelta(0)
# From a Wednesday before the National Day, so that stretches meet everything a calendar has.
BEGIN = datetime.fromisoformat("2026-09-16T08:00:00+08:00")
MOMENTS = st.integers(0, 40 * 24 * 4).map(lambda quarters: BEGIN + timedelta(minutes=15) * quarters)
AMOUNTS = st.integers(1, 160 * 4).map(lambda quarters: timedelta(minutes=15) * quarters)
CLOSED_PAUSES = st.lists(
    st.builds(
        lambda one, other, cause: Pause(min(one, other), cause, max(one, other)),
        MOMENTS,
        MOMENTS,
        st.sampled_from(Cause),
    ),
    max_size=5,
).map(tuple)
OPEN_PAUSES = st.builds(Pause, MOMENTS, st.sampled_from(Cause)) | st.none()
PAUSES = st.builds(
    lambda closed, last: closed if last is None else (*closed, last), CLOSED_PAUSES, OPEN_PAUSES
)
EXTENSIONS = st.lists(st.builds(Extension, AMOUNTS, MOMENTS, st.just("Rain.")), max_size=2)


IN_HOURS = [measure for measure in Measure if measure not in IN_DAYS]
"""Their amounts are used up to the minute. Days: tests/unit/test_working_days.py."""


def clocks(
    pauses: st.SearchStrategy[tuple[Pause, ...]],
    caps: st.SearchStrategy[datetime | None],
    measures: Sequence[Measure] = tuple(Measure),
) -> st.SearchStrategy[Clock]:
    return st.builds(
        lambda started_at, budget, measure, paused, cap, extensions: clock(
            started_at=started_at,
            budget=budget,
            measure=measure,
            pauses=paused,
            cap=cap,
            extensions=tuple(extensions),
        ),
        MOMENTS,
        AMOUNTS,
        st.sampled_from(measures),
        pauses,
        caps,
        EXTENSIONS,
    )


ANY_CLOCK = clocks(PAUSES, MOMENTS | st.none())
OF_HOURS = clocks(PAUSES, MOMENTS | st.none(), IN_HOURS)
UNCAPPED = clocks(PAUSES, st.none(), IN_HOURS)
RESUMED = clocks(CLOSED_PAUSES, st.none(), IN_HOURS)
RESUMED_OF_ANY = clocks(CLOSED_PAUSES, st.none())


@given(ANY_CLOCK, MOMENTS, MOMENTS)
def test_used_time_never_decreases_nor_outruns_the_wall_clock(
    it: Clock, one: datetime, other: datetime
) -> None:
    early, late = sorted((one, other))

    assert ZERO <= used(it, CALENDAR, late) - used(it, CALENDAR, early) <= late - early


@given(ANY_CLOCK, MOMENTS, MOMENTS, st.sampled_from(Cause))
def test_a_clock_that_stands_still_uses_no_time(
    it: Clock, one: datetime, other: datetime, cause: Cause
) -> None:
    since, until = sorted((one, other))
    paused = replace(it, pauses=(*it.pauses, Pause(since, cause, until)))

    assert used(paused, CALENDAR, since) == used(paused, CALENDAR, until)


@given(OF_HOURS, AMOUNTS)
def test_what_is_reached_is_used_up_then_and_not_a_moment_before(
    it: Clock, amount: timedelta
) -> None:
    moment = reach(it, CALENDAR, amount)

    if moment is not None:
        assert amount == used(it, CALENDAR, moment)
        assert amount > used(it, CALENDAR, moment - timedelta(minutes=1))


@given(UNCAPPED, AMOUNTS)
def test_an_amount_is_out_of_reach_only_while_a_pause_is_open(it: Clock, amount: timedelta) -> None:
    moment = reach(it, CALENDAR, amount)

    if moment is None:
        # Equal: what is used up at the very instant of a pause is reached after it.
        assert it.is_paused
        assert amount >= used(it, CALENDAR, BEGIN + timedelta(days=400))


@given(RESUMED)
def test_a_pause_moves_the_deadline_by_the_working_time_it_cost(it: Clock) -> None:
    without = replace(it, pauses=())
    plain, moved = due(without, CALENDAR), due(it, CALENDAR)

    assert plain is not None
    assert moved is not None
    lost = used(without, CALENDAR, moved.at) - used(it, CALENDAR, moved.at)
    assert moved.at == reach(without, CALENDAR, it.granted + lost)
    assert plain.at <= moved.at


@given(RESUMED_OF_ANY, st.permutations(range(5)))
def test_the_order_in_which_pauses_were_written_down_does_not_matter(
    it: Clock, order: list[int]
) -> None:
    shuffled = tuple(it.pauses[i] for i in order if i < len(it.pauses))

    assert due(it, CALENDAR) == due(replace(it, pauses=shuffled), CALENDAR)


@given(UNCAPPED, AMOUNTS)
def test_an_extension_is_worth_its_amount_to_the_minute(it: Clock, amount: timedelta) -> None:
    longer = replace(it, extensions=(*it.extensions, Extension(amount, BEGIN, "Rain.")))
    deadline = due(longer, CALENDAR)

    if deadline is not None:
        assert it.granted + amount == used(it, CALENDAR, deadline.at)


@given(ANY_CLOCK)
def test_no_deadline_is_later_than_the_superiors_unless_that_waits(it: Clock) -> None:
    waits = [pause for pause in it.pauses if pause.cause in {Cause.DONE, Cause.REPORTED}]
    deadline = due(it, CALENDAR)

    if it.cap is not None and not waits:
        assert deadline is not None
        assert deadline.at <= it.cap


@given(ANY_CLOCK, MOMENTS, MOMENTS)
def test_a_cap_that_waits_leaves_the_time_that_was_left_until_then(
    it: Clock, one: datetime, other: datetime
) -> None:
    since = max(one, it.started_at)
    until = max(since, other)
    done = replace(it, cap=until, pauses=(Pause(since, Cause.DONE, until),))
    deadline = due(done, CALENDAR)

    assert deadline is not None
    assert used(done, CALENDAR, deadline.at) <= used(replace(done, pauses=()), CALENDAR, until)
    assert due(replace(done, pauses=(Pause(since, Cause.DONE),)), CALENDAR) is None or (
        since >= deadline.at
    )


@given(ANY_CLOCK, MOMENTS, MOMENTS, MOMENTS)
def test_a_pause_of_what_is_done_never_brings_a_cap_nearer(
    it: Clock, cap: datetime, one: datetime, other: datetime
) -> None:
    since, until = sorted((one, other))
    done = replace(it, cap=cap, pauses=(Pause(since, Cause.DONE, until),))
    moved = cap_now(done, CALENDAR)

    assert moved is not None
    assert moved >= cap


@given(ANY_CLOCK, st.integers(0, 100), st.integers(0, 100))
def test_the_moments_of_a_ladder_come_in_the_order_of_its_rungs(
    it: Clock, one: int, other: int
) -> None:
    shares = [share_reached(it, CALENDAR, percent) for percent in sorted((one, other, 100))]
    afters = [past_due(it, CALENDAR, hours(amount)) for amount in (0, 1, 8)]
    reached = [moment for moment in (*shares, *afters) if moment is not None]

    assert sorted(reached) == reached
    # Once a moment is out of reach, so are all later ones.
    assert [*reached, *[None] * (6 - len(reached))] == [*shares, *afters]
