"""Row 13: no lowering of the tier undoes what a citizen who was not satisfied has ordered."""

from dataclasses import replace

import pytest

from domain.case.closing.acts import Close
from domain.case.events import CommandRefused
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.case.requests.acts import Answer
from domain.case.tiers.acts import AskTier
from domain.planning.planner import plan as planned
from domain.sla.case_clocks import HOLDER
from domain.vocabulary import Callback, Role, Stage, Tier
from tests.builders import ACTORS, LOOKUP, give, plan
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.triages import NINE, TOWN, complaint, looked_up

SUPERVISOR = ACTORS[Role.SUPERVISOR]


def unsatisfied(tier: Tier, times: int) -> Story:
    """A case of which the citizen said so often that it is not done."""
    story = Story(plan(tier=tier))
    for day in range(1, times + 1):
        when = at(f"2026-07-0{day} 09:00")
        for kind in ("sign", "resolve", "verify"):
            story.do(kind, when)
        story.do(Close(callback=Callback.UNSATISFIED, note="They are back."), when)
    return story


@pytest.mark.parametrize(
    ("tier", "times", "to"),
    [
        (Tier.DIRECT, 1, Tier.DIRECT),
        (Tier.ASSIGN, 1, Tier.DIRECT),
        (Tier.ASSIGN, 2, Tier.ASSIGN),
        (Tier.ASSIGN, 2, Tier.DIRECT),
    ],
)
def test_no_lowering_undoes_what_dissatisfaction_ordered(tier: Tier, times: int, to: Tier) -> None:
    story = unsatisfied(tier, times)
    before = (story.case.tier, story.case.rehandled, story.due(HOLDER))
    when = at("2026-07-03 10:00")
    code, words = story.refused(AskTier(to=to, reason="It is simple."), when)

    assert code is Refusal.TIER_LOWERED
    assert "the citizen was not satisfied" in words
    assert (story.case.tier, story.case.rehandled, story.due(HOLDER)) == before


def test_a_lowering_that_was_asked_for_before_the_citizen_spoke_is_not_granted_after() -> None:
    story = unsatisfied(Tier.ASSIGN, 1)
    asked = replace(story.case, dissatisfied=0, rehandled=False)
    lower = AskTier(to=Tier.DIRECT, reason="It is simple.")
    when = at("2026-07-03 10:00")
    decision = give(asked, lower, when)
    story.case = replace(decision.case, dissatisfied=1, rehandled=True)
    given = Answer(part="tier_change-1", granted=True, reason="So it is.")
    decision = give(story.case, given, when, by=SUPERVISOR)

    assert isinstance(decision.events[0].fact, CommandRefused)
    assert decision.events[0].fact.refusal is Refusal.TIER_LOWERED


def test_the_office_triages_no_case_below_what_dissatisfaction_ordered() -> None:
    story = Story(planned(TOWN, complaint(category="road-damage")), NINE)
    story.case = replace(story.case, stage=Stage.TRIAGED, tier=Tier.SUPERVISE, dissatisfied=2)
    act = Triage(category="road-damage", tier=Tier.ASSIGN, reason="One bureau is enough.")
    decision = give(story.case, act, NINE, by=SUPERVISOR, lookup=looked_up(story, act))

    assert isinstance(decision.events[0].fact, CommandRefused)
    assert decision.events[0].fact.refusal is Refusal.TIER_LOWERED


def test_a_case_of_the_first_rules_is_lowered_as_before() -> None:
    story = unsatisfied(Tier.ASSIGN, 1)
    story.case = replace(story.case, plan=replace(story.case.plan, rules=None))
    when = at("2026-07-03 10:00")
    asked = give(story.case, AskTier(to=Tier.DIRECT, reason="It is simple."), when).case
    given = Answer(part="tier_change-1", granted=True, reason="So it is.")
    lowered = give(asked, given, when, by=SUPERVISOR, lookup=replace(LOOKUP, plan=None))

    assert lowered.case.tier is Tier.DIRECT
