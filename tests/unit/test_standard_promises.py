"""The promise to the citizen follows the limit of a standard, and no limit gives more time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.planning.plans import CasePlan, ClockSpec
from domain.planning.service_levels import level_of
from domain.policy.model import Level, Limit
from domain.policy.standards import Standard
from domain.sla.case_clocks import ACCEPT, CALLBACK, CITIZEN, FIRST, HOLDER, SIGN, SUPERIOR, VERIFY
from domain.sla.clocks import Measure
from domain.sla.comparison import in_measure, is_as_strict
from domain.vocabulary import Tier, Urgency
from tests.town import at, hours
from tests.unit.rows.story import Story
from tests.unit.standards import DRAINS, RECEIVED, planned, town

WORKING, DAYS, ALL = Measure.WORKING, Measure.WORKING_DAYS, Measure.CONTINUOUS

OURS = frozenset({SUPERIOR})
"""A case of the town has no clock of a superior."""


def limit(plan_: CasePlan, clock: str = HOLDER, tier: Tier = Tier.ASSIGN) -> tuple[object, object]:
    spec = plan_.spec(tier, clock)
    return (spec.budget, spec.measure) if spec else (None, None)


def test_the_promise_follows_the_limit() -> None:
    # 2 h to take it on, 16 h of the limit, 4 h to verify, 8 h to call back
    assert limit(planned("noisy"), CITIZEN) == (hours(30), DAYS)


def test_a_limit_of_two_hours_is_promised_in_four_times_as_much() -> None:
    assert limit(planned("missing"), CITIZEN) == (hours(8), ALL)


def test_the_promise_of_the_level_is_never_exceeded() -> None:
    long = town(DRAINS.replace("within: 2wd", "within: 5wd").replace("异响", "rattles"))
    levels = tuple(
        replace(
            level,
            limits=tuple(
                replace(each, budget=hours(50)) if each.clock == CITIZEN else each
                for each in level.limits
            ),
        )
        for level in long.levels
    )

    assert limit(planned("noisy", policy=replace(long, levels=levels)), CITIZEN) == (
        hours(50),
        WORKING,
    )


def test_a_longer_limit_leaves_the_promise_of_the_level() -> None:
    assert limit(planned("blocked"), CITIZEN) == (hours(64), WORKING)


MEASURES = st.sampled_from(list(Measure))
BUDGETS = st.integers(1, 400).map(lambda quarters: timedelta(minutes=15) * quarters)
CLOCKS = (CITIZEN, ACCEPT, SIGN, FIRST, HOLDER, VERIFY, CALLBACK)
LEVELS = st.builds(
    lambda measure, budgets: Level(
        Tier.ASSIGN,
        Urgency.NORMAL,
        tuple(
            Limit(name, budget, "l", measure) for name, budget in zip(CLOCKS, budgets, strict=True)
        ),
    ),
    st.sampled_from([WORKING, ALL]),
    st.lists(BUDGETS, min_size=len(CLOCKS), max_size=len(CLOCKS)),
)


@given(LEVELS, BUDGETS, MEASURES)
def test_a_standard_never_gives_more_time_than_the_level(
    level: Level, within: timedelta, measure: Measure
) -> None:
    standard = Standard("s", "w", within, measure)
    with_it = {s.clock: s for s in level_of(level, None, standard, apart=OURS).clocks}
    without = {s.clock: s for s in level_of(level, None, None, apart=OURS).clocks}

    for clock in (CITIZEN, HOLDER, SIGN, FIRST):
        assert _as_days(with_it[clock]) <= _as_days(without[clock])


@given(LEVELS, BUDGETS, MEASURES)
def test_a_promise_that_follows_a_limit_covers_it_and_is_at_most_four_times_as_long(
    level: Level, within: timedelta, measure: Measure
) -> None:
    standard = Standard("s", "w", within, measure)
    specs = {s.clock: s for s in level_of(level, None, standard, apart=OURS).clocks}
    plain = next(each for each in level.limits if each.clock == CITIZEN)
    held, promise = specs[HOLDER], specs[CITIZEN]

    if (promise.budget, promise.measure) != (plain.budget, plain.measure):
        assert promise.measure is held.measure
        assert held.budget <= promise.budget <= 4 * held.budget


def _as_days(spec: ClockSpec) -> timedelta:
    return in_measure(spec.budget, spec.measure, WORKING)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((hours(16), DAYS), (hours(16), WORKING), True),
        ((hours(17), WORKING), (hours(16), DAYS), False),
        ((hours(24), ALL), (hours(8), WORKING), True),
        ((hours(25), ALL), (hours(8), WORKING), False),
        ((hours(1), WORKING), (hours(24), ALL), False),  # a weekend would lengthen it
    ],
)
def test_limits_in_different_measures_are_compared_by_days(
    one: tuple[timedelta, Measure], other: tuple[timedelta, Measure], expected: bool
) -> None:
    assert is_as_strict(*one, *other) is expected


def test_the_deadline_of_two_working_days_is_the_same_hour() -> None:
    story = Story(planned("noisy"), RECEIVED)

    assert story.due(HOLDER) == at("2026-07-03 10:00")
