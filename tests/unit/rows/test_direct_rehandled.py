"""Domain.md 1.1 and section 2: a direct case with an unhappy citizen is assigned, and redone."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Close
from domain.case.dispatch.acts import Return
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, AskExtension, AskReopening
from domain.planning.planner import plan as planned
from domain.sla.case_clocks import CITIZEN, FIRST, HOLDER, SIGN
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.builders import ACTORS, WATER_HANDLER, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.triages import TOWN

UNHAPPY = Close(callback=Callback.UNSATISFIED, note="The stalls are back.")
NOT_OURS = Return(reason="Not ours.")
NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
HEAD, SUPERVISOR = ACTORS[Role.UNIT_HEAD], ACTORS[Role.SUPERVISOR]


def done(rules: int = 3) -> Story:
    """Return the story of a direct case of the squad whose result was looked at."""
    made = planned(TOWN, complaint(category="city-appearance"))
    assert made.tier is Tier.DIRECT
    story = Story(replace(made, holder="squad", evidence=1, rules=rules))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, NINE)
    return story


def unhappy(rules: int = 3) -> Story:
    story = done(rules)
    story.do(UNHAPPY, TEN)
    return story


def test_an_unhappy_citizen_gives_the_unit_the_time_of_handling_again() -> None:
    story = done()
    promise = story.due(CITIZEN)
    story.do(UNHAPPY, TEN)

    assert (Tier.ASSIGN, Stage.DISPATCHED, "squad") == story.where
    assert story.case.rehandled
    # Two, four and twenty-four working hours from Wednesday at ten.
    due = [story.due(clock) for clock in (SIGN, FIRST, HOLDER)]
    assert due == [at("2026-07-01 12:00"), at("2026-07-01 16:00"), at("2026-07-06 10:00")]
    assert story.due(CITIZEN) == promise


def test_the_head_of_the_unit_reports_the_new_result_of_a_direct_case() -> None:
    story = unhappy()
    story.do("sign", TEN)

    assert story.refused("resolve", TEN)[0] is Refusal.WRONG_ROLE
    story.do("resolve", TEN, by=HEAD)


def test_there_is_neither_a_return_nor_an_extension() -> None:
    story = unhappy()
    assert story.refused(NOT_OURS, TEN)[0] is Refusal.RETURN_TOO_LATE
    story.do("sign", TEN)

    more = AskExtension(hours=1, reason="Rain.")
    assert story.refused(more, TEN, by=HEAD)[0] is Refusal.LIMIT_REACHED


def test_a_case_of_earlier_rules_has_the_time_of_its_new_tier_as_before() -> None:
    story = unhappy(rules=2)

    assert not story.case.rehandled
    assert story.due(HOLDER) == at("2026-07-08 10:00")  # forty working hours


def test_the_second_time_it_is_supervised_and_stays_with_the_unit_that_handled_it() -> None:
    story = unhappy()
    story.do("sign", TEN)
    story.do("resolve", TEN, by=HEAD)
    story.do("verify", TEN)
    story.do(UNHAPPY, TEN)

    assert story.case.tier is Tier.SUPERVISE
    code, words = story.refused(NOT_OURS, TEN)
    assert code is Refusal.RETURN_TOO_LATE
    assert "handled the case before" in words


@pytest.mark.parametrize("tier", Tier)
def test_a_reopened_case_is_not_returned_by_the_unit_that_handled_it(tier: Tier) -> None:
    story = Story(plan(tier=tier))
    for kind in ("sign", "resolve", "verify"):
        story.do(kind, NINE)
    if tier is Tier.SUPERVISE:
        story.do("verify", NINE, by=ACTORS[Role.LEADER])
    story.do("close", NINE)
    story.do(AskReopening(reason="They are back."), TEN)
    yes = Answer(part="reopening-1", granted=True, reason="So they are.")
    story.do(yes, TEN, by=SUPERVISOR)

    assert story.refused(NOT_OURS, TEN)[0] is Refusal.RETURN_TOO_LATE


def test_another_unit_that_gets_the_reopened_case_may_return_it() -> None:
    story = Story(plan())
    for kind in ("sign", "resolve", "verify", "close"):
        story.do(kind, NINE)
    story.do(AskReopening(reason="They are back."), TEN)
    yes = Answer(part="reopening-1", granted=True, reason="Theirs.", unit="water")
    story.do(yes, TEN, by=SUPERVISOR)
    story.do(NOT_OURS, TEN, by=WATER_HANDLER)

    assert story.part("return-1").is_open
