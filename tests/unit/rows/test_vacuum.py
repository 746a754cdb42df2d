"""Rows 40 and 41: matters that no unit of the town owns, computed from what was journaled."""

from collections.abc import Sequence
from datetime import date

from domain.planning.planner import plan as planned
from domain.planning.plans import CasePlan
from domain.policy.model import Category, Policy, TierRule
from domain.reporting.periods import Period
from domain.reporting.reports import PeriodReport
from domain.vocabulary import Tier
from tests.builders import complaint
from tests.town import CALENDAR, FIVE_LEVELS, OPENED, PART_RULES, hours, roster
from tests.unit.rows.story import Story


def policy(*categories: Category) -> Policy:
    """A town whose list has these rows."""
    return Policy(
        tenant="youchegang",
        name="镇",
        name_en="Town",
        hash="sha256:town",
        units=(),
        grids=(),
        categories=categories,
        tier_rules=(TierRule("rest", "always", Tier.ASSIGN),),
        levels=(),
        ladders=(FIVE_LEVELS,),
        calendar=CALENDAR,
        roster=roster(),
        platform="platform",
        office="office",
        parts=PART_RULES,
    )


def vacuum(plans: Sequence[CasePlan]) -> dict[tuple[str, str], int]:
    found = PeriodReport(Period(date(2026, 7, 1), date(2026, 8, 31)))
    for number, each in enumerate(plans):
        found.add(Story(each, OPENED + number * hours(24 * 31)).events)
    return dict(found.vacuum)


def test_row_41_regulatory_vacuum_lists_what_nobody_owns_by_month_and_category() -> None:
    town = policy(
        Category("scrap", "废品", "Scrap", None), Category("stalls", "摊", "Stalls", "squad")
    )
    july, august, owned = (
        planned(town, complaint(category=category)) for category in ("scrap", "scrap", "stalls")
    )

    assert {("2026-07", "scrap"): 1, ("2026-08", "scrap"): 1} == vacuum((july, august))
    assert {} == vacuum((owned,))


def test_row_40_duty_register_lists_a_category_that_it_does_not_have() -> None:
    town = policy(Category("stalls", "摊", "Stalls", "squad"))

    assert {("2026-07", "drones"): 1} == vacuum([planned(town, complaint(category="drones"))])
    assert {} == vacuum([planned(town, complaint(category=None))])  # somebody has to sort it first
