"""No duty is passed up or down in parts: tasks, co-handlers, actions, minutes, appointments."""

import asyncio
from dataclasses import replace

import pytest

from activities.lookups import LookupActivities
from domain.case.commands import Act, Actor, Command, Lookup
from domain.case.joint_work.acts import (
    Attendance,
    Convene,
    GiveTask,
    Hold,
    Investigate,
    PlanAction,
    Resolution,
)
from domain.case.refusals import Refusal
from domain.case.supervision.acts import Appoint
from domain.people.rosters import units_above
from domain.planning.plans import RULES
from domain.policy.powers import DEFAULT_POWERS
from domain.vocabulary import Role, Tier
from packs import shipped_packs
from runtime.wiring.packs import HOLIDAYS
from schemas.case import Question
from store.packs.loader import load_pack
from tests.acts import MINUTES, WATER_CAME
from tests.builders import ACTORS, opened, plan
from tests.town import OPENED, at
from tests.unit.kinds import MORNING, SEEN, SUPERVISOR, of_grid
from tests.unit.rows.story import Story
from tests.workflow.fakes import TownDesk
from workflows.questions import question

HANDLER, LEADER = ACTORS[Role.HANDLER], ACTORS[Role.LEADER]
HOUR = at("2026-07-02 10:00")
HEAD = ACTORS[Role.UNIT_HEAD]
ABOVE = replace(SEEN, above=("office", "town"))
STRICT = tuple(
    replace(row, listed_tasks=True) if row.kind == "village" else row for row in DEFAULT_POWERS
)


def asking(unit: str) -> tuple[Act, ...]:
    return (
        GiveTask(unit=unit, what="Clear it."),
        Investigate(units=("water", unit), subject="Whose?"),
        PlanAction(units=("water", unit), at=HOUR, goal="x", people=3),
    )


def held_with(unit: str) -> Hold:
    return Hold(
        part="conference-1",
        minutes="Agreed.",
        present=("squad", "water", unit),
        came=(*WATER_CAME, Attendance(unit, "dong")),
        tasks=(Resolution(unit, "Clear it."),),
        evidence=(MINUTES,),
    )


def of_squad(rules: int | None = RULES, members: tuple[str, ...] = ()) -> Story:
    pinned = of_grid("squad", Tier.SUPERVISE, powers=STRICT)
    story = Story(replace(pinned, rules=rules))
    if members:
        act = Appoint(lead="squad", members=members, instruction="Together.")
        story.do(act, MORNING, by=SUPERVISOR, lookup=SEEN)
    story.do(Convene(units=("water",), at=HOUR, agenda="x"), MORNING, by=HEAD, lookup=SEEN)
    return story


def refusal_of(story: Story, act: Act, by: Actor, seen: Lookup) -> tuple[Refusal, str]:
    return story.refused(act, HOUR if isinstance(act, Hold) else MORNING, by=by, lookup=seen)


@pytest.mark.parametrize("act", [*asking("office"), held_with("office")], ids=lambda a: a.kind)
def test_a_unit_asks_no_work_of_a_unit_above_it(act: Act) -> None:
    code, words = refusal_of(of_squad(), act, HEAD, ABOVE)

    assert Refusal.NO_POWER is code
    assert "office is above squad" in words


def test_the_office_appoints_no_unit_above_it_as_a_member() -> None:
    act = Appoint(lead="squad", members=("town",), instruction="Together.")
    above = replace(SEEN, above=("town",))

    assert Refusal.NO_POWER is refusal_of(of_squad(), act, SUPERVISOR, above)[0]


@pytest.mark.parametrize("act", [*asking("village"), held_with("village")], ids=lambda a: a.kind)
def test_departments_pass_no_duty_on_to_a_village_in_parts(act: Act) -> None:
    code, words = refusal_of(of_squad(), act, HEAD, SEEN)
    assert Refusal.NO_POWER is code
    assert "the leading group's office may ask it" in words

    when = HOUR if isinstance(act, Hold) else MORNING
    dong = (*SEEN.speakers, ("village", "dong"))
    of_squad().do(act, when, by=SUPERVISOR, lookup=replace(SEEN, speakers=dong))


def test_a_village_that_the_office_appointed_is_asked_by_its_lead() -> None:
    story = of_squad(members=("village",))
    story.do(asking("village")[0], MORNING, by=HEAD, lookup=SEEN)

    assert ("village",) == story.part("task-1").units


@pytest.mark.parametrize("rules", [None, 2])
def test_a_running_case_asks_units_above_as_before(rules: int | None) -> None:
    of_squad(rules).do(asking("office")[0], MORNING, by=HEAD, lookup=ABOVE)


@pytest.mark.parametrize("act", [*asking("water"), held_with("water")], ids=lambda a: a.kind)
def test_the_units_above_are_looked_up_from_rules_3_on(act: Act) -> None:
    found, before = (
        question(opened(replace(plan(), rules=rules)), Command("c", HANDLER, act), OPENED)
        for rules in (3, 2)
    )

    assert found is not None
    assert "squad" == found.below
    assert before is not None
    assert before.below is None


def test_the_units_above_are_those_of_the_roster_of_today() -> None:
    asked = Question(tenant="town", at=OPENED, below="squad")
    found = asyncio.run(LookupActivities(TownDesk()).look_up(asked))

    assert ("town",) == found.above
    assert ("b", "c") == units_above((("a", "b"), ("b", "c"), ("c", "a")), "a")  # a circle


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.name)
def test_shipped_packs_let_no_unit_pass_tasks_on_to_towns_and_communities(pack: object) -> None:
    policy = load_pack(pack, HOLIDAYS)  # type: ignore[arg-type]
    strict = {row.kind for row in policy.powers or () if row.listed_tasks}

    assert {"community"} <= strict <= {"village", "community", "township"}
    assert all(row.listed_only for row in policy.powers or () if row.listed_tasks)
