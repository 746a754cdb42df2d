"""Who leads where the place decides, or the platform chooses; and what a pack may say of it."""

from dataclasses import replace
from pathlib import Path

import pytest

from domain.planning.planner import plan_after_triage
from domain.policy.leads import GridUnit, LeadRule, OpenLead, UnitSpec
from domain.sla.case_clocks import ACCEPT, CHOOSE
from domain.vocabulary import Tier
from schemas.packs.content import content_of, policy_from
from store.packs.loader import load_pack
from store.packs.problems import BrokenPack
from tests.fakes.packs import HOLIDAYS, PACK
from tests.unit.places import GRIDS, TOWN, matters, pack, planned, town
from tests.unit.standards import why


def problems(directory: Path, **changed: str) -> list[str]:
    with pytest.raises(BrokenPack) as caught:
        load_pack(pack(directory, **changed), HOLIDAYS)
    return [str(problem) for problem in caught.value.problems]


def test_a_pack_says_who_does_which_work_in_a_grid_and_how_a_lead_is_found() -> None:
    rules = {category.id: category.lead_rule for category in TOWN.categories}

    assert rules["litter"] == LeadRule(grid="cleaning")
    assert rules["noise"] == LeadRule(choose=(UnitSpec("urban-mgmt"), UnitSpec(grid="squad")))
    assert rules["stalls"] == LeadRule(grid="squad", otherwise="urban-mgmt")
    assert TOWN.grids[0].units == (
        GridUnit("squad", "north-squad"),
        GridUnit("cleaning", "cleaners"),
    )


def test_without_a_unit_of_its_own_the_first_of_a_grid_is_responsible_for_it() -> None:
    assert [grid.unit for grid in TOWN.grids] == ["urban-mgmt", "south-squad"]


def test_a_policy_with_leads_by_place_is_read_again_as_it_was_published() -> None:
    assert policy_from(content_of(TOWN), TOWN.roster) == replace(TOWN, notices=None, resources=None)


@pytest.mark.parametrize(
    ("category", "grid", "unit", "rule"),
    [
        ("litter", "N1", "cleaners", "category litter, cleaning of grid N1"),
        ("litter", "S1", "urban-mgmt", "category litter, cleaning of grid S1"),
        ("stalls", "S1", "south-squad", "category stalls, squad of grid S1"),
        (
            "stalls",
            None,
            "urban-mgmt",
            "category stalls: no grid is known, so no unit for squad; urban-mgmt leads instead",
        ),
    ],
)
def test_the_place_decides_who_leads(category: str, grid: str | None, unit: str, rule: str) -> None:
    found = planned(category, grid)

    assert why(found, "holder") == (unit, rule)
    assert found.holder == unit
    assert found.lead == unit
    assert found.open_lead is None


def test_of_several_units_the_platform_chooses_one() -> None:
    found = planned("noise", "N1")

    assert found.holder is None
    assert found.open_lead is OpenLead.CHOICE
    assert found.candidates == ("urban-mgmt", "north-squad")
    rule = "category noise: the platform chooses of urban-mgmt, north-squad"
    assert why(found, "holder") == ("desk", rule)


def test_where_the_place_has_one_candidate_there_is_no_choice() -> None:
    found = planned("noise")

    assert found.holder == "urban-mgmt"
    assert found.candidates is None


def test_a_place_without_a_unit_for_the_work_goes_to_the_platform() -> None:
    found = planned("litter")

    assert found.holder is None
    assert found.open_lead is OpenLead.NO_UNIT
    rule = "category litter: no grid is known, so no unit for cleaning; the platform finds one"
    assert why(found, "holder") == ("desk", rule)


def test_the_time_to_find_a_unit_begins_with_a_notice() -> None:
    found = planned("litter")

    for clock in (ACCEPT, CHOOSE):
        spec = found.spec(Tier.ASSIGN, clock)
        assert spec is not None
        first = found.ladder(spec.ladder).rungs[0]
        assert first.id == "place-without-unit"
        assert [(to.unit, to.role) for to in first.tell] == [("desk", "dispatcher")]


def test_a_triage_that_names_the_grid_finds_the_unit() -> None:
    found = plan_after_triage(TOWN, planned("litter"), "litter", grid="N1")

    assert found is not None
    assert found.holder == "cleaners"
    assert found.open_lead is None


def test_what_a_person_has_to_triage_first_has_no_open_lead_yet() -> None:
    channels = PACK["channels"].replace("channel: hotline", "channel: hotline, needs: [evidence]")

    found = planned("noise", "N1", town(channels=channels))

    assert found.holder is None
    assert found.open_lead is None
    assert found.candidates is None


