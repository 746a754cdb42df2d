"""What a leader appointed stays, also when the case is opened again, or its tier is lowered."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, AskReopening
from domain.case.supervision.acts import Appoint
from domain.case.tiers.acts import AskTier
from domain.vocabulary import Role, Tier
from tests.builders import ACTORS, LOOKUP, plan
from tests.town import at
from tests.unit.rows.story import OFFICE_LEADER, Story

SUPERVISOR, LEADER = ACTORS[Role.SUPERVISOR], ACTORS[Role.LEADER]
OTHER_LEADER = replace(LEADER, id="shao")
TEN, HOUR = at("2026-07-01 10:00"), at("2026-07-02 10:00")
ALONE = Appoint(lead="squad", instruction="You.")


def closed_under(by: Actor, rules: int = 3) -> Story:
    story = Story(replace(plan(tier=Tier.SUPERVISE), rules=rules))
    story.do("sign", TEN)
    story.do(ALONE, TEN, by=by)
    for kind in ("resolve", "verify"):
        story.do(kind, TEN)
    story.do("verify", TEN, by=SUPERVISOR)
    story.do("close", TEN)
    story.do(AskReopening(reason="They are back."), HOUR, by=ACTORS[Role.HOTLINE])
    return story


AGAIN = Answer(part="reopening-1", granted=True, reason="So it is.", unit="water")


def test_a_case_that_is_opened_again_keeps_the_lead_that_a_leader_appointed() -> None:
    story = closed_under(LEADER)
    code, words = story.refused(AGAIN, HOUR, by=OFFICE_LEADER)
    story.do(replace(AGAIN, unit=None), HOUR, by=OFFICE_LEADER)

    assert Refusal.WRONG_ROLE is code
    assert "a leader appointed the lead; a supervisor does not change that" in words
    assert "squad" == story.case.holder


@pytest.mark.parametrize(
    ("appointed", "answers", "rules"),
    [(LEADER, OTHER_LEADER, 3), (SUPERVISOR, OFFICE_LEADER, 3), (LEADER, OFFICE_LEADER, 2)],
    ids=["a leader", "what the office appointed", "a running case"],
)
def test_a_case_that_is_opened_again_gets_another_lead(
    appointed: Actor, answers: Actor, rules: int
) -> None:
    story = closed_under(appointed, rules)
    story.do(AGAIN, HOUR, by=answers)

    assert "water" == story.case.holder


def test_a_lower_tier_in_which_a_leaders_lead_does_not_lead_is_a_leaders_to_order() -> None:
    """The squad's kind is of those that lead under supervision alone."""
    table = tuple(
        replace(row, leads=(Tier.SUPERVISE,)) if row.kind == "squad" else row
        for row in plan().table_of_powers
    )
    pinned = replace(plan(tier=Tier.SUPERVISE), rules=3, powers=table, kinds=(("squad", "squad"),))
    story = Story(pinned)
    story.do("sign", TEN)
    story.do(ALONE, TEN, by=LEADER)
    story.do(AskTier(to=Tier.ASSIGN, reason="Simple after all."), TEN)
    lower_plan = replace(pinned, tier=Tier.ASSIGN, levels=plan().levels)
    kinds = replace(LOOKUP, plan=lower_plan, kinds=(("squad", "squad"),))
    lower = Answer(part="tier_change-1", granted=True, reason="So it is.")
    code, _ = story.refused(lower, HOUR, by=SUPERVISOR, lookup=kinds)

    assert Refusal.WRONG_ROLE is code
    assert "squad" == story.case.holder
