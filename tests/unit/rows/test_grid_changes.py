"""Rows 10 and 35: grids are split and merged with history, and a zone decides who leads.

In the shipped town, whose nine grids have invented shapes.
"""

from dataclasses import replace

import pytest

from domain.complaints import Place
from domain.planning.grids import living_grids, locate
from domain.planning.planner import plan, plan_under_new_policy
from domain.policy.model import Grid
from tests.unit.rows.test_grids import IN_G01, IN_G03, TOWN, reported, split, why

# --- Row 10: grids are split and merged, with history.

HALF = Grid("G21", "荷塘村二网格东", "Hetang 2 East", "hetang-village")
OTHER = Grid("G22", "荷塘村二网格西", "Hetang 2 West", "yinxing-village")


def test_row_10_a_case_keeps_its_old_grid_under_the_policy_that_split_it() -> None:
    old = plan(TOWN, reported(grid="G02"))
    new = plan_under_new_policy(split(TOWN, "G02", HALF, OTHER), old, old.tier)

    assert new.grid == "G02"
    assert new.holder == "hetang-village"


def test_row_10_a_case_without_a_grid_gets_that_of_its_point_under_a_new_policy() -> None:
    old = plan(replace(TOWN, shapes=()), reported(point=IN_G01))
    new = plan_under_new_policy(TOWN, old, old.tier)

    assert [old.grid, new.grid] == [None, "G01"]


def test_row_10_a_merged_grid_means_what_it_was_merged_into() -> None:
    decided = plan(split(TOWN, "G02"), reported(grid="G02"))

    assert decided.grid == "G01"
    assert why(decided, "grid") == [("G01", "grid G02 became it")]


def test_row_10_of_a_split_grid_the_point_says_which_and_without_one_a_person() -> None:
    shapes = tuple(
        replace(shape, grid="G21") if shape.grid == "G02" else shape for shape in TOWN.shapes
    )
    policy = replace(split(TOWN, "G02", HALF, OTHER), shapes=shapes)
    in_g02 = (120_730_000, 30_840_000)

    assert plan(policy, reported(grid="G02", point=in_g02)).grid == "G21"
    assert plan(policy, reported(point=in_g02)).grid == "G21"
    assert why(plan(policy, reported(grid="G02")), "grid") == [
        ("none", "grid G02 is now G21 and G22")
    ]


def test_row_10_a_point_never_falls_into_a_former_grid() -> None:
    policy = split(TOWN, "G02", HALF, OTHER)

    assert locate(policy, Place(longitude_e6=120_730_000, latitude_e6=30_840_000)).grid is None


def test_row_10_grids_are_followed_through_every_change() -> None:
    policy = split(split(TOWN, "G02", HALF, OTHER), "G21")

    assert living_grids(policy, "G02") == ("G01", "G22")
    assert living_grids(policy, "G99") == ()


# --- Row 35: who catches stray dogs depends on the zone, with the police as helpers.


@pytest.mark.parametrize(
    ("grid", "holder", "rule"),
    [
        ("G08", "enforcement-squad", "category stray-dogs"),
        ("G03", "water-agriculture", "category stray-dogs, zone countryside"),
        (None, "enforcement-squad", "category stray-dogs"),
    ],
)
def test_row_35_stray_dogs_go_to_the_lead_of_the_zone(
    grid: str | None, holder: str, rule: str
) -> None:
    decided = plan(TOWN, reported("stray-dogs", grid))

    assert decided.holder == holder
    assert decided.lead == holder
    assert decided.helpers == ("police-station",)
    assert why(decided, "holder") == [(holder, rule)]


def test_row_35_the_point_decides_the_zone() -> None:
    assert plan(TOWN, reported("stray-dogs", point=IN_G03)).holder == "water-agriculture"
