"""Who is inquired into neither reads the inquiry into their duty nor is told of it."""

from dataclasses import replace

import pytest

from domain.case.access import reach_of, reads_duty
from domain.case.escalation.facts import RungReached
from domain.case.state import Case
from domain.case.supervision.acts import Appoint, Inquire
from domain.people.rosters import Person, Recipient
from domain.vocabulary import Role, Tier
from tests.builders import ACTORS, plan
from tests.town import PART_LADDER, at
from tests.unit.rows.story import Story, only
from tests.unit.test_planning import TOWN

LEADER, SUPERVISOR = ACTORS[Role.LEADER], ACTORS[Role.SUPERVISOR]
NINE, TEN = at("2026-07-01 09:00"), at("2026-07-01 10:00")
OFFICE = TOWN.office


def inquired(**changes: object) -> Case:
    """An inquiry in a case that the office had before the enforcement squad got it."""
    pinned = plan(tier=Tier.SUPERVISE, holder=OFFICE)
    story = Story(replace(pinned, office=OFFICE, **changes))  # type: ignore[arg-type]
    taken = Appoint(lead="squad", members=("water",), instruction="Go.", reason="It is near.")
    story.do(taken, NINE, by=LEADER)
    story.do(Inquire(subject="What broke", duty="Who let it"), TEN, by=LEADER)
    return story.case


@pytest.mark.parametrize(
    ("unit", "role", "reads"),
    [
        ("leading-group", Role.LEADER, True),
        ("sanitation", Role.SUPERVISOR, True),
        (OFFICE, Role.SUPERVISOR, False),
        ("squad", Role.LEADER, False),
        ("water", Role.LEADER, False),
        ("leading-group", Role.VERIFIER, False),
    ],
    ids=["a leader", "a supervisor", "who had it", "who has it", "who helps", "no leader"],
)
def test_who_reads_what_is_inquired_into_the_duty_of_a_case(
    unit: str, role: Role, *, reads: bool
) -> None:
    reach = reach_of(TOWN, Person("somebody", "Somebody", unit, (role,)))

    assert reads_duty(reach, inquired()) is reads


def test_a_leader_from_above_the_town_reads_it_of_what_was_reported_up() -> None:
    reach = reach_of(TOWN, Person("shao", "Shao", "district-guidance", (Role.LEADER,)))
    case = inquired(guided_by=("district-guidance",))

    assert not reads_duty(reach, case)
    assert reads_duty(reach, replace(case, reported_above=True))


@pytest.mark.parametrize("rules", [2, 3])
def test_no_person_of_the_unit_is_told_of_the_inquiry_into_its_duty(rules: int) -> None:
    to_office = (Recipient("office", Role.SUPERVISOR), Recipient("town", Role.LEADER))
    rungs = tuple(replace(rung, tell=to_office) for rung in PART_LADDER.rungs)
    pinned = plan(tier=Tier.SUPERVISE, holder="office")
    ladders = tuple(
        replace(each, rungs=rungs) if each.id == PART_LADDER.id else each for each in pinned.ladders
    )
    story = Story(replace(pinned, ladders=ladders, rules=rules))
    story.do(Inquire(subject="What broke", duty="Who let it"), TEN, by=LEADER)
    facts = only(story.wait(at("2026-08-03 09:00")), RungReached)
    told = {
        part: {each.person for fact in facts if fact.clock == part for each in fact.told}
        for part in ("inquiry-1", "inquiry-2")
    }

    assert SUPERVISOR.id in told["inquiry-1"]
    assert (SUPERVISOR.id in told["inquiry-2"]) is (rules == 2)
    assert LEADER.id in told["inquiry-2"]
