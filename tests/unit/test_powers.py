"""Who leads a case, by its kind: raised, handed on, appointed."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.dispatch.acts import Dispatch, Return
from domain.case.dispatch.facts import Dispatched
from domain.case.handling.acts import Sign
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.supervision.acts import Appoint
from domain.case.tiers.acts import AskTier, RaiseTier
from domain.vocabulary import Role, Tier
from tests.town import at
from tests.unit.kinds import (
    DISPATCHER,
    KINDS,
    MORNING,
    NOON,
    SEEN,
    SUPERVISOR,
    VILLAGER,
    held_by,
    of_grid,
)
from tests.unit.rows.story import Story, only

# --- Raised: by a person, by a clock


@pytest.mark.parametrize("holder", ["village", "estate"])
@pytest.mark.parametrize("to", [Tier.ASSIGN, Tier.SUPERVISE])
def test_a_raise_by_a_person_gives_the_case_to_the_lead_of_the_list(holder: str, to: Tier) -> None:
    story = Story(of_grid(holder))
    facts = story.do(RaiseTier(to=to, reason="Too much."), MORNING, by=DISPATCHER)

    [handed] = only(facts, Dispatched)
    assert story.case.holder == "squad"
    assert story.case.tier is to
    kind = dict(KINDS)[holder]
    assert handed.reason == (
        f"raised to {to}; {holder} is of kind {kind}, which does not lead in it"
    )


def test_a_raise_by_a_clock_gives_the_case_to_the_lead_of_the_list() -> None:
    story = Story(of_grid())
    story.do(Sign(), MORNING, by=VILLAGER)
    story.wait(at("2026-07-20 18:00"))

    assert story.case.tier is not Tier.DIRECT
    assert story.case.holder == "squad"


def test_without_a_lead_that_may_a_raised_case_goes_to_the_office() -> None:
    story = Story(of_grid(lead="estate", backups=()))
    story.do(RaiseTier(to=Tier.ASSIGN, reason="Too much."), MORNING, by=DISPATCHER)

    assert story.case.holder == "office"


def test_a_unit_that_may_lead_keeps_a_case_that_is_raised() -> None:
    story = Story(of_grid("mains"))
    story.do(RaiseTier(to=Tier.SUPERVISE, reason="A flood."), MORNING, by=DISPATCHER)

    assert story.case.holder == "mains"


def test_a_unit_that_got_the_case_by_hand_keeps_its_kind() -> None:
    story = Story(replace(of_grid(), kinds=()))
    story.do("return", MORNING, by=Actor("shen", Role.UNIT_HEAD, "village"))
    story.do(Answer(part="return-1", granted=True, reason="Yes."), MORNING, by=DISPATCHER)
    story.do(Dispatch(unit="village"), MORNING, by=DISPATCHER, lookup=SEEN)

    assert story.case.holder_kind == "village"
    story.do(RaiseTier(to=Tier.ASSIGN, reason="Too much."), NOON, by=DISPATCHER)
    assert story.case.holder == "squad"


def test_a_granted_change_of_tier_makes_no_village_lead() -> None:
    story = held_by("village", Tier.DIRECT)
    story.do(AskTier(to=Tier.SUPERVISE, reason="Too much."), MORNING, by=VILLAGER)
    story.do(
        Answer(part="tier_change-1", granted=True, reason="Yes."), NOON, by=SUPERVISOR, lookup=SEEN
    )

    assert story.case.holder == "squad"


def test_a_case_of_the_first_rules_keeps_its_holder() -> None:
    story = Story(of_grid(rules=None))
    story.do(RaiseTier(to=Tier.ASSIGN, reason="Too much."), MORNING, by=DISPATCHER)

    assert story.case.holder == "village"
    assert story.case.holder_kind is None


# --- Given to a unit: dispatch, answer, appointment, conference


def returned(tier: Tier = Tier.ASSIGN, holder: str = "squad") -> Story:
    story = Story(of_grid(holder, tier))
    story.do("return", MORNING, by=Actor("zhao", Role.UNIT_HEAD, holder))
    story.do(Answer(part="return-1", granted=True, reason="Yes."), MORNING, by=DISPATCHER)
    return story


@pytest.mark.parametrize("unit", ["village", "estate"])
def test_department_work_is_not_passed_on_to_a_village_or_a_property_company(unit: str) -> None:
    code, words = returned().refused(Dispatch(unit=unit), NOON, by=DISPATCHER, lookup=SEEN)

    assert code is Refusal.ASSISTS_ONLY
    kind = dict(KINDS)[unit]
    assert words == (
        f"{unit} is of kind {kind}, which does not lead in tier assign; squad, department, office, "
        f"utility, township may, here squad; give {unit} a task instead"
    )


@pytest.mark.parametrize("unit", ["estate", "mains", "street"])
def test_a_unit_that_has_only_what_the_list_gives_it_gets_nothing_else(unit: str) -> None:
    tier = Tier.DIRECT if unit == "estate" else Tier.ASSIGN
    code, words = returned(tier).refused(Dispatch(unit=unit), NOON, by=DISPATCHER, lookup=SEEN)

    assert code is Refusal.NO_POWER
    assert "which has only cases that the responsibility list gives it" in words
    assert f"this one is for squad; give {unit} a task instead" in words


@pytest.mark.parametrize("unit", ["village", "squad"])
def test_a_direct_case_of_its_grid_may_be_given_to_a_village_again(unit: str) -> None:
    story = returned(Tier.DIRECT, "village")
    story.do(Dispatch(unit=unit), NOON, by=DISPATCHER, lookup=SEEN)

    assert story.case.holder == unit


def test_the_answer_to_a_return_names_no_village() -> None:
    story = Story(of_grid("squad", Tier.ASSIGN))
    story.do("return", MORNING)
    yes = Answer(part="return-1", granted=True, reason="Yes.", unit="village")

    assert story.refused(yes, NOON, by=DISPATCHER, lookup=SEEN)[0] is Refusal.ASSISTS_ONLY


@pytest.mark.parametrize(
    ("unit", "code"), [("village", Refusal.ASSISTS_ONLY), ("nowhere", Refusal.UNKNOWN_UNIT)]
)
def test_a_return_suggests_a_unit_that_may_lead(unit: str, code: Refusal) -> None:
    story = Story(of_grid("squad", Tier.ASSIGN))
    act = Return(reason="Theirs.", suggested_unit=unit)

    assert story.refused(act, MORNING, lookup=SEEN)[0] is code


def test_the_office_may_appoint_a_township_and_never_a_village() -> None:
    story = Story(of_grid("squad", Tier.SUPERVISE))
    village = Appoint(lead="village", instruction="You.")
    assert story.refused(village, MORNING, by=SUPERVISOR, lookup=SEEN)[0] is Refusal.ASSISTS_ONLY
    street = Appoint(lead="street", instruction="You.", reason="It is the whole street.")
    story.do(street, MORNING, by=SUPERVISOR, lookup=SEEN)

    assert story.case.holder == "street"
