"""A complaint that arrives late presses the platform, until its unit has had its own time."""

from dataclasses import replace
from datetime import datetime

import pytest

from domain.case.commands import ENGINE, Actor, Command
from domain.case.escalation.acts import Ring
from domain.case.escalation.facts import RungReached
from domain.case.parts.facts import PartOpened
from domain.case.supervision.facts import Circulated
from domain.complaints import SuperiorOrder
from domain.planning.planner import plan as planned
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Stage
from tests.builders import LOOKUP, complaint, plan
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.test_planning import TOWN
from workflows.questions import question

LONG_AGO, CAME = at("2026-05-04 08:00"), at("2026-07-01 08:00")
A_DAY_LATER = at("2026-07-02 08:00")
IN_TOWN = replace(LOOKUP, roster=TOWN.roster)


def late(**changes: object) -> CasePlan:
    about = replace(
        complaint(category="illegal-construction", reported_at=LONG_AGO),
        **changes,  # type: ignore[arg-type]
    )
    return planned(TOWN, about)


def rung_by(story: Story, when: datetime) -> list[RungReached]:
    facts = story.do("ring", when, lookup=IN_TOWN)
    return [fact for fact in facts if isinstance(fact, RungReached) and fact.told]


@pytest.mark.parametrize("order", [None, SuperiorOrder("1", "city", LONG_AGO)])
def test_a_unit_that_has_just_got_a_late_complaint_is_not_pressed(
    order: SuperiorOrder | None,
) -> None:
    story = Story(late(superior=order), CAME)
    story.do("sign", CAME, by=Actor("xu-meng", Role.HANDLER, story.case.holder))
    unit = story.case.holder

    reached = rung_by(story, A_DAY_LATER)

    own = [r for r in reached if r.clock in {"citizen", "holder"}]
    assert own
    assert unit not in {told.unit for r in own for told in r.told}
    assert not story.case.open_parts(PartKind.LETTER, PartKind.INTERVIEW)
    assert story.case.tier is story.case.plan.tier


def test_the_platform_is_pressed_instead_and_the_row_says_why() -> None:
    story = Story(late(), CAME)
    unit = story.case.holder
    reached = [r for r in rung_by(story, A_DAY_LATER) if r.clock == "citizen"]
    named = [e.fact.unit for e in story.events if isinstance(e.fact, Circulated)]

    assert {r.note for r in reached} == {f"platform is pressed: {unit} still has its own time"}
    assert named == ["platform"]


def test_once_its_own_time_is_over_the_unit_is_pressed_as_every_other() -> None:
    story = Story(late(), CAME)
    story.do("sign", CAME, by=Actor("xu-meng", Role.HANDLER, story.case.holder))
    story.do("ring", at("2026-09-01 08:00"), lookup=IN_TOWN)

    opened = [e.fact.what for e in story.events if isinstance(e.fact, PartOpened)]
    assert PartKind.LETTER in opened


def test_a_case_of_the_first_rules_presses_its_unit_as_before() -> None:
    story = Story(replace(late(), rules=None), CAME)
    unit = story.case.holder

    reached = [r for r in rung_by(story, A_DAY_LATER) if r.clock == "citizen"]

    assert unit in {told.unit for r in reached for told in r.told}


def test_the_people_of_the_platform_are_looked_up_for_every_rung() -> None:
    story = Story(plan(), CAME)
    asked = question(story.case, Command("ring-1", ENGINE, Ring()), CAME)

    assert story.case.stage is Stage.DISPATCHED
    assert asked is not None
    assert "platform" in asked.units
