"""Tasks, summonses, orders and penalties: only of units whose kind may."""

from dataclasses import replace

import pytest

from domain.case.commands import Actor
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import (
    GiveTask,
    Hold,
    Investigate,
    PlanAction,
    Report,
    Resolution,
    SendCheck,
)
from domain.case.penalties.acts import FilePenalty, PenaltyStep
from domain.case.refusals import Refusal
from domain.case.supervision.acts import Appoint, Summon
from domain.case.tiers.acts import RaiseTier
from domain.policy.powers import DEFAULT_POWERS, KindPowers
from domain.vocabulary import Role, Stage, Tier
from tests.acts import MINUTES, WATER_CAME, advanced
from tests.builders import ACTORS, PHOTO, plan
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
from tests.unit.rows.story import Story


def test_a_property_company_takes_tasks_and_is_no_co_handler() -> None:
    story = Story(of_grid("squad", Tier.SUPERVISE))
    member = Appoint(lead="squad", members=("village", "estate"), instruction="Together.")
    code, words = story.refused(member, MORNING, by=SUPERVISOR, lookup=SEEN)
    assert code is Refusal.NO_POWER
    assert words == (
        "estate is of kind outside-party, which is no co-handler, and takes no part in "
        "investigations and joint actions; squad, department, office, utility, township, village, "
        "community may"
    )
    both = ("water", "estate")
    for act in (
        Investigate(units=both, subject="The pipe"),
        PlanAction(units=both, at=at("2026-07-02 10:00"), goal="x", people=3),
    ):
        refused = story.refused(act, MORNING, by=SUPERVISOR, lookup=SEEN)
        assert refused[0] is Refusal.NO_POWER
    story.do(GiveTask(unit="estate", what="Unlock."), MORNING, by=SUPERVISOR, lookup=SEEN)
    assert story.part("task-1").units == ("estate",)


def test_a_unit_without_the_power_gets_no_task_by_any_door() -> None:
    powers = (*DEFAULT_POWERS, KindPowers("guest"))
    seen = replace(SEEN, units=(*SEEN.units, "guest"), kinds=(*KINDS, ("guest", "guest")))
    story = Story(of_grid("squad", Tier.ASSIGN, powers=powers))
    story.do("convene", MORNING)
    task = Hold(
        part="conference-1",
        minutes="x",
        evidence=(MINUTES,),
        present=("squad", "water"),
        came=WATER_CAME,
        tasks=(Resolution("guest", "Dig."),),
    )
    for act in (GiveTask(unit="guest", what="Dig."), task):
        refused = story.refused(act, at("2026-07-02 11:00"), by=SUPERVISOR, lookup=seen)
        assert refused[0] is Refusal.NO_POWER
    early = Story(replace(plan(holder=None), powers=powers))
    look = SendCheck(unit="guest", what="Is it there?")
    assert early.refused(look, MORNING, lookup=seen)[0] is Refusal.NO_POWER
    assert early.case.stage is Stage.RECEIVED


# --- Powers of the holder: summon, order, inspect, penalise


def test_a_utility_summons_nobody_but_the_office_summons_its_head() -> None:
    story = held_by("mains")
    act = Summon(whom="The owner", at=at("2026-07-03 09:00"), about="The pipe")
    code, words = story.refused(act, NOON, by=Actor("shen", Role.HANDLER, "mains"))
    assert code is Refusal.NO_POWER
    assert words.endswith(
        "does not summon to an interview; squad, department, office, township may"
    )
    story.do(act, NOON, by=SUPERVISOR)
    assert story.part("interview-1").units == ("mains",)


@pytest.mark.parametrize("by", [Actor("shen", Role.HANDLER, "mains"), SUPERVISOR])
def test_a_utility_orders_no_rectification(by: Actor) -> None:
    assert held_by("mains").refused("order_rectification", NOON, by=by)[0] is Refusal.NO_POWER


def test_a_stranger_without_the_power_to_order_inspects_nothing() -> None:
    story = held_by("squad")
    story.do("order_rectification", NOON)
    story.do("serve", NOON)
    story.do(
        Report(part="rectification-1", text="Gone.", evidence=(replace(PHOTO, sha256="1" * 64),)),
        NOON,
    )
    look = Check(part="rectification-1", passed=True, note="Gone.", evidence=(PHOTO,))
    estate = Actor("luo", Role.HANDLER, "estate")

    assert story.refused(look, NOON, by=estate, lookup=SEEN)[0] is Refusal.NOT_READABLE


def test_a_task_is_checked_by_the_lead_and_not_by_a_third_unit() -> None:
    story = held_by("squad")
    story.do(GiveTask(unit="water", what="Dig."), NOON)
    story.do(Report(part="task-1", text="Dug."), NOON, by=Actor("chen", Role.HANDLER, "water"))
    look = Check(part="task-1", passed=True, note="Seen.")

    assert story.refused(look, NOON, by=VILLAGER, lookup=SEEN)[0] is Refusal.NOT_READABLE
    story.do(look, NOON, by=ACTORS[Role.UNIT_HEAD])


@pytest.mark.parametrize("unit", ["mains", "office"])
def test_a_penalty_is_filed_by_a_unit_that_may(unit: str) -> None:
    by = Actor("shen", Role.HANDLER, unit)
    code, words = held_by(unit).refused("file_penalty", NOON, by=by)

    assert code is Refusal.NO_POWER
    assert words.endswith("which does not file a penalty; squad, department, township may")


@pytest.mark.parametrize(
    ("officers", "why"),
    [
        (("li", "li"), "named: li, li"),
        (("li", "xu"), "xu has no certificate in the roster"),
        (("li", "shen"), "shen is of a village"),
    ],
)
def test_a_penalty_needs_two_certified_officers(officers: tuple[str, ...], why: str) -> None:
    seen = replace(SEEN, certified=(("li", "squad"), ("shen", "village"), ("he", "squad")))
    act = FilePenalty(number="2026-17", officers=officers, basis="Art. 12")
    code, words = held_by("squad").refused(act, NOON, lookup=seen)

    assert code is Refusal.TWO_OFFICERS
    assert why in words


def test_a_penalty_is_carried_on_by_the_unit_that_filed_it() -> None:
    story = held_by("squad")
    story.do("file_penalty", NOON)
    story.do(RaiseTier(to=Tier.SUPERVISE, reason="More."), NOON, by=DISPATCHER)
    water_leads = Appoint(lead="water", instruction="You.", reason="The river is the matter.")
    story.do(water_leads, NOON, by=SUPERVISOR, lookup=SEEN)
    step = advanced(PenaltyStep.INVESTIGATED)
    water = Actor("chen", Role.HANDLER, "water")

    assert story.refused(step, NOON, by=water)[0] is Refusal.NOT_YOUR_PART
    story.do(step, NOON)
