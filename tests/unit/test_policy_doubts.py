"""What a valid pack says without effect is remarked by file and line, with what to do."""

from pathlib import Path
from shutil import copytree

import pytest

from domain.planning.samples import plan_changes
from domain.policy.model import Policy
from packs import pack_of, shipped_packs
from runtime.cli.views.policy_diffs import plans
from runtime.wiring.packs import HOLIDAYS as OF_CHINA
from store.packs.loader import load_pack, remarks_on
from tests.fakes.packs import CALENDAR, CATEGORIES, HOLIDAYS, PACK, TIERS, written
from tests.unit.standards import DRAINS, town

SAID = TIERS.replace(
    "  - {id: rest,", "  - {id: said, when: category_says_direct, tier: direct}\n  - {id: rest,"
)
ONE_HELPER = CATEGORIES.replace("by_grid: true", "helpers: [desk]")


def remarked(directory: Path, **changed: str) -> list[str]:
    pack = written(directory, **changed)
    return [str(remark) for remark in remarks_on(pack, load_pack(pack, HOLIDAYS))]


def test_a_calendar_that_claims_a_year_without_its_notice_is_remarked(tmp_path: Path) -> None:
    said = CALENDAR.replace("holidays: moon", "holidays: moon\npublished_until: 2028-12-31")
    said += "  - {date: 2028-01-03, hours: []}\n"

    assert remarked(tmp_path, calendar=said)[-1] == (
        "calendar.yaml:3: published_until: holds until 2026-12-31 alone: `exceptions` have no "
        "day off in the week and no make-up working day of 2027; list those of its notice, "
        "and until then leave its deadlines provisional"
    )


def test_working_hours_on_a_day_off_by_law_are_remarked(tmp_path: Path) -> None:
    said = CALENDAR + "  - {date: 2027-01-01, hours: [08:00-12:00]}\n"
    remark = remarked(tmp_path, calendar=said)[-1]

    assert remark.endswith("has working hours on 2027-01-01, a day off by law; correct the date")


def test_a_helper_that_lifts_a_category_out_of_its_tier_is_remarked(tmp_path: Path) -> None:
    assert remarked(tmp_path, categories=ONE_HELPER, tiers=SAID) == [
        (
            "categories.yaml:7: categories[0].tier: says direct, and the case is supervise: rule "
            "'several' of tiers.yaml comes first (units_at_least); move that rule down, take a "
            "helper out, or say tier: supervise"
        ),
    ]


def test_a_tier_that_the_rules_follow_is_not_remarked(tmp_path: Path) -> None:
    assert remarked(tmp_path, tiers=SAID) == []


@pytest.mark.parametrize(
    ("resolve", "expected"),
    [
        (
            "48h",
            (
                "changes nothing: level direct normal gives 40 h of working time; shorten it, or "
                "remove it"
            ),
        ),
        (
            "30min",
            (
                "is shorter than sign of level direct normal (1 h), which is then no longer than "
                "30 min; lengthen it, or shorten sign there"
            ),
        ),
    ],
)
def test_a_limit_that_does_nothing_or_is_shorter_than_a_step_is_remarked(
    tmp_path: Path, resolve: str, expected: str
) -> None:
    categories = CATEGORIES.replace("by_grid: true", f"resolve: {resolve}")

    assert remarked(tmp_path, categories=categories, tiers=SAID)[0] == (
        f"categories.yaml:6: categories[0].resolve: {expected}"
    )


def test_a_standard_whose_limit_changes_nothing_is_remarked(tmp_path: Path) -> None:
    assert remarked(tmp_path, categories=CATEGORIES + DRAINS, tiers=SAID) == [
        (
            "categories.yaml:25: categories[2].standards[2].within: changes nothing: 40 h of "
            "working time of level assign normal or of `resolve` is stricter; shorten it, or give "
            "the category a tier or an urgency with more time"
        ),
    ]


@pytest.mark.parametrize("directory", shipped_packs(), ids=lambda path: path.name)
def test_the_shipped_packs_leave_no_doubt(directory: Path) -> None:
    assert remarks_on(directory, load_pack(directory, OF_CHINA)) == ()


