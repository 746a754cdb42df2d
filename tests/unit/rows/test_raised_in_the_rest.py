"""A unit that raises its case away leaves the next unit what is left of its own time."""

import pytest

from domain.case.commands import Actor
from domain.case.dispatch.acts import Return
from domain.case.escalation.facts import DeadlineMissed
from domain.case.requests.acts import Answer
from domain.case.tiers.acts import RaiseTier
from domain.sla.case_clocks import FIRST, HOLDER, SIGN
from domain.vocabulary import Role, Tier
from tests.builders import ACTORS
from tests.town import at
from tests.unit.rows.story import OFFICE_LEADER, only
from tests.unit.rows.test_rulings_kept import CLEANER, TOWNS, VILLAGER, litter

TEN, NOON = at("2026-11-24 10:00"), at("2026-11-24 12:00")
AWAY = RaiseTier(to=Tier.SUPERVISE, reason="Too hard.")
HEAD = Actor("lu-zhen", Role.UNIT_HEAD, "hetang-village")


@pytest.mark.parametrize("by", [VILLAGER, HEAD], ids=["handler", "head"])
@pytest.mark.parametrize("to", [Tier.ASSIGN, Tier.SUPERVISE])
@pytest.mark.parametrize("signed", [True, False])
def test_a_raise_by_the_units_own_person_moves_no_deadline(
    by: Actor, to: Tier, signed: bool
) -> None:
    story = litter()
    if signed:
        story.do("sign", TEN, by=VILLAGER)
    before = story.due(HOLDER)
    story.do(RaiseTier(to=to, reason="Too hard."), TEN, by=by)

    assert story.case.holder == "sanitation"
    assert before == story.due(HOLDER)


def test_the_next_unit_signs_and_responds_in_a_time_of_its_own_no_longer_than_before() -> None:
    story = litter()
    before = {id_: story.clock(id_).budget for id_ in (SIGN, FIRST)}
    story.do(AWAY, TEN, by=VILLAGER)

    assert {id_: story.clock(id_).budget for id_ in (SIGN, FIRST)} == before
    assert story.clock(SIGN).started_at == TEN


def test_the_deadline_is_missed_at_its_moment_by_the_unit_that_has_the_case() -> None:
    story = litter()
    before = story.due(HOLDER)
    assert before is not None
    story.do(AWAY, TEN, by=VILLAGER)
    facts = story.wait(at("2026-11-26 18:00"))

    [missed] = [fact for fact in only(facts, DeadlineMissed) if fact.clock == HOLDER]
    assert missed.due_at == before
    assert missed.units == ("sanitation",)


def test_the_office_still_gives_the_time_of_the_new_tier() -> None:
    story = litter()
    before = story.due(HOLDER)
    story.do(AWAY, TEN, by=OFFICE_LEADER)

    assert (before or TEN) < (story.due(HOLDER) or TEN)


def test_the_unit_that_raised_it_goes_on_with_what_it_had_left_if_it_gets_it_back() -> None:
    story = litter()
    story.do(AWAY, TEN, by=VILLAGER)
    used = story.due(HOLDER)
    story.do(Return(reason="Not ours."), NOON, by=CLEANER)
    no = Answer(part="return-1", granted=False, reason="Yours.")
    story.do(no, NOON, by=ACTORS[Role.DISPATCHER], lookup=TOWNS)

    assert used == story.due(HOLDER)


@pytest.mark.parametrize("to", [Tier.ASSIGN, Tier.SUPERVISE])
def test_under_earlier_rules_the_next_unit_has_the_time_of_the_new_tier(to: Tier) -> None:
    story = litter(rules=2)
    before = story.due(HOLDER)
    story.do(RaiseTier(to=to, reason="Too hard."), TEN, by=VILLAGER)

    assert (before or TEN) < (story.due(HOLDER) or TEN)
