"""A leader from above the town decides in what that unit issued, and what is reported up (L6)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.commands import Act, Actor
from domain.case.events import Event
from domain.case.evolve import evolve
from domain.case.handling.acts import Comment
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.case.supervision.acts import Appoint, Urge
from domain.case.supervision.facts import ReportedUp
from domain.case.suspension.acts import Suspend
from domain.case.tiers.acts import RaiseTier
from domain.people.rosters import PARENT
from domain.planning.planner import plan as planned
from domain.policy.model import Policy
from domain.vocabulary import Role, Tier
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack
from tests.builders import complaint, give, plan
from tests.town import at
from tests.unit.rows.story import Story

NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
SHAO = Actor("shao", Role.LEADER, "district")
REST = Suspend(reason="Frost.", until=TEN + timedelta(days=5), measures="A fence.")
APPOINT = Appoint(lead="water", members=(), instruction="Go.", reason="It is near.")


def guided(tier: Tier = Tier.ASSIGN, issuer: str | None = None) -> Story:
    story = Story(replace(plan(tier=tier), guided_by=("district",), issuer_unit=issuer))
    story.do("sign", NINE)
    return story


@pytest.mark.parametrize(
    ("tier", "act"),
    [
        (Tier.SUPERVISE, APPOINT),
        (Tier.ASSIGN, REST),
        (Tier.ASSIGN, RaiseTier(to=Tier.SUPERVISE, reason="Big.")),
    ],
)
def test_a_leader_from_above_decides_nothing_in_a_case_of_the_town(tier: Tier, act: Act) -> None:
    code, words = guided(tier).refused(act, TEN, by=SHAO)

    assert Refusal.OUTSIDE_OUR_POWER is code
    assert "district is above the town" in words


@pytest.mark.parametrize("act", [Comment(text="How is it?"), Urge(text="Go on.")])
def test_a_leader_from_above_may_still_ask(act: Act) -> None:
    assert guided().do(act, TEN, by=SHAO)


def test_the_deputy_from_above_decides_in_the_place_of_the_towns_leader() -> None:
    deputy = replace(SHAO, unit="town", for_person="wu", own_unit="district")

    assert guided(Tier.SUPERVISE).do(APPOINT, TEN, by=deputy)


def test_a_leader_from_above_decides_in_what_that_unit_issued() -> None:
    assert guided(Tier.SUPERVISE, "district").do(APPOINT, TEN, by=SHAO)


def told(case: Case, to: str) -> Case:
    fact = ReportedUp(to=to, note="Our powers are exhausted.")
    return evolve(case, Event(case.seq + 1, TEN, SHAO, "c-9", "ring", fact))


def test_a_leader_from_above_decides_in_what_was_reported_up_to_that_unit() -> None:
    case = told(guided(Tier.SUPERVISE).case, PARENT)
    after = give(case, APPOINT, TEN, by=SHAO)

    assert next(event.fact.kind for event in after.events) == "appointed"


def test_what_was_reported_to_another_superior_is_not_theirs() -> None:
    case = told(guided(Tier.SUPERVISE).case, "the province")
    after = give(case, APPOINT, TEN, by=SHAO)

    assert [event.fact.kind for event in after.events] == ["command_refused"]


def test_where_no_unit_is_above_the_town_leaders_decide_as_before() -> None:
    story = Story(plan(tier=Tier.SUPERVISE))
    story.do("sign", NINE)

    assert story.do(APPOINT, TEN, by=SHAO)


@pytest.fixture(scope="module")
def town() -> Policy:
    return load_pack(pack_of("youchegang"), {"china": china})


def test_the_plan_says_which_units_are_above_the_leading_group(town: Policy) -> None:
    assert planned(town, complaint()).guided_by == ("district-guidance",)
