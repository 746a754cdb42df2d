"""A case is handed to a unit of the town in which a person can sign it, by every door."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from activities.lookups import LookupActivities
from domain.case.commands import Act, Actor, Command, Lookup
from domain.case.dispatch.acts import Dispatch, Return
from domain.case.joint_work.acts import Convene, Hold
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.supervision.acts import Appoint
from domain.planning.plans import RULES
from domain.planning.signers import has_signer
from domain.policy.sources import ActingRule, SourceRule
from domain.policy_checks.doubts import doubts
from domain.vocabulary import Role, Tier
from packs import pack_of, shipped_packs
from runtime.wiring.packs import HOLIDAYS
from schemas.case import Question
from store.packs.loader import load_pack
from tests.acts import MINUTES, WATER_CAME
from tests.builders import ACTORS, LOOKUP, opened, plan
from tests.town import OPENED, at, roster
from tests.unit.rows.story import Story
from tests.workflow.fakes import TownDesk
from workflows.questions import question

TEN = at("2026-07-01 10:00")
HEAD, DISPATCHER, SUPERVISOR = (
    ACTORS[role] for role in (Role.UNIT_HEAD, Role.DISPATCHER, Role.SUPERVISOR)
)
HELD = Hold(
    part="conference-1",
    minutes="It is for water.",
    present=("squad", "water"),
    came=WATER_CAME,
    lead="water",
    evidence=(MINUTES,),
)
ANSWERED = Answer(part="return-1", granted=True, reason="So it is.", unit="water")
DOORS: tuple[tuple[Act, Actor], ...] = (
    (Dispatch(unit="water", reason="Theirs."), DISPATCHER),
    (ANSWERED, DISPATCHER),
    (Return(reason="Theirs.", suggested_unit="water"), HEAD),
    (Appoint(lead="water", instruction="You lead."), SUPERVISOR),
    (HELD, SUPERVISOR),
)
UNSIGNED = replace(LOOKUP, unsigned=("water",))
each_door = pytest.mark.parametrize(
    ("act", "by"), DOORS, ids=lambda each: getattr(each, "kind", "")
)


def at_the_door(act: Act, *, rules: int = RULES, above: tuple[str, ...] = ()) -> Story:
    """A case in which the act comes next."""
    tier = Tier.SUPERVISE if isinstance(act, Appoint | Hold) else Tier.ASSIGN
    holder = None if isinstance(act, Dispatch) else "squad"
    pinned = replace(plan(tier=tier, holder=holder), rules=rules, guided_by=above or None)
    story = Story(pinned)
    if holder is None:
        sorted_ = replace(pinned, category="street-stalls")
        story.do("triage", OPENED, lookup=replace(LOOKUP, plan=sorted_))
    if isinstance(act, Answer):
        story.do(Return(reason="Not ours."), OPENED)
    if isinstance(act, Hold):
        story.do(Convene(units=("water",), at=TEN, agenda="Whose?"), OPENED)
    return story


@each_door
def test_no_case_goes_to_a_unit_in_which_no_person_could_sign(act: Act, by: Actor) -> None:
    code, words = at_the_door(act).refused(act, TEN, by=by, lookup=UNSIGNED)

    assert Refusal.NO_POWER is code
    assert "no person of water could sign" in words
    assert "auxiliary, handler, unit_head" in words


@each_door
def test_no_case_goes_to_a_unit_above_the_town(act: Act, by: Actor) -> None:
    code, words = at_the_door(act, above=("water",)).refused(act, TEN, by=by)

    assert Refusal.NO_POWER is code
    assert "water is above the town" in words


@each_door
def test_a_running_case_goes_to_such_a_unit_as_before(act: Act, by: Actor) -> None:
    at_the_door(act, rules=2, above=("water",)).do(act, TEN, by=by, lookup=UNSIGNED)


@each_door
def test_who_could_sign_is_looked_up_from_rules_3_on(act: Act, by: Actor) -> None:
    case = opened(plan())
    before = opened(replace(plan(), rules=2))
    found, earlier = (question(each, Command("c", by, act), OPENED) for each in (case, before))

    assert found is not None
    assert ("water",) == found.signers_of
    assert earlier is not None
    assert () == earlier.signers_of


def test_the_roster_of_today_says_who_could_sign() -> None:
    town = replace(roster(), successors=(("old", "squad"),))
    asked = Question(tenant="town", at=OPENED, signers_of=("squad", "old", "town"))
    found: Lookup = asyncio.run(LookupActivities(TownDesk(people=town)).look_up(asked))

    assert ("town",) == found.unsigned


def acting(*units: str, role: Role = Role.HANDLER) -> SourceRule:
    return SourceRule("/own", (), ActingRule((role,), units))


@pytest.mark.parametrize(
    ("rule", "signs"),
    [
        (acting("x"), True),
        (acting(), True),
        (acting("y"), False),
        (acting("x", role=Role.HOTLINE), False),
    ],
)
def test_a_system_that_acts_for_the_unit_signs_as_well(rule: SourceRule, *, signs: bool) -> None:
    assert signs is has_signer(roster(), (rule,), "x")


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.name)
def test_every_unit_that_leads_in_a_shipped_pack_has_a_person_who_signs(pack: Path) -> None:
    found = [each.reason for each in doubts(load_pack(pack, HOLIDAYS))]

    assert not [each for each in found if "sign" in each or "above" in each]


@pytest.mark.parametrize(
    ("lead", "reason"),
    [
        ("district-guidance", "'district-guidance' is above the town"),
        ("nowhere", "no person of 'nowhere' could sign"),
    ],
)
def test_a_lead_that_could_not_get_a_case_is_remarked(lead: str, reason: str) -> None:
    town = load_pack(pack_of("youchegang"), HOLIDAYS)
    first = replace(town.categories[0], lead=lead)
    found = [*doubts(replace(town, categories=(first, *town.categories[1:])))]

    assert any(each.path[:2] == ("categories", 0) and reason in each.reason for each in found)
