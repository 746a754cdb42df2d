"""What has no category is not raised by a person: a unit would get it under limits of no matter."""

from dataclasses import replace

import pytest

from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.tiers.acts import RaiseTier
from domain.planning.plans import RULES
from domain.vocabulary import Role, Stage, Tier
from tests.builders import ACTORS
from tests.unit.rows.story import OFFICE_LEADER, Story
from tests.unit.triages import NINE, unsorted

RAISE = RaiseTier(to=Tier.SUPERVISE, reason="Too hard.")


def taken_on_again(rules: int = RULES) -> Story:
    """Refused at once, and found to be ours: it is triaged, and has no category yet."""
    story = Story(replace(unsorted(reply_wanted=False).case.plan, rules=rules), NINE)
    story.do("refuse", NINE)
    ours = Answer(part="refusal-1", granted=False, reason="A missing cover is ours.")
    story.do(ours, NINE, by=OFFICE_LEADER)
    assert story.case.stage is Stage.TRIAGED
    return story


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.SUPERVISOR])
def test_what_has_no_category_is_triaged_before_it_is_raised(role: Role) -> None:
    story = taken_on_again()
    code, words = story.refused(RAISE, NINE, by=ACTORS[role])

    assert code is Refusal.WRONG_STEP
    assert "triage it" in words


def test_a_running_case_of_earlier_rules_is_raised_as_before() -> None:
    story = taken_on_again(rules=2)
    story.do(RAISE, NINE, by=ACTORS[Role.SUPERVISOR])

    assert story.case.tier is Tier.SUPERVISE
