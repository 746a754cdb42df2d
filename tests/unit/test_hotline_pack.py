"""What the shipped hotline promises: one, three and thirteen days, and no cold weekend."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.planning.planner import plan
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import HOLDER
from domain.sla.ladders import Action
from domain.vocabulary import Tier, Urgency
from tests.builders import complaint
from tests.town import at
from tests.unit.rows.story import Story
from tests.unit.triages import POLICIES

HOTLINE = next(policy for policy in POLICIES if policy.tenant == "hotline12345")
SATURDAY = at("2026-11-28 22:00")


def opened(category: str, when: str, urgency: Urgency | None = None) -> Story:
    about = replace(complaint(category=category, urgency=urgency), tenant=HOTLINE.tenant)
    return Story(plan(HOTLINE, about), at(when))


@pytest.mark.parametrize(
    ("urgency", "due"),
    [
        (Urgency.URGENT, "2026-11-25 10:00"),
        (Urgency.NORMAL, "2026-11-27 10:00"),
        (Urgency.COMPLEX, "2026-12-11 10:00"),
    ],
)
def test_a_matter_of_one_bureau_has_one_three_or_thirteen_working_days(
    urgency: Urgency, due: str
) -> None:
    story = Story(_graded(urgency), at("2026-11-24 10:00"))

    assert story.case.tier is Tier.ASSIGN
    assert story.due(HOLDER) == at(due)


def _graded(urgency: Urgency) -> CasePlan:
    categories = (
        replace(each, urgency=urgency) if each.id == "price-dispute" else each
        for each in HOTLINE.categories
    )
    return plan(replace(HOTLINE, categories=(*categories,)), complaint(category="price-dispute"))


def test_a_cold_flat_does_not_wait_over_the_weekend() -> None:
    story = opened("heating-complaint", "2026-11-28 22:00")

    assert story.due(HOLDER) == SATURDAY + timedelta(days=1)


def test_a_burst_pipe_is_assigned_when_half_of_its_time_has_passed_once_more() -> None:
    story = opened("pipe-burst", "2026-11-28 22:00")
    clock = story.clock(HOLDER)
    raised = [
        rung
        for rung in story.case.plan.ladder(clock.ladder).rungs
        if rung.action is Action.RAISE_TIER
    ]

    assert clock.budget == timedelta(hours=2)
    assert [rung.after for rung in raised] == [timedelta(hours=1)]
