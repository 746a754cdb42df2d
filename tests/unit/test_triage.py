"""What a person's triage makes of a plan and of a case, and what a plan keeps of the calendar."""

from dataclasses import replace
from datetime import date

import pytest

from domain.case.commands import Lookup
from domain.case.registration.acts import Triage
from domain.planning.planner import plan, plan_after_triage
from domain.planning.plans import ServiceLevel
from domain.policy.model import Category, ChannelRule, Level, Limit, Policy, TierRule, Unit
from domain.sla.case_clocks import ACCEPT, CITIZEN, HOLDER
from domain.sla.clocks import Measure
from domain.vocabulary import Channel, Role, Stage, Tier, Urgency
from tests.builders import ACTORS, case_at, complaint, give
from tests.builders import plan as pinned
from tests.town import (
    CALENDAR,
    CITIZEN_LADDER,
    FIVE_LEVELS,
    OFF,
    OPENED,
    PLAIN_WEEK,
    UNITS,
    at,
    calendar,
    hours,
    roster,
)

FLOOD = Category("flood", "Flood", "Flood", "water", urgency=Urgency.CRITICAL)
STALLS = Category("stalls", "Stalls", "Stalls", "squad", tier=Tier.DIRECT)
POLICY = Policy(
    tenant="youchegang",
    name="油车港镇",
    name_en="Youchegang",
    hash="sha256:town",
    units=tuple(Unit(unit, unit, unit) for unit in UNITS),
    grids=(),
    categories=(FLOOD, STALLS),
    tier_rules=(
        TierRule("direct", "category_says_direct", Tier.DIRECT),
        TierRule("else", "always", Tier.ASSIGN),
    ),
    levels=tuple(
        Level(
            tier,
            urgency,
            (
                Limit(CITIZEN, hours(64), "citizen", Measure.WORKING),
                Limit(HOLDER, hours(40), "holder", Measure.WORKING),
            ),
        )
        for tier in Tier
        for urgency in Urgency
    ),
    ladders=(CITIZEN_LADDER, FIVE_LEVELS),
    calendar=CALENDAR,
    roster=roster(),
    platform="platform",
    office="office",
    channels=(ChannelRule(Channel.HOTLINE, callback=True),),
)


@pytest.mark.parametrize(
    ("reported", "ordered", "expected"),
    [
        (None, None, Urgency.CRITICAL),  # the category's own
        (Urgency.URGENT, None, Urgency.CRITICAL),  # the source saw less of it
        (Urgency.URGENT, Urgency.COMPLEX, Urgency.COMPLEX),  # a person overrules both
    ],
)
def test_the_urgency_is_a_persons_or_the_higher_of_source_and_category(
    reported: Urgency | None, ordered: Urgency | None, expected: Urgency
) -> None:
    unsorted = plan(POLICY, complaint(category=None, urgency=reported))

    it = plan_after_triage(POLICY, unsorted, category="flood", urgency=ordered)

    assert it is not None
    assert expected is it.urgency


def test_a_persons_tier_overrules_the_rules_and_is_named_as_theirs() -> None:
    unsorted = plan(POLICY, complaint(category=None))

    it = plan_after_triage(POLICY, unsorted, category="stalls", tier=Tier.SUPERVISE)

    assert it is not None
    assert Tier.SUPERVISE == it.tier
    assert "a person" == it.choices[0].rule


def test_a_category_that_is_not_on_the_list_cannot_be_chosen() -> None:
    unsorted = plan(POLICY, complaint(category=None))

    assert plan_after_triage(POLICY, unsorted, category="stals") is None


def test_a_plan_keeps_every_holiday_of_the_local_year_in_which_it_was_reported() -> None:
    """Ten at night on New York's 31 December is next year in UTC; that day still counts."""
    new_york = "America/New_York"
    days = tuple((date(year, 12, 31), OFF) for year in (2025, 2026, 2027))
    there = replace(POLICY, calendar=calendar(zone=new_york, week=PLAIN_WEEK, exceptions=days))

    it = plan(there, complaint(category="stalls", reported_at=at("2026-12-31 22:00", new_york)))

    assert days[1:] == it.calendar.exceptions


@pytest.mark.parametrize(
    ("role", "expected"), [(Role.DISPATCHER, Tier.SUPERVISE), (Role.SUPERVISOR, Tier.ASSIGN)]
)
def test_only_a_supervisor_lowers_the_tier_of_a_case_that_was_handed_out(
    role: Role, expected: Tier
) -> None:
    case = case_at(Stage.SIGNED, pinned=pinned(tier=Tier.ASSIGN))
    case = give(case, "raise_tier", OPENED).case
    case = give(give(case, "return", OPENED).case, "answer", OPENED).case
    act = Triage(category="street-stalls", reason="One bureau after all.")

    sorted_ = give(case, act, OPENED, by=ACTORS[role]).case

    assert expected is sorted_.tier


def test_what_was_only_guessed_on_arrival_may_turn_out_simpler() -> None:
    simple = Lookup(plan=pinned(tier=Tier.DIRECT))

    case = give(case_at(Stage.RECEIVED), "triage", OPENED, lookup=simple).case

    assert Tier.DIRECT is case.tier


def test_a_tier_that_sets_no_limit_for_a_clock_starts_none() -> None:
    lenient = replace(pinned(), levels=(ServiceLevel(Tier.ASSIGN, pinned().levels[1].clocks[:2]),))

    case = case_at(Stage.IN_PROGRESS, pinned=lenient)

    assert [CITIZEN, ACCEPT] == [clock.id for clock in case.clocks]
