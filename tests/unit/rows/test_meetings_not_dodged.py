"""What a meeting decides is not one person's word: the short ways, refused with what to do."""

from dataclasses import replace

import pytest

from domain.case.commands import Act, Actor, Command
from domain.case.dispatch.acts import Dispatch, Return
from domain.case.joint_work.acts import Convene, Hold
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer
from domain.case.supervision.acts import Appoint
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Tier
from tests.acts import ATTENDED, MINUTES
from tests.builders import ACTORS, LOOKUP, plan
from tests.town import at
from tests.unit.rows.story import Story
from workflows.questions import question

DISPATCHER, SUPERVISOR = ACTORS[Role.DISPATCHER], ACTORS[Role.SUPERVISOR]
HANDLER = ACTORS[Role.HANDLER]
NINE, HOUR = at("2026-07-01 09:00"), at("2026-07-01 15:00")
MEET = Convene(units=("water",), at=HOUR, agenda="Who does what.")
HELD = Hold(
    part="conference-1",
    minutes="Water leads.",
    present=("squad", "water"),
    came=ATTENDED,
    evidence=(MINUTES,),
    lead="water",
)


def _ruled_by(decider: Role, rules: int = 3) -> CasePlan:
    """A case in which this role rules on who keeps it."""
    parts = (
        replace(rule, decider=decider) if rule.kind is PartKind.RULING else rule
        for rule in plan().parts
    )
    return replace(plan(), parts=tuple(parts), rules=rules)


def _met(pinned: CasePlan | None = None, *, returned: bool = False) -> Story:
    story = Story(pinned)
    if returned:
        story.do("return", NINE)
        story.do(Answer(part="return-1", granted=False, reason="It is theirs."), NINE)
    story.do("sign", NINE)
    story.do(MEET, NINE, by=DISPATCHER)
    story.wait(HOUR)
    return story


# --- Who names another lead.


def test_a_dispatcher_takes_no_case_from_its_unit_by_a_meeting() -> None:
    story = _met()
    code, words = story.refused(HELD, HOUR, by=DISPATCHER)
    story.do(HELD, HOUR, by=SUPERVISOR)

    assert code is Refusal.WRONG_ROLE
    assert "hold conference-1 without lead; the leading group's office holds it" in words
    assert story.case.holder == "water"


def test_a_dispatcher_who_rules_on_disputes_names_another_lead_after_a_return_alone() -> None:
    first, after = _met(_ruled_by(Role.DISPATCHER)), _met(_ruled_by(Role.DISPATCHER), returned=True)
    code, words = first.refused(HELD, HOUR, by=DISPATCHER)
    after.do(HELD, HOUR, by=DISPATCHER)

    assert code is Refusal.WRONG_STEP
    assert "no unit has returned it" in words
    assert after.case.holder == "water"


def test_a_dispatcher_names_no_lead_against_the_offices_appointment() -> None:
    story = Story(replace(_ruled_by(Role.DISPATCHER), tier=Tier.SUPERVISE))
    story.do("return", NINE)
    story.do(Answer(part="return-1", granted=False, reason="Theirs."), NINE, by=SUPERVISOR)
    water = Actor("chen", Role.HANDLER, "water")
    story.do(Appoint(lead="water", members=("squad",), instruction="You."), NINE, by=SUPERVISOR)
    story.do("sign", NINE, by=water)
    story.do(replace(MEET, units=("squad",)), NINE, by=DISPATCHER)
    story.wait(HOUR)
    code, words = story.refused(replace(HELD, lead="squad"), HOUR, by=DISPATCHER)

    assert code is Refusal.WRONG_ROLE
    assert "water was designated" in words


def test_a_meeting_of_before_the_rule_names_its_lead_as_it_did() -> None:
    story = _met(replace(plan(), rules=2))
    story.do(HELD, HOUR, by=DISPATCHER)

    assert story.case.holder == "water"


# --- No case, and no call to a meeting, goes up.


ABOVE = replace(LOOKUP, units=(*LOOKUP.units, "district"), above=("town", "district"))
UPWARD: list[tuple[Act, Actor]] = [
    (replace(MEET, units=("district", "water")), HANDLER),
    (Return(reason="Not ours.", suggested_unit="district"), HANDLER),
    (Appoint(lead="district", instruction="You."), SUPERVISOR),
]


@pytest.mark.parametrize(("act", "by"), UPWARD)
def test_nothing_is_handed_to_a_unit_above_nor_is_it_called(act: Act, by: Actor) -> None:
    tier = Tier.SUPERVISE if isinstance(act, Appoint) else Tier.ASSIGN
    code, words = Story(plan(tier=tier)).refused(act, NINE, by=by, lookup=ABOVE)
    before = Story(replace(plan(tier=tier), rules=2))
    before.do(act, NINE, by=by, lookup=ABOVE)

    assert code is Refusal.NO_POWER
    assert f"district is above {by.unit}" in words


def test_a_return_goes_to_no_unit_above_the_dispatcher() -> None:
    story = Story()
    story.do("return", NINE)
    answer = Answer(part="return-1", granted=True, reason="Theirs.", unit="district")
    code, _ = story.refused(answer, NINE, by=DISPATCHER, lookup=ABOVE)
    story.do(replace(answer, unit=None), NINE, by=DISPATCHER, lookup=ABOVE)
    up = Dispatch(unit="district", reason="Theirs.")
    again, _ = story.refused(up, NINE, by=DISPATCHER, lookup=ABOVE)

    assert code is Refusal.NO_POWER
    assert again is Refusal.NO_POWER


def test_a_meeting_calls_the_office_all_the_same() -> None:
    story = Story()
    lookup = replace(LOOKUP, above=("office", "town"))
    story.do(replace(MEET, units=("office",)), NINE, by=HANDLER, lookup=lookup)

    assert story.part("conference-1").state is PartState.OPEN


@pytest.mark.parametrize(
    ("act", "by"), [*UPWARD, (Dispatch(unit="water"), DISPATCHER), (HELD, DISPATCHER)]
)
def test_the_units_above_are_looked_up_where_work_or_a_case_is_handed_on(
    act: Act, by: Actor
) -> None:
    story = Story()
    found = question(story.case, Command("1", by, act), NINE)

    assert found is not None
    assert found.below == by.unit