def plans_of(before: Policy, after: Policy) -> list[str]:
    return [*plans([*plan_changes(before, after)])]


def test_a_diff_says_what_a_helper_means_for_new_cases(tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    for each in (before, after):
        each.mkdir()
    old = load_pack(written(before, tiers=SAID), HOLIDAYS)
    new = load_pack(written(after, tiers=SAID, categories=ONE_HELPER), HOLIDAYS)

    assert plans_of(old, new) == [
        "what this means for new cases, of ordinary complaints by the hotline:",
        "  garbage: tier direct -> supervise",
    ]


def test_a_diff_names_together_what_changes_alike() -> None:
    longer = town(
        DRAINS, levels=PACK["levels"].replace("holder: {budget: 40h", "holder: {budget: 5wd")
    )

    assert plans_of(town(DRAINS), longer)[1:] == [
        (
            "  garbage, scrap, 0103 (blocked), 0103 (dirty): "
            "limit 40 h of working time -> 5 working days"
        ),
    ]


def test_a_diff_of_equal_policies_says_nothing_of_plans() -> None:
    assert plans_of(town(), town()) == []


def test_a_level_without_a_clock_that_all_others_of_its_tier_have_is_remarked(
    tmp_path: Path,
) -> None:
    pack = tmp_path / "town"
    copytree(pack_of("youchegang"), pack)
    levels = (pack / "levels.yaml").read_text(encoding="utf-8")
    ordered = "      order: {budget: 16h, ladder: order}\n"
    (pack / "levels.yaml").write_text(levels.replace(ordered, "", 1), encoding="utf-8")
    said = [str(remark) for remark in remarks_on(pack, load_pack(pack, OF_CHINA))]

    assert [remark for remark in said if "has no 'order'" in remark] == [
        (
            "levels.yaml:27: levels[0].clocks: has no 'order', which all other levels of direct "
            "have: no one is warned or late by it here; give it one, or say in a comment why not"
        )
    ]


SUPERIOR = "  - {id: zhang, name: 章某, unit: office, roles: [superior]}\n"


def unspoken(remarks: list[str]) -> list[str]:
    return [each for each in remarks if "speaks_for" in each]


def test_a_pack_with_superiors_and_no_unit_that_speaks_for_an_office_is_remarked(
    tmp_path: Path,
) -> None:
    roster = PACK["roster"].replace("people:\n", f"people:\n{SUPERIOR}", 1)
    [found] = unspoken(remarked(tmp_path, roster=roster))

    assert found.startswith("roster.yaml:")
    assert "no unit of units.yaml has `speaks_for`" in found


def test_a_pack_with_sources_of_superiors_and_no_unit_that_speaks_is_remarked(
    tmp_path: Path,
) -> None:
    sources = 'sources:\n  - {source: "https://city.example/12345", channels: [superior]}\n'
    [found] = unspoken(remarked(tmp_path, sources=sources))

    assert found.startswith("sources.yaml:2:")


def test_a_pack_whose_unit_speaks_for_an_office_is_not_remarked(tmp_path: Path) -> None:
    roster = PACK["roster"].replace("people:\n", f"people:\n{SUPERIOR}", 1)
    units = PACK["units"].replace("name_en: Office}", "name_en: Office, speaks_for: [省厅]}")

    assert unspoken(remarked(tmp_path, roster=roster, units=units)) == []


def test_a_route_through_a_grid_that_was_split_is_remarked_and_the_pack_holds(
    tmp_path: Path,
) -> None:
    pack = tmp_path / "pack"
    copytree(str(pack_of("youchegang")), pack)
    grids = pack / "grids.yaml"
    text = grids.read_text(encoding="utf-8")
    grids.write_text(text.replace("{id: G07, ", "{id: G07, successors: [G05, G06], "), "utf-8")
    policy = load_pack(pack, OF_CHINA)
    [remark] = [r for r in map(str, remarks_on(pack, policy)) if r.startswith("patrols.yaml")]

    assert "schedules[0].route[2]: 'G07' was split or merged" in remark
    assert "goes through G05, G06; write that" in remark
