"""What lets the time of a hurried case wait is answered soon, also at night, and hides no miss."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.case.dispatch.acts import Return
from domain.case.escalation.facts import DeadlineMissed
from domain.case.requests.acts import Answer
from domain.planning.planner import plan
from domain.policy.model import Policy
from domain.policy.part_rules import Default, PartKind
from domain.sla.case_clocks import FIRST, HOLDER
from domain.sla.clocks import Measure
from domain.vocabulary import Role, Tier, Urgency
from tests.builders import ACTORS
from tests.builders import plan as plain
from tests.town import at, levels
from tests.unit.rows.story import Story, only
from tests.unit.triages import NINE, TOWN, complaint, crew, every_pack

EVENING = at("2026-11-24 22:00")  # a Tuesday
NOT_OURS, HOUR = Return(reason="Not ours."), timedelta(hours=1)
SUPERVISOR = ACTORS[Role.SUPERVISOR]


def contested(story: Story, when: datetime, *, times: int = 2) -> Story:
    """The unit returns it, the platform says that it is theirs, and the unit returns it again."""
    for number in range(1, times + 1):
        story.do(NOT_OURS, when, by=crew(story))
        if number < times:
            no = Answer(part=f"return-{number}", granted=False, reason="It is yours.")
            story.do(no, when, by=SUPERVISOR)
    return story


@every_pack
@pytest.mark.parametrize("kind", [PartKind.RETURN, PartKind.RULING])
@pytest.mark.parametrize("urgency", [Urgency.CRITICAL, Urgency.URGENT])
def test_a_return_and_a_ruling_of_a_hurried_direct_case_take_half_an_hour(
    policy: Policy, kind: PartKind, urgency: Urgency
) -> None:
    about = complaint(policy, urgency=urgency, category=policy.categories[0].id)
    rule = replace(plan(policy, about)).part(Tier.DIRECT, kind)
    assert rule is not None

    assert rule.budget == timedelta(minutes=30)
    assert rule.measure is Measure.CONTINUOUS


def test_the_dispute_about_a_missing_cover_is_over_within_half_an_hour_at_night() -> None:
    story = Story(plan(TOWN, complaint()), EVENING)
    contested(story, EVENING)

    assert story.due("ruling-1") == EVENING + HOUR / 2


@pytest.mark.parametrize(
    ("rules", "urgency", "measure"),
    [
        (3, Urgency.CRITICAL, Measure.CONTINUOUS),
        (3, Urgency.URGENT, Measure.CONTINUOUS),
        (3, Urgency.COMPLEX, Measure.WORKING),
        (2, Urgency.CRITICAL, Measure.WORKING),
    ],
)
def test_a_return_counts_the_night_where_the_hurried_case_does(
    rules: int, urgency: Urgency, measure: Measure
) -> None:
    pinned = replace(plain(measure=Measure.CONTINUOUS), rules=rules, urgency=urgency)
    story = contested(Story(pinned, NINE), NINE, times=1)

    assert story.clock("return-1").measure is measure


def by_silence(rules: int = 3, default: Default = Default.GRANT) -> list[DeadlineMissed]:
    """Return the misses of a unit of two hours whose dispute no one rules on within four."""
    pinned = replace(plain(measure=Measure.CONTINUOUS, tier=Tier.DIRECT), rules=rules)
    parts = tuple(
        replace(rule, default=default) if rule.kind is PartKind.RULING else rule
        for rule in pinned.parts
    )
    short = tuple(
        replace(
            level,
            clocks=tuple(
                replace(spec, budget=2 * HOUR) if spec.clock == HOLDER else spec
                for spec in level.clocks
            ),
        )
        for level in levels(Measure.CONTINUOUS)
    )
    story = Story(replace(pinned, parts=parts, levels=short), NINE)
    story.do("sign", NINE)
    contested(story, NINE)
    facts = story.wait(NINE + 9 * HOUR)
    assert story.part("ruling-1").state.value == (
        "granted" if default is Default.GRANT else "refused"
    )
    return [fact for fact in only(facts, DeadlineMissed) if fact.units == ("squad",)]


def test_what_a_unit_would_have_missed_is_recorded_before_silence_takes_the_case_from_it() -> None:
    missed = by_silence()

    assert [(each.clock, each.due_at) for each in missed] == [
        (FIRST, NINE + 2 * HOUR),
        (HOLDER, NINE + 2 * HOUR),
    ]


def test_a_unit_that_keeps_its_case_by_silence_has_waited() -> None:
    assert [
        each for each in by_silence(default=Default.REFUSE) if each.due_at < NINE + 4 * HOUR
    ] == []


def test_a_running_case_goes_on_as_before() -> None:
    assert by_silence(rules=2) == []
