"""A matter is not renamed into a question, to be answered at the desk."""

from dataclasses import replace
from typing import Any

import pytest

from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.complaints import Complaint
from domain.planning.planner import plan as planned
from domain.vocabulary import Channel, Stage, Urgency
from tests.unit.rows.story import Story
from tests.unit.triages import NINE, TOWN, complaint, given_back, looked_up, triaged, unsorted

QUESTION = Triage(category="consult", urgency=Urgency.NORMAL, reason="Only a question.")


def renamed(story: Story, act: Triage = QUESTION) -> tuple[Refusal, str]:
    return story.refused(act, NINE, lookup=looked_up(story, act))


def came(**changes: Any) -> Story:
    """A complaint that a person triages first, because of its channel."""
    about: Complaint = complaint(channel=Channel.PATROL, **changes)
    return Story(planned(TOWN, about), NINE)


def test_what_a_unit_has_had_does_not_become_a_question() -> None:
    story = Story(planned(TOWN, complaint(category="road-damage")), NINE)
    given_back(story)
    code, words = renamed(story)

    assert Refusal.NOT_AT_THE_DESK is code
    assert "has had it" in words


@pytest.mark.parametrize(
    "story",
    [
        came(category="manhole-missing"),
        came(category="road-damage", urgency=Urgency.CRITICAL),
        unsorted(urgency=Urgency.CRITICAL),
    ],
    ids=["critical by the list", "critical by its source", "critical without a category"],
)
def test_what_is_critical_does_not_become_a_question(story: Story) -> None:
    code, words = renamed(story)

    assert Refusal.NOT_AT_THE_DESK is code
    assert "critical" in words


def test_what_came_as_critical_does_not_become_a_question_in_two_steps() -> None:
    first = came(category="road-damage", urgency=Urgency.CRITICAL).case.plan
    story = Story(replace(first, urgency=Urgency.NORMAL), NINE)

    assert Refusal.NOT_AT_THE_DESK is renamed(story, replace(QUESTION, urgency=None))[0]


def test_a_critical_question_is_triaged_as_what_it_is_and_not_lowered() -> None:
    story = came(category="consult", urgency=Urgency.CRITICAL)
    assert Refusal.NOT_AT_THE_DESK is renamed(story)[0]
    triaged(story, Triage(category="consult"))

    assert Urgency.CRITICAL is story.case.plan.urgency


def test_a_matter_that_no_unit_has_had_may_turn_out_to_be_a_question() -> None:
    story = came(category="road-damage")
    triaged(story, QUESTION)

    assert story.case.plan.category == "consult"


def test_a_case_from_before_is_renamed_as_it_was() -> None:
    story = Story(replace(planned(TOWN, complaint(category="road-damage")), rules=None), NINE)
    given_back(story)
    triaged(story, QUESTION)

    assert Stage.DISPATCHED is story.case.stage
