"""A limit that can do nothing, or cannot be kept, is remarked by file and line."""

from pathlib import Path

import pytest

from store.packs.loader import load_pack, remarks_on
from tests.fakes.packs import CATEGORIES, HOLIDAYS, PACK, written
from tests.unit.standards import DRAINS
from tests.unit.test_hurry import SAID
from tests.unit.test_pack_shapes import pack, text


def remarked(directory: Path, **changed: str) -> list[str]:
    directory = written(directory, **changed)
    return [str(remark) for remark in remarks_on(directory, load_pack(directory, HOLIDAYS))]


@pytest.mark.parametrize("clock", ["accept", "verify", "callback"])
def test_a_limit_before_the_answer_that_is_longer_than_the_answer_is_remarked(
    clock: str, tmp_path: Path
) -> None:
    old = next(each for each in PACK["levels"].splitlines() if f" {clock}: " in each)
    levels = PACK["levels"].replace(old, f"      {clock}: {{budget: 999h, ladder: tell}}")
    told = [each for each in remarked(tmp_path, levels=levels) if "levels.yaml" in each]

    assert f".clocks.{clock}.budget: does nothing: citizen, which covers it, is over" in told[0]


def test_a_meeting_that_is_later_than_the_holders_time_is_remarked(tmp_path: Path) -> None:
    levels = PACK["levels"].replace(
        "    clocks:\n", "    clocks:\n      meeting: {budget: 50h, ladder: tell}\n"
    )
    told = [each for each in remarked(tmp_path, levels=levels) if "meeting" in each]

    assert "clocks.meeting.budget: does nothing: holder, which covers it, is over" in told[0]


def test_a_hurry_that_is_slower_than_every_level_is_remarked(tmp_path: Path) -> None:
    slow = SAID.replace("accept: 30min", "accept: 200h")

    assert "hurry.accept: changes nothing" in remarked(tmp_path, policy=slow)[0]


def test_a_step_of_the_law_that_is_longer_than_the_holders_time_is_remarked(
    tmp_path: Path,
) -> None:
    drains = DRAINS + "    flow:\n      - {step: decided, within: 60wd}\n"
    told = [each for each in remarked(tmp_path, categories=CATEGORIES + drains) if "flow" in each]

    assert "flow[0].within: is longer than the holder has for the whole case" in told[0]


def test_a_standard_that_is_over_before_the_unit_has_to_sign_is_remarked_once_a_class(
    tmp_path: Path,
) -> None:
    drains = DRAINS.replace("within: 2h,", "within: 30min,").replace("within: 2wd", "within: 1wh")
    levels = PACK["levels"].replace("sign: {budget: 1h,", "sign: {budget: 2h,")
    told = remarked(tmp_path, categories=CATEGORIES + drains, levels=levels)
    [sign] = [each for each in told if "is shorter than sign" in each]

    assert "standards[0].within: is shorter than sign of level assign normal" in sign
    assert "and so are 1 more of this category" in sign


def test_a_code_that_is_the_id_of_another_category_is_remarked(tmp_path: Path) -> None:
    drains = DRAINS.replace('"20-103"]', "garbage]")
    told = [each for each in remarked(tmp_path, categories=CATEGORIES + drains) if "codes" in each]

    assert "'garbage' is the id of another category" in told[0]


def test_a_map_without_a_grid_is_remarked(tmp_path: Path) -> None:
    directory = pack(tmp_path, text())
    told = [str(each) for each in remarks_on(directory, load_pack(directory, HOLIDAYS))]

    assert told[0].startswith("grids.geojson:")
    assert "draws no grid, so no place is found in one" in told[0]
