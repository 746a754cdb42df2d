"""Rows 36 and 37: the steps of the law have dates of their own; and who is named together."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.case.closing.acts import Resolve, Verify
from domain.case.commands import Actor, Lookup
from domain.case.draft import Refused
from domain.case.escalation.acts import Ring
from domain.case.escalation.facts import DeadlineMissed
from domain.case.penalties.acts import AdvancePenalty, FilePenalty, PenaltyStep
from domain.case.refusals import Refusal
from domain.case.requests.acts import Answer, DeclineFiling
from domain.case.steps_of_law import law_is_followed
from domain.complaints import Evidence
from domain.planning.planner import plan
from domain.policy.flows import FlowStep
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import Measure, due
from domain.vocabulary import NoFiling, Role, Stage, Tier
from tests.builders import ACTORS
from tests.fakes.packs import CATEGORIES
from tests.town import OPENED
from tests.unit.rows.story import Story
from tests.unit.test_planning import TOWN, complaint
from tests.unit.test_policy_problems import told


def picture(name: str) -> Evidence:
    return Evidence(name * 64, f"s3://{name}", "image/jpeg")


LAND = Actor("cao-jianguo", Role.HANDLER, "land-planning")
HEAD = Actor("yan-min", Role.UNIT_HEAD, "land-planning")
OFFICERS = Lookup(
    officers=("cao-jianguo", "yan-min"),
    certified=(("cao-jianguo", "department"), ("yan-min", "department")),
)
TOWN_UNITS = replace(OFFICERS, units=tuple(unit.id for unit in TOWN.units))
FILED = FilePenalty(number="2026-17", officers=OFFICERS.officers, basis="土地管理法")
RESULT = Resolve(result="已复耕", evidence=(picture("a"), picture("b")))


def occupied(**changes: Any) -> Story:
    """Return the story of land that is occupied, signed for by the land office, with changes of its
    plan.
    """
    about = complaint("land-occupation", reported_at=OPENED)
    story = Story(replace(plan(TOWN, about), **changes))
    story.do("sign", OPENED, by=LAND)
    return story


def at_day(number: int) -> datetime:
    return OPENED + timedelta(days=number)


def advance(story: Story, step: PenaltyStep, day: int, by: Actor = LAND, **said: Any) -> None:
    files = (replace(picture("d"), sha256=f"{day:064x}"),)
    act = AdvancePenalty(part="penalty-1", step=step, evidence=files, **said)
    story.do(act, at_day(day), by=by, lookup=OFFICERS)


def due_day(story: Story) -> float:
    clock = story.case.clock("penalty-1")
    assert clock is not None
    deadline = due(clock, story.case.plan.calendar)
    assert deadline is not None
    return (deadline.at - OPENED) / timedelta(days=1)


def test_row_37_the_land_office_leads_by_a_long_clock() -> None:
    found = plan(TOWN, complaint("land-occupation"))
    assert found.holder == "land-planning"
    assert found.tier is Tier.ASSIGN
    whole = found.spec(found.tier, HOLDER)
    assert whole is not None
    assert whole.budget == timedelta(days=180)
    assert whole.measure is Measure.CONTINUOUS


def test_row_37_each_step_of_the_law_has_a_date_of_its_own() -> None:
    story = occupied()
    story.do(FILED, at_day(0), by=LAND, lookup=OFFICERS)
    assert due_day(story) == 45
    advance(story, PenaltyStep.INVESTIGATED, 20)
    assert due_day(story) == 65  # the notice, from the step before
    advance(story, PenaltyStep.NOTIFIED, 40)
    assert due_day(story) == 55
    advance(story, PenaltyStep.HEARD, 54)
    assert due_day(story) == 84
    advance(story, PenaltyStep.DECIDED, 80, HEAD, amount_yuan=20_000)
    assert due_day(story) == 140


def test_row_37_no_step_up_to_the_decision_is_due_after_the_days_of_the_law() -> None:
    story = occupied()
    story.do(FILED, at_day(0), by=LAND, lookup=OFFICERS)
    for step, day in ((PenaltyStep.INVESTIGATED, 44), (PenaltyStep.NOTIFIED, 80)):
        advance(story, step, day)
    assert due_day(story) == 90


def test_row_37_a_missed_step_is_a_fact_of_its_own() -> None:
    story = occupied()
    story.do(FILED, at_day(0), by=LAND, lookup=OFFICERS)
    missed = [
        fact.due_at
        for fact in story.do(Ring(), at_day(46))
        if isinstance(fact, DeadlineMissed) and fact.clock == "penalty-1"
    ]
    assert missed == [at_day(45)]


def test_row_37_there_is_no_result_before_the_steps_are_taken() -> None:
    story = occupied()
    refusal, why = story.refused(RESULT, at_day(1), by=LAND)
    assert refusal is Refusal.WRONG_STEP
    assert why.endswith("notified, heard, decided, executed; next: file_penalty, or decline_filing")
    story.do(FILED, at_day(2), by=LAND, lookup=OFFICERS)
    advance(story, PenaltyStep.INVESTIGATED, 20)
    assert story.refused(RESULT, at_day(21), by=LAND)[1].endswith("advance_penalty part=penalty-1")


def dismissed() -> Story:
    """Return the story of officers who have put a dismissal to the leading group."""
    story = occupied()
    story.do(FILED, at_day(0), by=LAND, lookup=OFFICERS)
    advance(story, PenaltyStep.INVESTIGATED, 20)
    advance(story, PenaltyStep.DISMISSED, 21, HEAD, note="已自行复耕")
    return story


def test_row_37_what_a_leader_agrees_to_dismiss_may_be_resolved() -> None:
    story = dismissed()
    refusal, why = story.refused(RESULT, at_day(22), by=LAND)
    assert refusal is Refusal.WRONG_STEP
    assert why.endswith("next: a leader agrees to the dismissal of penalty-1, or sends it back")
    advance(story, PenaltyStep.DISMISSED, 23, ACTORS[Role.LEADER], note="同意")
    assert "resolved" in [fact.kind for fact in story.do(RESULT, at_day(24), by=LAND)]


def test_row_37_what_a_leader_sends_back_is_not_resolved() -> None:
    story = dismissed()
    advance(story, PenaltyStep.INVESTIGATED, 22, ACTORS[Role.LEADER], note="再查")
    assert story.refused(RESULT, at_day(23), by=LAND)[0] is Refusal.WRONG_STEP


def test_row_37_a_case_of_earlier_rules_is_resolved_while_a_leader_has_not_ruled() -> None:
    story = occupied(rules=2)
    story.do(FILED, at_day(0), by=LAND, lookup=OFFICERS)
    advance(story, PenaltyStep.DISMISSED, 21, HEAD, note="已自行复耕")
    assert "resolved" in [fact.kind for fact in story.do(RESULT, at_day(22), by=LAND)]


def decided(yuan: int) -> AdvancePenalty:
    step = PenaltyStep.DECIDED
    file = (picture("e"),)
    return AdvancePenalty(part="penalty-1", step=step, amount_yuan=yuan, evidence=file)


def test_row_37_where_the_class_lists_the_steps_no_penalty_is_decided_on_the_spot() -> None:
    story = occupied()
    story.do(FILED, at_day(0), by=LAND, lookup=OFFICERS)
    refusal, why = story.refused(decided(1), at_day(1), by=HEAD, lookup=OFFICERS)
    assert refusal is Refusal.WRONG_STEP
    assert why == (
        "penalty-1 is filed; next is investigated or dismissed; land-occupation takes notified, "
        "heard before, so none is decided on the spot"
    )


def test_row_37_what_another_class_had_decided_on_the_spot_has_not_taken_the_steps() -> None:
    listed = occupied().case.plan.flow
    story = occupied(flow=None)
    story.do(FILED, at_day(0), by=LAND, lookup=OFFICERS)
    story.do(decided(1), at_day(1), by=HEAD, lookup=OFFICERS)
    advance(story, PenaltyStep.SERVED, 2)
    advance(story, PenaltyStep.EXECUTED, 3)
    law_is_followed(story.case)
    with pytest.raises(Refused, match="takes the steps of the law"):
        law_is_followed(replace(story.case, plan=replace(story.case.plan, flow=listed)))


def test_row_37_a_listed_legal_review_is_not_left_out() -> None:
    review = FlowStep("reviewed", timedelta(days=9), Measure.CONTINUOUS)
    story = occupied(flow=(review, *(occupied().case.plan.flow or ())))
    story.do(FILED, at_day(0), by=LAND, lookup=OFFICERS)
    advance(story, PenaltyStep.INVESTIGATED, 20)
    notified = AdvancePenalty(part="penalty-1", step=PenaltyStep.NOTIFIED, evidence=(picture("e"),))
    _, why = story.refused(notified, at_day(21), by=LAND, lookup=OFFICERS)
    assert why == "penalty-1 is investigated; next is reviewed or dismissed"
    advance(story, PenaltyStep.REVIEWED, 22)
    advance(story, PenaltyStep.NOTIFIED, 23)


def test_row_20_a_penalty_is_of_an_amount() -> None:
    story = occupied(flow=None)
    story.do(FILED, at_day(0), by=LAND, lookup=OFFICERS)
    refusal, why = story.refused(decided(0), at_day(1), by=HEAD, lookup=OFFICERS)
    assert refusal is Refusal.TOO_MUCH
    assert why == "between 1 and 1000000000 yuan, not 0"


def test_row_36_water_environment_and_squad_are_named_together() -> None:
    found = plan(TOWN, complaint("sewage-discharge"))
    assert found.holder == "environment"
    assert found.helpers == ("water-agriculture", "enforcement-squad")
    assert found.tier is Tier.SUPERVISE
    assert Story(found).case.members == found.helpers


STEPS = "    by_grid: true\n    flow: [%s]\n"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            "{step: decided, within: 9nd}, {step: notified, within: 9nd}",
            "categories[0].flow[1].step: 'notified' does not come after 'decided'; order them",
        ),
        (
            "{step: decided, within: 9h}",
            (
                "categories[0].flow[0].within: does not say how it is counted; "
                "write 7wd, 4wh or 30nd"
            ),
        ),
    ],
)
def test_steps_that_no_case_can_take_are_a_mistake(said: str, why: str, tmp_path: Path) -> None:
    changed = CATEGORIES.replace("tier: direct", "tier: assign")
    changed = changed.replace("    by_grid: true\n", STEPS % said)
    (found,) = told(tmp_path, categories=changed)
    assert found.endswith(why)


def test_a_direct_case_takes_no_steps_of_the_law(tmp_path: Path) -> None:
    changed = CATEGORIES.replace("    by_grid: true\n", STEPS % "{step: decided, within: 9nd}")
    (found,) = told(tmp_path, categories=changed)
    assert found.endswith("for which no direct case is filed; say tier: assign")


def test_that_none_is_filed_was_agreed_of_the_facts_before_a_reopening() -> None:
    story = occupied()
    declined = DeclineFiling(because=NoFiling.MINOR_AND_CORRECTED, note="首次且已改正")
    story.do(declined, at_day(0), by=LAND, lookup=OFFICERS)
    agreed = Answer(part="no_filing-1", granted=True, reason="同意")
    story.do(agreed, at_day(0), by=ACTORS[Role.LEADER])
    story.do(RESULT, at_day(0), by=LAND)
    story.do(Verify(passed=True, note="现场已看"), at_day(0), by=ACTORS[Role.VERIFIER])
    if story.case.stage is Stage.VERIFIED:
        story.do("close", at_day(0))
    story.do("ask_reopening", at_day(1))
    reopened = Answer(part="reopening-1", granted=True, reason="又占了", unit="land-planning")
    story.do(reopened, at_day(1), by=ACTORS[Role.LEADER], lookup=TOWN_UNITS)
    story.do("sign", at_day(1), by=LAND)
    _, words = story.refused(RESULT, at_day(1), by=LAND)
    story.do(declined, at_day(1), by=LAND, lookup=OFFICERS)

    assert "takes the steps of the law before it has a result" in words
    assert story.part("no_filing-2").is_open
