"""A step of the work that is late tells people, and the case itself has not escalated."""

from dataclasses import replace

import pytest

from domain.case.commands import Act
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.joint_work.acts import GiveTask, Investigate
from domain.case.supervision.acts import Inquire, IssueLetter
from domain.policy.part_rules import PartKind
from domain.vocabulary import Role, Tier
from tests.builders import ACTORS, plan
from tests.town import at
from tests.unit.rows.story import Story, only

SUPERVISOR = ACTORS[Role.SUPERVISOR]
TASK = GiveTask(unit="water", what="Clear the drain.")
STEPS: dict[PartKind, Act] = {
    PartKind.TASK: TASK,
    PartKind.INVESTIGATION: Investigate(units=("water",), subject="Whose pipe it is"),
    PartKind.INQUIRY: Inquire(subject="Who let it happen"),
}


def late(act: Act, rules: int | None = 3) -> list[RungReached]:
    """Let this step of a supervised case run out; return the rungs of its clock."""
    story = Story(replace(plan(tier=Tier.SUPERVISE), rules=rules))
    story.do("sign", at("2026-07-01 09:00"))
    story.do(act, at("2026-07-01 09:00"), by=SUPERVISOR)
    [part, *_] = (part.id for part in story.case.parts)
    facts = story.wait(at("2026-08-31 09:00"))
    assert part in {missed.clock for missed in only(facts, DeadlineMissed)}
    return [fact for fact in only(facts, RungReached) if fact.clock == part]


@pytest.mark.parametrize("kind", STEPS)
def test_a_late_step_of_the_work_tells_people_and_is_of_no_level(kind: PartKind) -> None:
    rungs = late(STEPS[kind])

    assert any(fact.told for fact in rungs)
    assert {0} == {fact.level for fact in rungs}


def test_a_late_task_of_a_running_case_raises_it_as_before() -> None:
    rungs = late(TASK, rules=2)

    assert max(fact.level for fact in rungs) > 0


def test_a_letter_that_is_not_answered_still_is_of_its_level() -> None:
    rungs = late(IssueLetter(text="Report by tomorrow."))

    assert max(fact.level for fact in rungs) > 0
