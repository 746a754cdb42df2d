"""主管部门: the departments that supervise a category, who hears, and what a pack may say."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.case.access import may_read
from domain.case.commands import Actor, Command
from domain.case.handling.acts import Comment
from domain.case.participants import parties, readers
from domain.planning.planner import plan_after_triage
from domain.planning.samples import plan_changes
from domain.policy.model import Policy
from domain.sla.case_clocks import HOLDER
from domain.vocabulary import Role
from gateways.holidays import china
from packs import pack_of
from schemas.packs.content import content_of, policy_from
from store.packs.loader import load_pack
from store.packs.problems import BrokenPack
from tests.fakes.packs import HOLIDAYS, LADDERS, PACK, UNITS
from tests.unit.places import (
    GRIDS,
    PEOPLE,
    REPORTED,
    SQUADS,
    TELL,
    matters,
    pack,
    planned,
    seen,
    town,
)
from tests.unit.rows.story import Story

SUPERVISED = "lead: {grid: cleaning}, supervised_by: [bureau, {grid: district}]"
BUREAU = "  - {id: bureau, name: 局, name_en: Bureau}\n  - {id: east, name: 东, name_en: East}\n"
DISTRICTS = GRIDS.replace("squad: north-squad,", "squad: north-squad, district: east,").replace(
    "squad: south-squad,", "squad: south-squad, district: bureau,"
)
HEADS = (
    "  - {id: bu, name: 局, unit: bureau, roles: [unit_head]}\n"
    "  - {id: ea, name: 东, unit: east, roles: [unit_head]}\n"
)
ALSO = 'tell: [{unit: office, role: supervisor}, {unit: "@supervising", role: unit_head}]'
LATE = LADDERS.replace("tell: [{unit: office, role: supervisor}]", ALSO, 1)
FILES = {
    "units": UNITS + SQUADS + BUREAU,
    "grids": DISTRICTS,
    "categories": matters("lead: {grid: cleaning}", SUPERVISED),
    "ladders": LATE + TELL,
    "roster": PACK["roster"].replace("duties:", HEADS + PEOPLE),
}
TOWN = town(**FILES)


def problems(directory: Path, **changed: str) -> list[str]:
    with pytest.raises(BrokenPack) as caught:
        load_pack(pack(directory, **{**FILES, **changed}), HOLIDAYS)
    return [str(problem) for problem in caught.value.problems]


def handled(category: str, grid: str) -> Story:
    """Return a case that its unit has signed for."""
    story = Story(planned(category, grid, TOWN), REPORTED)
    unit = story.case.holder
    story.do("sign", REPORTED, by=Actor("cl", Role.HANDLER, unit))
    return story


def test_a_category_has_several_departments_some_by_the_place() -> None:
    assert planned("litter", "N1", TOWN).supervisors == ("bureau", "east")
    assert planned("litter", "S1", TOWN).supervisors == ("bureau",)
    assert planned("litter", None, TOWN).supervisors == ("bureau",)
    assert planned("stalls", "N1", TOWN).supervisors is None


def test_a_triage_that_names_the_grid_finds_the_department_of_the_place() -> None:
    found = plan_after_triage(TOWN, planned("litter", None, TOWN), "litter", grid="N1")

    assert found is not None
    assert found.supervisors == ("bureau", "east")


def test_a_policy_with_departments_is_read_again_as_it_was_published() -> None:
    assert policy_from(content_of(TOWN), TOWN.roster) == replace(TOWN, notices=None, resources=None)


def told(story: Story) -> list[str]:
    """Return who hears that the time to handle it is over."""
    [late] = [
        people
        for clock, rung, people in seen(story, TOWN, "2026-07-09 18:00")
        if (clock, rung) == (HOLDER, "late")
    ]
    return late


def test_a_rung_tells_each_department_of_the_category() -> None:
    assert told(handled("litter", "N1")) == ["an", "bu", "ea"]


def test_a_category_without_departments_has_none_to_tell() -> None:
    assert told(handled("stalls", "N1")) == ["an"]


def test_a_department_reads_the_case_and_is_no_party_to_it() -> None:
    case = handled("litter", "N1").case
    command = Command("1", Actor("ea", Role.UNIT_HEAD, "east"), Comment(text="Hurry."))

    assert {"bureau", "east"} <= {*readers(case)}
    assert {"bureau", "east"}.isdisjoint(parties(case))
    assert may_read(case, command)
    assert not may_read(handled("stalls", "N1").case, command)


# --- What a pack may say.


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        ("[buro]", "categories[2].supervised_by[0]: no unit 'buro'; did you mean 'bureau'?"),
        (
            "[{grid: distric}]",
            (
                "categories[2].supervised_by[0]: no kind of work 'distric'; did you mean "
                "'district'? (`units` of a grid in grids.yaml)"
            ),
        ),
        (
            "[bureau, bureau]",
            "categories[2].supervised_by[1]: 'bureau' appears twice, first at [0]; keep one",
        ),
    ],
)
def test_a_mistake_of_a_department_is_told(tmp_path: Path, new: str, expected: str) -> None:
    wrong = SUPERVISED.replace("[bureau, {grid: district}]", new)

    [found] = problems(tmp_path, categories=matters("lead: {grid: cleaning}", wrong))
    assert found.split(": ", 1)[1] == expected


def test_a_place_without_the_department_is_told(tmp_path: Path) -> None:
    grids = DISTRICTS.replace("district: bureau,", "")

    [found] = problems(tmp_path, grids=grids)
    assert found.endswith(
        "supervised_by[1]: no unit for 'district' in S1; name one in `units` there"
    )


def test_a_department_without_such_a_person_is_told(tmp_path: Path) -> None:
    roster = FILES["roster"].replace(
        "unit: east, roles: [unit_head]", "unit: east, roles: [handler]"
    )

    [found] = problems(tmp_path, roster=roster)
    assert found.endswith("tell[1]: nobody is unit_head of east; name somebody in roster.yaml")


def test_a_rung_for_departments_alone_is_told_where_a_category_has_none(tmp_path: Path) -> None:
    alone = LATE.replace("{unit: office, role: supervisor}, ", "", 1)

    [found] = problems(tmp_path, ladders=alone + TELL)
    assert found.endswith(
        "tell[0]: garbage, scrap, noise, stalls have no `supervised_by`, and this rung tells no "
        "other unit; add one"
    )


def test_a_rung_for_departments_is_told_where_there_are_none(tmp_path: Path) -> None:
    [found] = problems(tmp_path, categories=matters("cleaning", "cleaning"))

    assert found.endswith(
        "tell[1]: no category has `supervised_by`, so this tells no person; name departments"
    )


# --- What another pack changes, and the shipped packs.


def test_a_diff_says_which_departments_supervise_now() -> None:
    other = town(
        **{
            **FILES,
            "categories": matters("lead: {grid: cleaning}", SUPERVISED.replace("[bureau, ", "[")),
        }
    )

    found = [(each.question, each.before, each.after) for each in plan_changes(TOWN, other)]
    assert found == [("supervised by", "bureau", "none")]


@pytest.mark.parametrize(
    ("tenant", "category", "department"),
    [
        ("youchegang", "construction-waste", "housing-construction"),
        ("youchegang", "water-burst", "housing-construction"),
        ("hotline12345", "heating-complaint", "housing-bureau"),
    ],
)
def test_the_shipped_packs_have_departments(tenant: str, category: str, department: str) -> None:
    policy: Policy = load_pack(pack_of(tenant), {"china": china})

    found = planned(category, None, policy)
    assert found.supervisors == (department,)
    tells = [to for ladder in found.ladders for rung in ladder.rungs for to in rung.tell]
    assert "@supervising" in {to.unit for to in tells}
