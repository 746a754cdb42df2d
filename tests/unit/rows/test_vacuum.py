"""Rows 40 and 41: matters that no unit of the town owns, computed from what was journaled."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from domain.planning.planner import plan as planned
from domain.planning.plans import CasePlan
from domain.policy.model import Category, Policy, TierRule, Unit
from domain.policy.powers import VILLAGE
from domain.policy.vacuum import VacuumRule
from domain.reporting.periods import Period
from domain.reporting.reports import PeriodReport
from domain.vocabulary import Tier
from tests.builders import complaint
from tests.fakes.packs import POLICY
from tests.town import CALENDAR, FIVE_LEVELS, OPENED, PART_RULES, hours, roster
from tests.unit.rows.story import Story
from tests.unit.test_policy_problems import told


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


def report(plans: Sequence[CasePlan]) -> PeriodReport:
    found = PeriodReport(Period(date(2026, 7, 1), date(2026, 8, 31)))
    for number, each in enumerate(plans):
        found.add(Story(each, OPENED + number * hours(24 * 31)).events)
    return found


def vacuum(plans: Sequence[CasePlan]) -> dict[tuple[str, str], int]:
    return dict(report(plans).vacuum)


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


RULING = VacuumRule("squad", "Minutes 2026-3: the squad leads what the list does not name.")


def ruled(lead: str = "squad") -> Policy:
    """A town whose leading group has named who leads what no unit owns."""
    units = (Unit("squad", "队", "Squad"), Unit("village", "村", "Village", kind=VILLAGE))
    town = policy(Category("scrap", "废品", "Scrap", None))
    rules = (TierRule("unowned", "nobody_owns_it", Tier.SUPERVISE), *town.tier_rules)
    return replace(town, units=units, tier_rules=rules, vacuum=replace(RULING, lead=lead))


@pytest.mark.parametrize("category", ["scrap", "drones"])
def test_row_41_the_leading_group_names_who_leads_what_no_unit_owns(category: str) -> None:
    found = planned(ruled(), complaint(category=category))

    assert found.holder == "squad"
    assert found.tier is Tier.SUPERVISE
    (why,) = [each.rule for each in found.choices if each.question == "holder"]
    assert why.endswith(f"; by default {RULING.ruling}")


def test_row_41_a_unit_that_may_not_lead_leaves_it_to_the_office() -> None:
    found = planned(ruled("village"), complaint(category="scrap"))

    assert found.holder == "office"


def test_row_41_the_list_by_month_has_each_case_and_who_leads_it() -> None:
    case = planned(ruled(), complaint(category="scrap"))

    assert report((case,)).unowned == {("2026-07", "scrap"): [(case.case_id, "squad")]}


def test_row_41_what_the_platform_sorts_is_not_in_the_list() -> None:
    assert report((planned(ruled(), complaint(category=None)),)).unowned == {}


def test_row_41_an_unknown_lead_is_a_mistake(tmp_path: Path) -> None:
    said = POLICY + "vacuum: {lead: urban-mgnt, ruling: Minutes 3}\n"
    (found,) = told(tmp_path, policy=said)
    assert found.endswith("vacuum.lead: no unit 'urban-mgnt'; did you mean 'urban-mgmt'?")
