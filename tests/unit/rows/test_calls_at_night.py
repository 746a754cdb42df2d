"""A time to call that counts day and night, and the hours in which calls count, 8:00 to 20:00."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Close
from domain.planning.plans import RULES, CasePlan
from domain.sla.case_clocks import CALLBACK
from domain.sla.clocks import Measure
from domain.sla.explanations import explain, recompute
from domain.vocabulary import Callback, Stage
from tests.builders import plan
from tests.town import at, hours
from tests.unit.rows.story import Story

NOT_REACHED = Close(callback=Callback.NOT_REACHED)


def _day_and_night(budget: float, rules: int | None) -> CasePlan:
    pinned = replace(plan(measure=Measure.CONTINUOUS), rules=rules)
    levels = (
        replace(
            level,
            clocks=tuple(
                replace(spec, budget=hours(budget)) if spec.clock == CALLBACK else spec
                for spec in level.clocks
            ),
        )
        for level in pinned.levels
    )
    return replace(pinned, levels=tuple(levels))


def _verified(when: str, budget: float, rules: int | None = 2) -> Story:
    story = Story(_day_and_night(budget, rules))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, at(when))
    return story


@pytest.mark.parametrize(
    ("verified", "budget", "called", "due"),
    [
        ("2026-07-01 10:00", 2, "2026-07-01 10:30", "2026-07-02 10:00"),
        ("2026-07-01 18:30", 2, "2026-07-01 19:00", "2026-07-02 10:00"),
        ("2026-07-01 09:00", 12, "2026-07-01 10:00", "2026-07-02 20:00"),
        ("2026-07-01 22:00", 12, "2026-07-02 08:30", "2026-07-03 20:00"),
        ("2026-07-01 10:00", 14, "2026-07-01 10:30", "2026-07-03 10:00"),  # 12 hours, and two
    ],
)
def test_after_a_call_in_vain_the_time_day_and_night_reaches_into_the_next_day(
    verified: str, budget: float, called: str, due: str
) -> None:
    story = _verified(verified, budget)
    story.do(NOT_REACHED, at(called))

    assert story.due(CALLBACK) == at(due)


def test_who_was_not_reached_is_called_the_next_day_in_time() -> None:
    story = _verified("2026-07-01 10:00", 2)
    for when in ("2026-07-01 10:30", "2026-07-01 11:30", "2026-07-02 09:30"):
        assert story.case.stage is Stage.VERIFIED
        story.wait(at(when))
        story.do(NOT_REACHED, at(when))

    assert story.case.stage is Stage.CLOSED
    assert not story.clock(CALLBACK).missed


def test_no_time_is_added_twice() -> None:
    story = _verified("2026-07-01 10:00", 2)
    story.do(NOT_REACHED, at("2026-07-01 10:30"))
    due = story.due(CALLBACK)
    story.do(NOT_REACHED, at("2026-07-02 09:00"))

    assert story.due(CALLBACK) == due


def test_a_case_of_before_the_rule_keeps_its_time_to_call() -> None:
    story = _verified("2026-07-01 10:00", 2, rules=None)
    story.do(NOT_REACHED, at("2026-07-01 10:30"))

    assert story.due(CALLBACK) == at("2026-07-01 12:00")


@pytest.mark.parametrize(
    ("verified", "budget", "due"),
    [
        ("2026-07-01 22:00", 2, "2026-07-02 10:00"),
        ("2026-07-01 19:00", 2, "2026-07-02 09:00"),
        ("2026-07-02 03:00", 2, "2026-07-02 10:00"),
        ("2026-07-01 10:00", 2, "2026-07-01 12:00"),
        ("2026-07-01 18:00", 2, "2026-07-01 20:00"),
        (
            "2026-07-04 19:00",
            2,
            "2026-07-05 09:00",
        ),  # on a Saturday: each day has hours for calling
    ],
)
def test_no_call_is_due_at_night(verified: str, budget: float, due: str) -> None:
    story = _verified(verified, budget, rules=RULES)

    assert story.due(CALLBACK) == at(due)


def test_at_night_no_call_is_missed() -> None:
    story = _verified("2026-07-01 22:00", 2, rules=RULES)
    story.wait(at("2026-07-02 09:59"))
    assert not story.clock(CALLBACK).missed
    story.wait(at("2026-07-02 10:01"))

    assert story.clock(CALLBACK).missed


@pytest.mark.parametrize(
    ("verified", "called", "due"),
    [
        ("2026-07-01 10:00", "2026-07-01 10:30", "2026-07-02 10:00"),
        ("2026-07-01 22:00", "2026-07-02 08:30", "2026-07-03 10:00"),
    ],
)
def test_after_a_call_in_vain_the_hours_for_calling_of_the_next_day_are_seen(
    verified: str, called: str, due: str
) -> None:
    story = _verified(verified, 2, rules=RULES)
    story.do(NOT_REACHED, at(called))

    assert story.due(CALLBACK) == at(due)


def test_the_explanation_says_in_which_hours_the_time_counts() -> None:
    story = _verified("2026-07-01 22:00", 2, rules=RULES)
    because = explain(story.clock(CALLBACK), story.case.plan.calendar)

    assert "2 h between 08:00 and 20:00 from Wed 2026-07-01 22:00" in because.sentence
    assert recompute(because) == at("2026-07-02 10:00")
    assert not because.provisional


def test_calls_on_days_off_count_where_the_time_for_them_does() -> None:
    story = _verified("2026-07-04 08:00", 2, rules=RULES)  # a Saturday
    for when in ("2026-07-04 08:30", "2026-07-04 09:30", "2026-07-05 08:30"):
        assert story.case.stage is Stage.VERIFIED
        story.do(NOT_REACHED, at(when))

    assert story.case.stage is Stage.CLOSED


def test_a_running_case_counts_the_night_as_before() -> None:
    assert _verified("2026-07-01 22:00", 2, rules=2).due(CALLBACK) == at("2026-07-02 00:00")
