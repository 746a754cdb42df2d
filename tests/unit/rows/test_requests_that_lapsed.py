"""What a unit asked for and lost with the case uses up nothing; a danger waits for no answer."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.commands import Actor
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.suspension.acts import AskSuspension
from domain.planning.planner import plan as planned
from domain.sla.case_clocks import HOLDER, SAFE
from domain.vocabulary import Role
from tests.builders import ACTORS, LOOKUP, plan
from tests.town import OPENED, PART_RULES, at
from tests.unit.rows.story import Story
from tests.unit.triages import NINE, TOWN, complaint, crew

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
ASK = AskSuspension(reason="Frost.", measures="A fence.", until=at("2026-07-20 08:00"))
ONCE = tuple(
    replace(rule, limit=1) if rule.kind.value == "suspension" else rule for rule in PART_RULES
)


def passed_on(rules: int = 3) -> Story:
    """A unit asked to let the case rest, returned it, and another unit has it."""
    story = Story(replace(plan(parts=ONCE), rules=rules))
    story.do("sign", OPENED, by=crew(story))
    story.do(ASK, OPENED, by=crew(story))
    story.do("return", OPENED, by=crew(story))
    given = Answer(part="return-1", granted=True, reason="Not theirs.", unit="water")
    story.do(given, OPENED, by=SUPERVISOR, lookup=replace(LOOKUP, units=("water",)))
    assert story.part("suspension-1").state is PartState.LAPSED
    return story


def of_the_next(story: Story) -> Actor:
    return replace(ACTORS[Role.HANDLER], id="qin", unit=story.case.holder)


def test_the_next_unit_may_ask_for_the_rest_that_never_was() -> None:
    story = passed_on()
    story.do("sign", OPENED, by=of_the_next(story))
    story.do(ASK, OPENED, by=of_the_next(story))

    assert story.part("suspension-2").is_open


def test_what_was_refused_is_used_up_as_before() -> None:
    story = passed_on()
    story.do("sign", OPENED, by=of_the_next(story))
    story.do(ASK, OPENED, by=of_the_next(story))
    refused = Answer(part="suspension-2", granted=False, reason="No frost.")
    story.do(refused, OPENED, by=LEADER)

    assert story.refused(ASK, OPENED, by=of_the_next(story))[0] is Refusal.LIMIT_REACHED


def test_a_case_of_rules_2_counts_what_lapsed() -> None:
    story = passed_on(rules=2)
    story.do("sign", OPENED, by=of_the_next(story))

    assert story.refused(ASK, OPENED, by=of_the_next(story))[0] is Refusal.LIMIT_REACHED


@pytest.mark.parametrize(("rules", "runs_on"), [(3, True), (2, False)])
def test_the_time_to_make_it_safe_runs_on_while_a_return_is_asked_for(
    rules: int, runs_on: bool
) -> None:
    story = Story(replace(planned(TOWN, complaint()), rules=rules), NINE)
    before = story.due(SAFE)
    story.do("return", NINE + timedelta(minutes=5), by=crew(story))

    assert (story.due(SAFE) == before) is runs_on
    assert story.due(HOLDER) is None


def test_who_answers_a_request_of_ones_own_unit_is_named() -> None:
    story = Story(plan())
    story.do("return", OPENED, by=crew(story))
    own = Actor("bo", Role.SUPERVISOR, story.case.holder)
    given = Answer(part="return-1", granted=True, reason="So it is.")
    code, words = story.refused(given, OPENED, by=own)

    assert code is Refusal.SAME_PERSON
    assert "or above, of another unit, answers" in words
