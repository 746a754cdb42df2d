"""What a unit leaves behind when it returns a case, and what a dispatcher puts in its way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.commands import Act, Actor
from domain.case.dispatch.acts import Return
from domain.case.joint_work.acts import Convene, GiveTask, Investigate, PlanAction, Report
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.supervision.acts import Summon
from domain.planning.plans import CasePlan
from domain.vocabulary import Role, Stage
from tests.acts import CLEARED
from tests.builders import ACTORS, PHOTO, WATER_HANDLER, plan
from tests.town import at
from tests.unit.rows.story import Story

DISPATCHER, SUPERVISOR = ACTORS[Role.DISPATCHER], ACTORS[Role.SUPERVISOR]
HANDLER = ACTORS[Role.HANDLER]
NINE = at("2026-07-01 09:00")
TASK = GiveTask(unit="water", what="Look.")
MEET = Convene(units=("water",), at=at("2026-07-01 15:00"), agenda="Who?")
INVESTIGATE = Investigate(units=("water",), subject="Whose pipe?")
RETURN = Return(reason="Not ours.")
LEFT: list[Act] = [
    TASK,
    MEET,
    INVESTIGATE,
    PlanAction(units=("water",), at=at("2026-07-01 15:00"), goal="Clear it.", people=3),
]


def _signed(rules: int = 3) -> Story:
    pinned: CasePlan = replace(plan(), rules=rules)
    story = Story(pinned)
    story.do("sign", NINE)
    return story


def _handed_on(story: Story) -> None:
    story.do(RETURN, NINE)
    yes = Answer(part="return-1", granted=True, reason="So it is.", unit="water")
    story.do(yes, NINE, by=DISPATCHER)
    story.do("sign", NINE, by=WATER_HANDLER)


@pytest.mark.parametrize("act", [*LEFT, Summon(whom="Shen", at=MEET.at, about="The stalls.")])
def test_while_a_return_waits_the_holder_opens_no_work(act: Act) -> None:
    story, before = _signed(), _signed(rules=2)
    for each in (story, before):
        each.do(RETURN, NINE)
    code, words = story.refused(act, NINE, by=HANDLER)
    before.do(act, NINE, by=HANDLER)

    assert code is Refusal.ALREADY_ASKED
    assert words.startswith("return-1 is still waiting for its answer")


@pytest.mark.parametrize("act", LEFT)
def test_what_the_old_holder_gave_ends_with_the_hand_over(act: Act) -> None:
    story = _signed()
    story.do(act, NINE, by=HANDLER)
    [given] = story.case.open_parts()
    _handed_on(story)

    assert story.part(given.id).state is PartState.LAPSED
    assert story.case.open_parts() == ()


def test_what_a_unit_has_answered_outlasts_the_holder_that_asked() -> None:
    story = _signed()
    story.do(TASK, NINE, by=HANDLER)
    story.do(Report(part="task-1", text="Seen.", evidence=(CLEARED,)), NINE, by=WATER_HANDLER)
    _handed_on(story)

    assert story.part("task-1").state is PartState.REPORTED


@pytest.mark.parametrize("number", [-1, 21, 1000])
def test_a_task_asks_for_no_number_of_files_that_none_can_show(number: int) -> None:
    story = _signed()
    code, words = story.refused(replace(TASK, evidence=number), NINE, by=HANDLER)
    _signed(rules=2).do(replace(TASK, evidence=number), NINE, by=HANDLER)

    assert code is Refusal.TOO_MUCH
    assert words == f"between 0 and 20 files (`evidence`), not {number}"


@pytest.mark.parametrize("by", [HANDLER, DISPATCHER])
def test_no_meeting_is_put_off_past_the_deadline_but_by_the_office(by: Actor) -> None:
    late = replace(MEET, at=NINE + timedelta(days=90))
    code, words = _signed().refused(late, NINE, by=by)
    for story, who in ((_signed(), SUPERVISOR), (_signed(rules=2), by)):
        story.do(late, NINE, by=who)
        assert story.part("conference-1").is_open

    assert code is Refusal.BAD_DATE
    assert "the leading group's office appoints later ones" in words


@pytest.mark.parametrize("act", [TASK, MEET, INVESTIGATE])
def test_what_a_dispatcher_asks_of_others_holds_up_no_result(act: Act) -> None:
    story, before = _signed(), _signed(rules=2)
    for each in (story, before):
        each.do(act, NINE, by=DISPATCHER)
    code, _ = before.refused("resolve", NINE)
    story.do("resolve", NINE)
    story.do("verify", NINE)

    assert code is Refusal.PARTS_OPEN
    assert story.case.stage is Stage.VERIFIED
    assert PHOTO.sha256 in story.case.shown
