"""A no-show is of a summons that was served, and on the holder's word alone no tier rises.

And a unit is urged again by a person when it has acknowledged, or failed to, what came before.
"""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.joint_work.acts import Report
from domain.case.parts.acts import Waive
from domain.case.parts.facts import PartState
from domain.case.rectification.acts import Serve
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.supervision.acts import NoShow, Summon
from domain.case.tiers.acts import AskTier
from domain.planning.plans import RULES
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import HOLDER
from domain.vocabulary import Role, Stage, Tier
from tests.acts import RECEIPT
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import Story, kinds

HANDLER, SUPERVISOR = ACTORS[Role.HANDLER], ACTORS[Role.SUPERVISOR]
NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
HOUR, AFTER = at("2026-07-02 10:00"), at("2026-07-02 11:00")
MISSED = NoShow(part="interview-1")
SUMMONED = Summon(whom="the owner", at=HOUR, about="The stalls.")
SERVED = Serve(part="interview-1", evidence=(RECEIPT,))


def signed(tier: Tier = Tier.ASSIGN, rules: int | None = RULES) -> Story:
    story = Story(replace(plan(tier=tier), rules=rules))
    story.do("sign", NINE)
    return story


def summoned(by: Actor = HANDLER, *, served: bool = True, tier: Tier = Tier.ASSIGN) -> Story:
    story = signed(tier)
    story.do(SUMMONED, NINE, by=by)
    if served:
        story.do(SERVED, TEN)
    story.wait(AFTER)
    return story


# --- Served.


@pytest.mark.parametrize("by", [HANDLER, SUPERVISOR])
def test_a_summons_that_no_one_served_has_no_no_show(by: Actor) -> None:
    story = summoned(by, served=False)
    code, words = story.refused(MISSED, AFTER, by=by)

    assert Refusal.WRONG_STEP is code
    assert words.startswith("interview-1 was never served; waive it and summon once more, or serve")
    assert Tier.ASSIGN is story.case.tier


@pytest.mark.parametrize("by", [HANDLER, SUPERVISOR])
def test_that_a_summons_was_served_is_shown_by_a_file(by: Actor) -> None:
    story = signed()
    story.do(SUMMONED, NINE, by=by)
    code, words = story.refused(replace(SERVED, evidence=()), TEN, by=HANDLER)

    assert Refusal.MISSING_EVIDENCE is code
    assert "attach the proof that the summons was served" in words
    assert not story.part("interview-1").served


@pytest.mark.parametrize("rules", [None, 2])
def test_a_summons_of_a_running_case_is_served_as_it_began(rules: int | None) -> None:
    story = signed(rules=rules)
    story.do(SUMMONED, NINE)
    story.do(replace(SERVED, evidence=()), TEN)

    assert story.part("interview-1").served


def test_a_summons_that_no_one_served_is_waived_and_sent_again() -> None:
    story = summoned(served=False)
    story.do(Waive(part="interview-1", reason="Never served."), AFTER, by=SUPERVISOR)
    story.do(replace(SUMMONED, at=at("2026-07-03 10:00")), AFTER, by=HANDLER)

    assert story.part("interview-2").is_open


def test_a_summons_of_the_ladder_is_served_before_it_is_missed() -> None:
    story = signed()
    story.do("issue_letter", NINE)
    story.wait(AFTER)
    code, words = story.refused(MISSED, AFTER, by=SUPERVISOR)
    story.do(SERVED, AFTER, by=SUPERVISOR)
    facts = story.do(MISSED, AFTER, by=SUPERVISOR)

    assert Refusal.WRONG_STEP is code
    assert "interview-1 was never served; serve it first" == words
    assert ["part_moved", "reported_up"] == kinds(facts)


def test_a_no_show_of_before_the_rule_needs_no_serving() -> None:
    story = signed(rules=None)
    story.do(SUMMONED, NINE, by=HANDLER)
    story.do(MISSED, AFTER, by=HANDLER)

    assert Tier.SUPERVISE is story.case.tier


# --- Whose word.


def test_on_the_holders_word_alone_another_tier_is_asked_for() -> None:
    story = summoned()
    facts = story.do(MISSED, AFTER, by=HANDLER)

    assert ["part_moved", "part_opened"] == kinds(facts)
    assert (Tier.ASSIGN, Stage.SIGNED, "squad") == story.where
    assert Tier.SUPERVISE is story.part("tier_change-1").to
    own = Answer(part="tier_change-1", granted=True, reason="So it is.")
    deputy = Actor("hu", Role.SUPERVISOR, "office", own_unit="squad")
    assert Refusal.SAME_PERSON is story.refused(own, AFTER, by=deputy)[0]
    story.do(own, AFTER, by=SUPERVISOR)
    assert Tier.SUPERVISE is story.case.tier


def test_the_offices_word_raises_the_tier_and_buys_no_time() -> None:
    story = summoned()
    before = story.due(HOLDER)
    story.do(MISSED, AFTER, by=SUPERVISOR)

    assert Tier.SUPERVISE is story.case.tier
    assert before == story.due(HOLDER)


def test_a_no_show_is_recorded_also_where_another_tier_was_asked_for_already() -> None:
    story = summoned()
    story.do(AskTier(to=Tier.SUPERVISE, reason="Three units."), AFTER)
    story.do(MISSED, AFTER, by=HANDLER)

    assert PartState.FAILED is story.part("interview-1").state
    assert ["tier_change-1"] == [each.id for each in story.case.open_parts(PartKind.TIER_CHANGE)]


def test_a_no_show_is_recorded_also_where_no_other_tier_may_be_asked_for() -> None:
    rules = tuple(rule for rule in plan().parts if rule.kind is not PartKind.TIER_CHANGE)
    story = Story(plan(parts=rules))
    story.do("sign", NINE)
    story.do(SUMMONED, NINE, by=HANDLER)
    story.do(SERVED, TEN)
    story.do(MISSED, AFTER, by=HANDLER)

    assert PartState.FAILED is story.part("interview-1").state
    assert "no other tier is asked for" in str(story.events[-1].fact)


def test_in_the_highest_tier_a_no_show_is_reported_to_the_office_above() -> None:
    story = summoned(tier=Tier.SUPERVISE)
    facts = story.do(MISSED, AFTER, by=HANDLER)

    assert ["part_moved", "reported_up"] == kinds(facts)


# --- Urges.


def test_a_unit_is_not_urged_twice_at_once() -> None:
    story = signed()
    story.do("urge", NINE)
    code, words = story.refused("urge", TEN, by=ACTORS[Role.REPORTER])
    story.do(Report(part="urge-1", text="We know."), TEN)
    story.do("urge", TEN)

    assert Refusal.ALREADY_ASKED is code
    assert "urge-1 is not acknowledged yet" in words
    assert story.part("urge-2").is_open


def test_a_unit_that_does_not_acknowledge_may_be_urged_again() -> None:
    story = signed()
    story.do("urge", NINE)
    story.wait(at("2026-07-01 15:01"))
    story.do("urge", at("2026-07-01 15:01"))

    assert PartState.FAILED is story.part("urge-1").state
    assert story.part("urge-2").is_open


def test_a_case_of_before_the_rule_is_urged_as_before() -> None:
    story = signed(rules=None)
    story.do("urge", NINE)
    story.do("urge", TEN)

    assert story.part("urge-2").is_open