# --- What a pack may say.


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "lead: {grid: cleaning}",
            "lead: {grid: cleening}",
            (
                "categories[2].lead.grid: no kind of work 'cleening'; did you mean 'cleaning'? "
                "(`units` of a grid in grids.yaml)"
            ),
        ),
        (
            "lead: {grid: cleaning}",
            "lead: {grid: cleaning, unit: desk}",
            (
                "categories[2].lead: must be a unit, `{grid: WORK}`, `{choose: [UNIT, ...]}` or "
                "`{owner_of: part}`; keep one"
            ),
        ),
        (
            "lead: {grid: cleaning}",
            "lead: {gird: cleaning}",
            "categories[2].lead.gird: no key 'gird'; did you mean 'grid'?",
        ),
        (
            "lead: {grid: cleaning}",
            "lead: {unit: desk, else: office}",
            (
                "categories[2].lead.else: a unit leads everywhere, so nothing else is needed; "
                "remove it"
            ),
        ),
        (
            "lead: {grid: cleaning}",
            "by_grid: true, lead: {grid: cleaning}",
            "categories[2].by_grid: says already who leads where, as `lead` does; keep one",
        ),
        (
            "else: urban-mgmt",
            "else: uban-mgmt",
            "categories[4].lead.else: no unit 'uban-mgmt'; did you mean 'urban-mgmt'?",
        ),
        (
            "choose: [urban-mgmt, {grid: squad}]",
            "choose: [urban-mgmt, {grid: squat}]",
            (
                "categories[3].lead.choose[1]: no kind of work 'squat'; did you mean 'squad'? "
                "(`units` of a grid in grids.yaml)"
            ),
        ),
        (
            "choose: [urban-mgmt, {grid: squad}]",
            "choose: [urban-mgmt]",
            "categories[3].lead.choose: leaves no choice; name two units or more, or `lead: UNIT`",
        ),
        (
            "choose: [urban-mgmt, {grid: squad}]",
            "choose: [urban-mgmt, urban-mgmt]",
            ("categories[3].lead.choose[1]: 'urban-mgmt' appears twice, first at [0]; keep one"),
        ),
    ],
)
def test_a_mistake_of_a_lead_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    found = problems(tmp_path, categories=matters(old, new))

    assert [problem.split(": ", 1)[1] for problem in found] == [told]


def test_a_grid_without_a_unit_for_the_work_is_told(tmp_path: Path) -> None:
    grids = GRIDS.replace("squad: south-squad, cleaning: urban-mgmt", "squad: south-squad")

    [told] = problems(tmp_path, grids=grids)

    assert told == (
        "categories.yaml:12: categories[2].lead.grid: no unit for 'cleaning' in S1; name one "
        "in `units` there, or say `else: UNIT`, or `else: platform`, which then finds one"
    )


def test_a_pack_may_leave_such_a_grid_to_the_platform() -> None:
    grids = GRIDS.replace("squad: south-squad, cleaning: urban-mgmt", "squad: south-squad")
    policy = town(
        grids=grids, categories=matters("{grid: cleaning}", "{grid: cleaning, else: platform}")
    )

    found = planned("litter", "S1", policy)

    assert found.open_lead is OpenLead.NO_UNIT
    rule = "category litter: grid S1 has no unit for cleaning; the platform finds one"
    assert why(found, "holder") == ("desk", rule)


def test_a_unit_of_a_grid_exists(tmp_path: Path) -> None:
    grids = GRIDS.replace("cleaning: cleaners", "cleaning: cleaner")
    assert problems(tmp_path, grids=grids) == [
        "grids.yaml:3: grids[0].units.cleaning: no unit 'cleaner'; did you mean 'cleaners'?"
    ]


def test_a_unit_of_a_grid_may_lead(tmp_path: Path) -> None:
    units = PACK["units"] + "  - {id: north-squad, name: 北, name_en: N, parent: office}\n"
    units += "  - {id: south-squad, name: 南, name_en: S, parent: office}\n"
    units += "  - {id: cleaners, name: 洁, name_en: C, parent: office, kind: village}\n"
    [told] = problems(tmp_path, units=units)
    assert told.startswith("grids.yaml:3: grids[0].units.cleaning: 'cleaners' is of kind village")


def test_the_platform_has_time_for_its_choice(tmp_path: Path) -> None:
    found = problems(tmp_path, levels=PACK["levels"])

    assert len(found) == 8
    assert found[0] == (
        "levels.yaml:4: levels[0].clocks: no `choose`, and the platform chooses who leads "
        "litter, noise; add it"
    )


def test_people_of_a_unit_that_only_a_grid_names_are_told_of_its_cases(tmp_path: Path) -> None:
    roster = PACK["roster"].replace(
        "duties:",
        "  - {id: no, name: 北, unit: north-squad, roles: [handler]}\n"
        "  - {id: so, name: 南, unit: south-squad, roles: [handler]}\nduties:",
    )

    assert "nobody is handler of cleaners" in problems(tmp_path, roster=roster)[0]
