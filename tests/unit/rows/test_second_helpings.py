"""The office moves a deadline once, and no unit gets more by it than the rules give together."""

from dataclasses import replace
from datetime import datetime

from domain.case.commands import Actor
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, AskExtension
from domain.case.tiers.acts import AskTier, RaiseTier
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import HOLDER
from domain.vocabulary import Role, Tier
from tests.builders import ACTORS, LOOKUP, plan
from tests.town import at
from tests.unit.rows.story import OFFICE_LEADER, Story

SUPERVISOR = ACTORS[Role.SUPERVISOR]
NINE, TEN, NOON = at("2026-07-01 09:00"), at("2026-07-01 10:00"), at("2026-07-01 12:00")
RAISE = RaiseTier(to=Tier.SUPERVISE, reason="It takes a survey of the canal.")
SAME_PLAN = replace(LOOKUP, plan=None)
FROM_THE_SQUAD = Actor("zhou", Role.SUPERVISOR, "office", "shen", "squad")
"""Of the squad, and deputy of a person of the office who is absent."""


def signed(tier: Tier = Tier.ASSIGN, pinned: CasePlan | None = None) -> Story:
    story = Story(pinned or plan(tier=tier))
    story.do("sign", NINE)
    return story


def extend(story: Story, hours: int, when: datetime = TEN) -> None:
    number = sum(part.kind is PartKind.EXTENSION for part in story.case.parts) + 1
    story.do(AskExtension(hours=hours, reason="The lorry is broken."), when)
    given = Answer(part=f"extension-{number}", granted=True, reason="One week more.")
    story.do(given, when, by=SUPERVISOR)


def lower(story: Story, to: Tier) -> None:
    story.do(AskTier(to=to, reason="One bureau is enough."), NOON)
    given = Answer(part="tier_change-1", granted=True, reason="So it is.")
    story.do(given, NOON, by=SUPERVISOR, lookup=SAME_PLAN)


def test_a_person_of_the_holders_unit_who_stands_in_for_the_office_gives_it_no_time() -> None:
    story = signed(Tier.DIRECT)
    before = story.due(HOLDER)
    story.do(replace(RAISE, to=Tier.ASSIGN), NINE, by=FROM_THE_SQUAD)

    assert story.case.tier is Tier.ASSIGN
    assert story.due(HOLDER) == before


def test_another_person_of_the_office_gives_the_time_of_the_new_tier() -> None:
    story = signed(Tier.DIRECT)
    story.do(replace(RAISE, to=Tier.ASSIGN), NINE, by=OFFICE_LEADER)

    assert story.due(HOLDER) == at("2026-07-08 09:00")


def test_extensions_of_before_a_raise_count_after_it_in_number() -> None:
    story = signed()
    extend(story, 8)
    story.do(RAISE, NOON, by=SUPERVISOR)
    extend(story, 8, NOON)
    code, words = story.refused(AskExtension(hours=8, reason="Once more."), NOON)

    assert code is Refusal.LIMIT_REACHED
    assert "2 x extension is all a case may have" in words


def test_extensions_of_before_a_change_of_tier_count_after_it_in_hours() -> None:
    story = signed(Tier.SUPERVISE)
    extend(story, 40)
    lower(story, Tier.DIRECT)  # whose limit is 8 hours, twice
    code, words = story.refused(AskExtension(hours=8, reason="Once more."), NOON)

    assert code is Refusal.TOO_MUCH
    assert "40 hours were granted already, of 16" in words


def test_what_was_refused_or_fits_does_not_count_in_hours() -> None:
    story = signed(Tier.SUPERVISE)
    story.do(AskExtension(hours=40, reason="The lorry is broken."), TEN)
    no = Answer(part="extension-1", granted=False, reason="There is another lorry.")
    story.do(no, TEN, by=SUPERVISOR)
    lower(story, Tier.DIRECT)
    extend(story, 8, NOON)

    assert story.part("extension-2").state is PartState.GRANTED


def test_a_case_of_the_first_rules_is_extended_as_before() -> None:
    story = signed(pinned=replace(plan(tier=Tier.SUPERVISE), rules=None))
    extend(story, 40)
    lower(story, Tier.DIRECT)
    extend(story, 8, NOON)

    assert story.part("extension-2").state is PartState.GRANTED
