"""Which complaints are of the same spot, and what it means that there are several."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.case.commands import ENGINE, Command
from domain.case.decide import decide
from domain.case.merging.facts import Linked
from domain.case.registration.acts import Open
from domain.complaints import Place, case_id_of
from domain.matching.spots import spot_of
from domain.planning.planner import plan
from domain.planning.tier_rules import repeat_window
from domain.policy.model import Category, Unit
from domain.vocabulary import Tier
from gateways.holidays import china
from packs import pack_of
from schemas.events.complaint import ComplaintFiled
from store.packs.loader import load_pack
from tests.fakes.intake import FakeRepeats, Town
from tests.fakes.records import NOW, SOURCE, binary, data

TOWN = load_pack(pack_of("youchegang"), {"china": china})
CORNER = {"address": "荷塘村三组路口"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Place("荷塘村 三组路口"), Place("荷塘村三组路口。")),
        (Place("Ｇ５２４ 28号"), Place("g524-28号")),
        (Place("荷塘村三组路口", "G01", 1, 1), Place("荷塘村三组路口", "G02")),
        (Place("", "G01", 120_750_600, 30_842_100), Place(" ", None, 120_751_400, 30_841_600)),
    ],
)
def test_one_spot_may_be_written_in_several_ways(one: Place, other: Place) -> None:
    assert spot_of(one) == spot_of(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Place("荷塘路8号"), Place("荷塘路18号")),
        (Place("", None, 120_750_600, 30_842_100), Place("", None, 120_752_600, 30_842_100)),
        (Place("", None, 120_750_600, 30_842_100), Place("", None, 30_842_100, 120_750_600)),
    ],
)
def test_two_spots_are_two(one: Place, other: Place) -> None:
    assert spot_of(one) != spot_of(other)


@pytest.mark.parametrize(
    "place", [Place(), Place(grid="G01"), Place("。、 "), Place(longitude_e6=120_750_600)]
)
def test_a_grid_alone_is_no_spot(place: Place) -> None:
    assert spot_of(place) is None


def filed(**changes: object) -> ComplaintFiled:
    return ComplaintFiled.model_validate_json(binary(data(**changes)).value or b"")


@pytest.mark.parametrize(
    ("repeats", "tier"), [(0, Tier.DIRECT), (1, Tier.DIRECT), (2, Tier.SUPERVISE)]
)
def test_the_third_of_a_spot_is_supervised(repeats: int, tier: Tier) -> None:
    complaint = filed(category="garbage", place=CORNER).to_domain(SOURCE, "1")

    decided = plan(TOWN, complaint, [f"case-{number}" for number in range(repeats)])

    assert decided.tier == tier
    assert repeat_window(TOWN) == timedelta(days=30)


def test_units_that_only_assist_do_not_make_a_matter_complex() -> None:
    row = Category("puddle", "积水", "Puddle", "sanitation", helpers=("village", "town"))
    units = (Unit("village", "村", "Village", assists_only=True), Unit("town", "镇", "Town"))
    complaint = filed(category="puddle").to_domain(SOURCE, "1")

    two = plan(replace(TOWN, units=units, categories=(row,)), complaint)
    only = plan(
        replace(TOWN, units=units[:1], categories=(replace(row, helpers=("village",)),)), complaint
    )

    assert two.tier == Tier.SUPERVISE
    assert only.tier == Tier.ASSIGN


async def test_intake_asks_once_a_chunk_where_spot_and_category_are_known() -> None:
    town = Town(policy=TOWN, plan=plan, repeats=FakeRepeats(2))
    chunk = [
        binary(data(category="garbage", place=CORNER), offset=0, id="known"),
        binary(data(category="garbage", place={"grid": "G01"}), offset=1, id="grid alone"),
        binary(data(place=CORNER), offset=2, id="no category"),
    ]

    await town.intake().handle(chunk)

    [[spot]] = town.repeats.asked
    assert spot.tenant == "youchegang"
    assert spot.category == "garbage"
    assert spot.spot == "#荷塘村三组路口"
    assert spot.since == NOW - timedelta(days=30)
    assert spot.case_id == case_id_of("youchegang", SOURCE, "known")
    assert len(town.starter.running) == 3


async def test_intake_asks_for_a_group_where_the_rule_on_repeats_says_so() -> None:
    rules = tuple(replace(rule, by_group=rule.within is not None) for rule in TOWN.tier_rules)
    first, second = (replace(each, group="street") for each in TOWN.categories[:2])
    policy = replace(TOWN, tier_rules=rules, categories=(first, second, *TOWN.categories[2:]))
    town = Town(policy=policy, plan=plan, repeats=FakeRepeats(0))

    await town.intake().handle([binary(data(category=second.id, place=CORNER))])

    [[spot]] = town.repeats.asked
    assert spot.categories == (first.id, second.id)


async def test_intake_asks_nothing_where_no_rule_wants_to_know() -> None:
    rules = tuple(rule for rule in TOWN.tier_rules if rule.within is None)
    town = Town(policy=replace(TOWN, tier_rules=rules), plan=plan, repeats=FakeRepeats(9))

    await town.intake().handle([binary(data(category="garbage", place=CORNER))])

    assert town.repeats.asked == []


def test_a_repeat_is_linked_to_the_latest_of_its_spot_by_rule() -> None:
    complaint = filed(category="garbage", place=CORNER).to_domain(SOURCE, "1")
    decided = plan(TOWN, complaint, [f"case-{number}" for number in range(9)])
    decision = decide(None, Command("open", ENGINE, Open(plan=decided)), NOW)
    linked = [event.fact for event in decision.events if isinstance(event.fact, Linked)]

    assert [(f"case-{number}", 80) for number in range(5)] == [(f.to, f.score) for f in linked]
    assert decision.case.links == tuple((fact.to, fact.score) for fact in linked)
