"""Levels for a group of categories: a town's water, power and gas come back by day and by night."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.planning.planner import plan
from domain.planning.plans import CasePlan, ClockSpec
from domain.policy.diffs import entry_name
from domain.policy.model import Policy
from domain.sla.case_clocks import ACCEPT, CALLBACK, DISPATCH, FIRST, HOLDER, SIGN, VERIFY
from domain.sla.clocks import Measure
from domain.vocabulary import Tier, Urgency
from gateways.holidays import china
from packs import pack_of
from store.packs.loader import load_pack
from store.packs.problems import BrokenPack
from tests.builders import complaint
from tests.fakes.packs import HOLIDAYS, PACK, written
from tests.town import at
from tests.unit.rows.story import Story

HOUR = timedelta(hours=1)
SATURDAY_NIGHT = at("2026-11-28 23:00")


@pytest.fixture(scope="module")
def town() -> Policy:
    return load_pack(pack_of("youchegang"), {"china": china})


def planned(town: Policy, category: str) -> CasePlan:
    return plan(town, replace(complaint(category=category), reported_at=SATURDAY_NIGHT))


def holders_deadline(town: Policy, category: str) -> datetime | None:
    return Story(planned(town, category), SATURDAY_NIGHT).due(HOLDER)


def spec(pinned: CasePlan, clock: str, tier: Tier = Tier.ASSIGN) -> ClockSpec:
    found = pinned.spec(tier, clock)
    assert found is not None
    return found


def test_an_urgent_utility_is_back_within_24_hours_of_day_and_night(town: Policy) -> None:
    assert SATURDAY_NIGHT + 24 * HOUR == holders_deadline(town, "water-outage")


def test_another_urgent_case_has_two_working_days(town: Policy) -> None:
    assert at("2026-12-01 18:00") == holders_deadline(town, "food-safety")


@pytest.mark.parametrize(
    ("clock", "hours"),
    [(ACCEPT, 1), (DISPATCH, 1), (SIGN, 2), (FIRST, 4), (VERIFY, 8), (CALLBACK, 12)],
)
def test_every_step_of_an_urgent_utility_counts_day_and_night(
    town: Policy, clock: str, hours: int
) -> None:
    found = spec(planned(town, "water-outage"), clock)

    assert hours * HOUR == found.budget
    assert Measure.CONTINUOUS is found.measure


def test_a_tier_without_a_level_for_the_group_has_the_level_of_all(town: Policy) -> None:
    utility, other = planned(town, "water-outage"), planned(town, "food-safety")

    assert spec(other, HOLDER, Tier.SUPERVISE) == spec(utility, HOLDER, Tier.SUPERVISE)


def test_at_another_urgency_the_group_has_the_level_of_all(town: Policy) -> None:
    said = replace(complaint(category="water-outage"), urgency=Urgency.CRITICAL)
    burst = planned(town, "water-burst")

    assert burst.levels == plan(town, said).levels


def test_a_plan_has_one_level_a_tier(town: Policy) -> None:
    levels = planned(town, "water-outage").levels

    assert [Tier.ASSIGN, Tier.SUPERVISE] == [level.tier for level in levels]


def test_a_level_is_named_with_its_groups(tmp_path: Path) -> None:
    own = PACK["levels"].split("levels:\n", 1)[1].split("  - tier:")[1]
    more = PACK["levels"] + "  - tier:" + own.rstrip() + "\n    groups: [waste]\n"
    categories = PACK["categories"].replace("by_grid: true", "by_grid: true\n    group: waste", 1)
    pack = load_pack(written(tmp_path, levels=more, categories=categories), HOLIDAYS)
    named = [entry_name(level) for level in pack.levels]

    assert [named[0], f"{named[0]} waste"] == [named[0], named[-1]]


def test_a_group_has_one_level_for_a_tier_and_an_urgency(tmp_path: Path) -> None:
    own = PACK["levels"].split("levels:\n", 1)[1].split("  - tier:")[1].rstrip()
    twice = "".join(f"  - tier:{own}\n    groups: [{names}]\n" for names in ("waste", "b, waste"))
    categories = PACK["categories"].replace("by_grid: true", "by_grid: true\n    group: waste", 1)
    with pytest.raises(BrokenPack) as caught:
        load_pack(written(tmp_path, levels=PACK["levels"] + twice, categories=categories), HOLIDAYS)

    assert [
        "levels[13].groups: no group 'b'; there are: waste",
        (
            "levels[13].groups: another level for direct at critical is for 'waste', too; "
            "remove it here or there"
        ),
    ] == [str(problem).split(": ", 1)[1] for problem in caught.value.problems]
