"""The leading group names lead, members and level, and buys no unit time by it."""

from dataclasses import replace

import pytest

from domain.case.access import inquired_into
from domain.case.evolve import fold
from domain.case.participants import parties
from domain.case.refusals import Refusal
from domain.case.supervision.acts import Appoint
from domain.case.supervision.facts import Appointed
from domain.case.tiers.acts import RaiseTier
from domain.complaints import SuperiorOrder
from domain.planning.plans import RULES
from domain.sla.case_clocks import HOLDER
from domain.vocabulary import Role, Supervision, Tier
from runtime.cli.views.events import detail
from tests.builders import ACTORS, LOOKUP, complaint, plan
from tests.town import UNITS, at
from tests.unit.rows.story import Story, only

SUPERVISOR = ACTORS[Role.SUPERVISOR]
NINE, TEN, NOON = at("2026-07-01 09:00"), at("2026-07-01 10:00"), at("2026-07-01 12:00")
MANY = replace(LOOKUP, units=(*UNITS, "police"))
PROVINCE = Appoint(lead="squad", instruction="Case no. 1.", level=Supervision.PROVINCE)
TOWN = replace(PROVINCE, level=Supervision.TOWN)


def supervised(*helpers: str, rules: int | None = RULES) -> Story:
    return Story(replace(plan(tier=Tier.SUPERVISE), helpers=helpers, rules=rules))


def appointed(lead: str, *members: str) -> Appoint:
    return Appoint(lead=lead, members=members, instruction="Together.")


# --- Who reads the case.


def test_a_member_that_is_not_appointed_again_still_reads_the_case_it_has_helped() -> None:
    story = supervised()
    story.do(appointed("squad", "water"), NINE)
    story.do(appointed("squad", "police"), TEN, lookup=MANY)

    assert ("police",) == story.case.members
    assert {"squad", "water", "police"} == {*parties(story.case)}
    assert "water" in inquired_into(story.case)


def test_a_member_that_becomes_the_lead_reads_the_case_at_every_row() -> None:
    """Its appointment is a row before that of the hand-over."""
    story = supervised()
    story.do(appointed("squad", "water"), NINE)
    before = story.case.seq
    story.do(appointed("water", "squad"), TEN)
    kinds = [event.fact.kind for event in story.events[before:]]

    assert ["appointed", "dispatched"] == kinds
    assert "water" in parties(fold(story.events[: before + 1]))


def test_under_earlier_rules_a_member_that_is_not_appointed_again_is_no_party() -> None:
    story = supervised(rules=2)
    story.do(appointed("squad", "water"), NINE)
    story.do(appointed("squad", "police"), TEN, lookup=MANY)

    assert {"squad", "police"} == {*parties(story.case)}


# --- Time.


def test_appointing_another_lead_and_back_gives_no_time() -> None:
    story = supervised()
    story.do("sign", NINE)
    story.do(appointed("water"), TEN)
    story.do(appointed("squad"), NOON)

    # Two of 120 working hours were used at ten, and none while water had the case.
    assert at("2026-07-22 10:00") == story.due(HOLDER)


def test_there_and_back_and_there_again_gives_no_time() -> None:
    story = supervised()
    for lead, when in (("water", NINE), ("squad", TEN), ("water", NOON)):
        story.do(appointed(lead), when)

    # Water used an hour, squad two, and water goes on with 119.
    assert at("2026-07-22 11:00") == story.due(HOLDER)


def test_a_lead_that_is_late_stays_late_when_it_is_appointed_again() -> None:
    story = supervised()
    story.do("sign", NINE)
    late = at("2026-07-24 09:00")
    story.wait(late)
    story.do(appointed("water"), late)
    story.do(appointed("squad"), late)

    assert story.clock(HOLDER).missed


def test_a_lead_that_never_had_the_case_has_the_time_of_the_tier() -> None:
    story = supervised()
    story.do("sign", NINE)
    story.do(appointed("water"), TEN)

    assert at("2026-07-22 10:00") == story.due(HOLDER)  # 120 working hours from ten


def test_a_case_of_before_the_rule_gets_time_by_an_appointment_as_before() -> None:
    story = supervised(rules=None)
    story.do(appointed("water"), TEN)
    story.do(appointed("squad"), NOON)

    assert at("2026-07-22 12:00") == story.due(HOLDER)


# --- Members.


def test_helpers_of_the_responsibility_list_stay_members() -> None:
    story = supervised("water", "police")
    [fact] = only(story.do(appointed("squad", "office"), NINE, lookup=MANY), Appointed)

    assert ("office", "water", "police") == fact.members == story.case.members


def test_a_helper_of_the_list_that_becomes_the_lead_is_no_member() -> None:
    story = supervised("water", "police")
    story.do(appointed("water"), NINE, lookup=MANY)
    with_water = story.case.members
    story.do(appointed("squad"), NINE, lookup=MANY)

    assert ("police",) == with_water
    assert ("water", "police") == story.case.members


def test_a_member_that_only_the_leading_group_named_may_be_dropped_by_it() -> None:
    story = supervised("water")
    story.do(appointed("squad", "police"), NINE, lookup=MANY)
    story.do(appointed("squad"), TEN, lookup=MANY)

    assert ("water",) == story.case.members


