"""How the areas of grids are kept with a policy, and how they change."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from domain.policy.diffs import diff
from domain.policy.model import Grid
from domain.policy.shapes import GridShape, shape_of
from domain.policy_checks.check import check
from packs import pack_of
from schemas.packs.content import content_of, policy_from
from schemas.packs.pack import draft_of
from store.packs.json_files import read_geojson
from store.packs.loader import PackReading, load_pack
from tests.fakes.packs import HOLIDAYS, written
from tests.unit.test_pack_shapes import (
    BY_ZONE,
    EAST,
    NORTH,
    ONE,
    feature,
    loaded,
    pack,
    square,
    text,
)


def test_a_pack_that_says_nothing_new_keeps_its_hash(tmp_path: Path) -> None:
    """That of the release before grids had shapes."""
    hotline = load_pack(pack_of("hotline12345"), {"china": lambda _: HOLIDAYS["moon"](())})
    content = content_of(load_pack(written(tmp_path), HOLIDAYS))

    assert hotline.shapes == ()
    for name in ("shapes", "datum", "uncovered", "successors", "by_zone"):
        assert f'"{name}"'.encode() not in content
    assert content.count(b'"zone"') == 1  # that of the calendar


def test_what_is_said_of_grids_is_kept_with_the_policy(tmp_path: Path) -> None:
    policy = loaded(tmp_path, categories=BY_ZONE % "town: desk")

    kept = policy_from(content_of(policy), policy.roster)
    assert kept == replace(policy, notices=None, resources=None, patrols=None)


def test_a_shape_that_changed_is_one_change(tmp_path: Path) -> None:
    before = loaded(tmp_path)
    moved = feature("G02", square(EAST + 0.01, NORTH, 0.012))

    [change] = diff(before, loaded(tmp_path, text(ONE, moved)))
    assert [change.section, change.id, change.field] == ["shapes", "G02", ""]
    assert isinstance(change.after, GridShape)


def test_lines_are_those_of_features_whatever_else_is_in_the_file() -> None:
    page = read_geojson(
        b'{"a": {"features": [1]},\n "features": [\n{}, {},\n\n{"b": "]"}], "c": 1}'
    )

    assert [page.line(("features", number, "geometry")) for number in range(3)] == [3, 3, 5]


# --- Size.


def many(draft_of_pack: Any, size: int) -> Any:
    ring = tuple((120_000_000 + n, 30_000_000 + n * n % 7) for n in range(200))
    numbers = range(size)
    return replace(
        draft_of_pack,
        grids=(
            *(Grid(f"G{n}", "网", "Grid", "desk", successors=(f"G{n + 1}",)) for n in numbers),
            Grid(f"G{size}", "网", "Grid", "desk", zone="town"),
        ),
        shapes=tuple(shape_of(f"G{n}", ((ring,),)) for n in (*numbers, size)),
        patrols=None,
    )


def test_two_thousand_shapes_are_checked_in_proportion_to_their_number(tmp_path: Path) -> None:
    draft = draft_of(PackReading(pack(tmp_path)).files())

    def seconds(size: int) -> float:
        took = []
        for _ in range(3):
            fresh = many(draft, size)
            begins = time.process_time()
            assert [*check(fresh)] == []
            took.append(time.process_time() - begins)
        return min(took)

    assert seconds(2000) < 24 * seconds(250)
