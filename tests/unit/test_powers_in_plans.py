"""Powers by kind in clocks, new policies and the plans of the shipped town."""

from dataclasses import replace

import pytest

from domain.case.commands import Lookup
from domain.case.dispatch.facts import Dispatched
from domain.case.repinning.acts import Repin
from domain.case.tiers.acts import RaiseTier
from domain.complaints import Complaint, Place
from domain.planning.planner import plan as plan_of
from domain.sla.ladders import Action, Late
from domain.vocabulary import Channel, Tier
from packs import pack_of
from runtime.wiring.packs import HOLIDAYS
from store.packs.loader import load_pack
from tests.town import at, ladder, rung
from tests.unit.kinds import (
    DISPATCHER,
    KINDS,
    MORNING,
    NOON,
    SUPERVISOR,
    of_grid,
)
from tests.unit.rows.story import Story, only

TOWN = load_pack(pack_of("youchegang"), HOLIDAYS)


def test_a_clock_hands_on_to_no_unit_that_may_not_have_the_case() -> None:
    hand_on = ladder("holder", rung("due", 2, Action.REASSIGN, share=100, late=Late.FIRE))
    pinned = of_grid("squad", backups=("guest", "village"), kinds=(*KINDS, ("guest", "guest")))
    others = tuple(each for each in pinned.ladders if each.id != "holder")
    story = Story(replace(pinned, ladders=(*others, hand_on)))
    story.wait(at("2026-07-02 08:00"))

    assert story.case.had == ("squad", "village")


def test_a_repin_takes_a_case_from_a_unit_that_may_no_longer_lead_it() -> None:
    story = Story(of_grid(tier=Tier.ASSIGN, rules=None))
    new = of_grid(tier=Tier.ASSIGN)
    facts = story.do(
        Repin(policy=new.policy, reason="New rules."), NOON, by=SUPERVISOR, lookup=Lookup(plan=new)
    )

    assert story.case.holder == "squad"
    [handed] = only(facts, Dispatched)
    assert "village is of kind village, which does not lead in assign" in handed.reason


def complaint(category: str, grid: str, **changes: object) -> Complaint:
    usual = {"channel": Channel.HOTLINE} | changes
    return Complaint(
        tenant="youchegang",
        source="/test",
        event_id="1",
        complaint_id="1",
        reported_at=MORNING,
        text="There.",
        category=category,
        place=Place(grid=grid),
        **usual,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize("grid", [grid.id for grid in TOWN.grids])
@pytest.mark.parametrize("before", [(), ("a", "b")])
def test_a_grid_has_direct_cases_and_no_plan_makes_a_village_lead(
    grid: str, before: tuple[str, ...]
) -> None:
    decided = plan_of(TOWN, complaint("garbage", grid), before)

    unit = next(each.unit for each in TOWN.grids if each.id == grid)
    led_by_all = unit == "enforcement-squad"
    assert decided.tier is (Tier.SUPERVISE if before else Tier.DIRECT)
    assert decided.holder == (unit if led_by_all or not before else "sanitation")
    assert decided.lead == "sanitation"


@pytest.mark.parametrize("category", [category.id for category in TOWN.categories])
@pytest.mark.parametrize("grid", [grid.id for grid in TOWN.grids])
def test_in_the_town_no_raise_makes_a_village_or_a_property_company_lead(
    category: str, grid: str
) -> None:
    for to in (Tier.ASSIGN, Tier.SUPERVISE):
        story = Story(plan_of(TOWN, complaint(category, grid)))
        if story.case.tier.depth < to.depth:
            story.do(RaiseTier(to=to, reason="More."), MORNING, by=DISPATCHER)
        kind = TOWN.kind_of(story.case.holder or "")
        assert kind not in {"village", "community", "outside-party"}