def test_a_case_of_before_the_rule_loses_its_helpers_as_before() -> None:
    story = supervised("water", rules=None)
    story.do(appointed("squad"), NINE)

    assert () == story.case.members


# --- The level.


def test_an_appointment_that_names_no_level_leaves_it_as_it_is() -> None:
    story = supervised()
    story.do(appointed("squad"), NINE)
    first = story.case.supervision
    story.do(PROVINCE, NINE)
    story.do(appointed("water"), TEN)

    assert Supervision.TOWN is first
    assert Supervision.PROVINCE is story.case.supervision


def test_the_level_rises_without_a_reason_and_falls_only_with_one() -> None:
    story = supervised()
    story.do(TOWN, NINE)
    story.do(PROVINCE, NINE)
    code, words = story.refused(TOWN, TEN)
    [fact] = only(story.do(replace(TOWN, reason="The province agrees."), TEN), Appointed)

    assert Refusal.REASON_NEEDED is code
    assert "from province to town" in words
    assert "The province agrees." == fact.reason
    assert Supervision.TOWN is story.case.supervision


def test_the_level_does_not_fall_while_a_deadline_is_over() -> None:
    story = supervised()
    story.do("sign", NINE)
    story.do(PROVINCE, NINE)
    late = at("2026-07-24 09:00")
    story.wait(late)
    code, words = story.refused(replace(TOWN, reason="Enough."), late)
    story.do(appointed("squad"), late)

    assert Refusal.TOO_LATE is code
    assert "the level stays at province" in words
    assert Supervision.PROVINCE is story.case.supervision


def test_the_level_of_a_superiors_supervised_case_does_not_fall() -> None:
    order = SuperiorOrder("1", "city", supervised=True)
    story = Story(plan(complaint(superior=order), tier=Tier.SUPERVISE))
    story.do(PROVINCE, NINE)
    code, _ = story.refused(replace(TOWN, reason="Enough."), TEN)

    assert Refusal.OUTSIDE_OUR_POWER is code


def test_a_case_of_before_the_rule_loses_its_level_as_before() -> None:
    story = supervised(rules=None)
    story.do(PROVINCE, NINE)
    story.do(appointed("squad"), TEN)

    assert Supervision.TOWN is story.case.supervision


def test_a_raised_case_keeps_the_deadline_when_its_holder_becomes_the_lead() -> None:
    story = Story()
    story.do("sign", NINE)
    raised = RaiseTier(to=Tier.SUPERVISE, reason="Three units.")
    story.do(raised, TEN, by=ACTORS[Role.DISPATCHER])
    before = story.due(HOLDER)
    for lead in ("squad", "water", "squad"):
        story.do(appointed(lead), TEN)

    assert at("2026-07-07 18:00") == before == story.due(HOLDER)


# --- The lead that the responsibility list names.


def listed(lead: str | None = "water", rules: int | None = 2) -> Story:
    """A case of the squad by its grid, of another unit by the list."""
    return Story(replace(plan(tier=Tier.SUPERVISE, holder="squad"), lead=lead, rules=rules))


def test_another_lead_than_the_list_names_needs_a_reason_that_is_kept() -> None:
    story = listed()
    act = Appoint(lead="police", instruction="Together.")
    code, words = story.refused(act, NINE, lookup=MANY)
    dot, _ = story.refused(replace(act, reason="."), NINE, lookup=MANY)
    said = replace(act, reason="It is a crime scene.")
    [fact] = only(story.do(said, TEN, lookup=MANY), Appointed)
    [row] = [event for event in story.events if event.fact is fact]

    assert code is dot is Refusal.REASON_NEEDED
    assert "the responsibility list names water" in words
    assert fact.passed_over == "water"
    assert fact.reason == "It is a crime scene."
    shown = detail(row, str)
    assert "instead of water, which the responsibility list names" in shown
    assert "It is a crime scene." in shown


@pytest.mark.parametrize("lead", ["water", "squad"])
def test_who_is_named_by_list_or_grid_is_appointed_without_a_reason(lead: str) -> None:
    story = listed()
    [fact] = only(story.do(Appoint(lead=lead, instruction="Together."), NINE), Appointed)

    assert fact.passed_over is None
    assert fact.reason is None


def test_who_was_appointed_with_a_reason_is_appointed_again_without_one() -> None:
    story = listed()
    act = Appoint(lead="police", instruction="Together.", reason="It is a crime scene.")
    story.do(act, NINE, lookup=MANY)
    again = replace(act, reason="", level=Supervision.PROVINCE)
    [fact] = only(story.do(again, TEN, lookup=MANY), Appointed)

    assert fact.passed_over is None


def test_what_has_no_lead_in_the_list_needs_no_reason_nor_has_a_case_of_before() -> None:
    for story in (listed(lead=None), listed(rules=None)):
        act = Appoint(lead="police", instruction="Together.")
        [fact] = only(story.do(act, NINE, lookup=MANY), Appointed)
        assert fact.reason is None
