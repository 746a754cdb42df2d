"""Row 37: a case of land shows when each step of the law that is left is due."""

from dataclasses import replace

import pytest

from domain.case.flows import dates
from domain.case.joint_work.acts import GiveTask
from domain.case.penalties.acts import PenaltyStep
from runtime.cli.views.cases import print_explanation
from tests.unit.rows.story import Story
from tests.unit.rows.test_steps_of_law import FILED, HEAD, LAND, OFFICERS, advance, at_day, occupied


def filed() -> Story:
    story = occupied()
    story.do(FILED, at_day(0), by=LAND, lookup=OFFICERS)
    return story


def days(story: Story) -> list[tuple[str, int]]:
    found = dates(story.case, story.part("penalty-1"))
    return [(step, (due - at_day(0)).days) for step, due in found]


def test_each_step_counts_from_the_one_before_and_the_decision_comes_within_ninety_days() -> None:
    assert days(filed()) == [("notified", 45), ("heard", 60), ("decided", 90), ("executed", 150)]


def test_a_step_that_was_taken_early_moves_those_after_it() -> None:
    story = filed()
    advance(story, PenaltyStep.INVESTIGATED, 9)
    advance(story, PenaltyStep.NOTIFIED, 10)

    assert days(story) == [("heard", 25), ("decided", 55), ("executed", 115)]


def test_the_last_step_leaves_no_date() -> None:
    story = filed()
    for day, step in ((10, "investigated"), (11, "notified"), (20, "heard")):
        advance(story, PenaltyStep(step), day)
    advance(story, PenaltyStep.DECIDED, 21, HEAD, amount_yuan=20_000)

    assert days(story) == [("executed", 81)]


def test_another_part_has_no_steps() -> None:
    story = occupied()
    task = GiveTask(unit="enforcement-squad", what="Measure it.")
    story.do(task, at_day(0), by=LAND, lookup=replace(OFFICERS, units=("enforcement-squad",)))

    assert [*dates(story.case, story.part("task-1"))] == []


def test_the_explanation_shows_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    print_explanation(filed().case, [], at_day(0))
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if "step " in line]

    assert [line.split(":")[0] for line in lines] == [
        "step notified",
        "step heard",
        "step decided",
        "step executed",
    ]
