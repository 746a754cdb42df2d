"""The shapes of a pack: what is told of a wrong map, what it costs, and whom it leaves alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.policy.model import Policy
from store.packs.loader import load_pack
from store.packs.problems import BrokenPack
from tests.fakes.packs import CATEGORIES, GRIDS, HOLIDAYS, POLICY, written

WITH_DATUM = POLICY + "datum: CGCS2000\n"
TWO = GRIDS + "  - {id: G02, name: 二网格, name_en: Grid 2, unit: desk, zone: town}\n"
EAST, NORTH = 120.75, 30.78
Position = tuple[float, float]


def square(east: float, north: float, side: float = 0.01) -> list[list[Position]]:
    corners = ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))
    return [[(round(east + x * side, 6), round(north + y * side, 6)) for x, y in corners]]


def feature(grid: str, rings: list[list[Position]], **changed: Any) -> dict[str, Any]:
    shape = {"type": "Polygon", "coordinates": rings}
    return {"type": "Feature", "properties": {"grid": grid}, "geometry": shape} | changed


ONE, NEXT = feature("G01", square(EAST, NORTH)), feature("G02", square(EAST + 0.01, NORTH))


def text(*features: dict[str, Any], **changed: Any) -> str:
    """Return a file with a line for each feature, the first on line 2."""
    lines = ",\n".join(json.dumps(each) for each in features)
    rest = "".join(f', "{name}": {json.dumps(value)}' for name, value in changed.items())
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]{rest}}}'


def pack(directory: Path, shapes: str | None = text(ONE, NEXT), **changed: str) -> Path:
    written(directory, **{"policy": WITH_DATUM, "grids": TWO} | changed)
    if shapes is not None:
        (directory / "grids.geojson").write_text(shapes)
    return directory


def loaded(directory: Path, shapes: str | None = text(ONE, NEXT), **changed: str) -> Policy:
    return load_pack(pack(directory, shapes, **changed), HOLIDAYS)


def told(directory: Path, shapes: str | None = text(ONE, NEXT), **changed: str) -> list[str]:
    with pytest.raises(BrokenPack) as caught:
        loaded(directory, shapes, **changed)
    return [str(problem) for problem in caught.value.problems]


def test_shapes_become_whole_millionths_and_what_a_map_adds_is_not_read(tmp_path: Path) -> None:
    high = feature("G01", [[(*each, 3.5) for each in square(EAST, NORTH)[0]]], bbox=[1, 2])  # type: ignore[misc]
    many = feature("G02", [], geometry={"type": "MultiPolygon", "coordinates": [square(121, 31)]})
    policy = loaded(tmp_path, text(high, many, name="map", crs=None))

    [first, second] = policy.shapes
    assert first.polygons == (
        (
            (
                (120_750_000, 30_780_000),
                (120_760_000, 30_780_000),
                (120_760_000, 30_790_000),
                (120_750_000, 30_790_000),
            ),
        ),
    )
    assert [second.grid, second.box] == ["G02", (121_000_000, 31_000_000, 121_010_000, 31_010_000)]


SWAPPED = feature("G01", [[(y, x) for x, y in square(EAST, NORTH)[0]]])
METRES = feature("G01", square(535_000, 3_400_000, 1000))
OPEN = feature("G01", [square(EAST, NORTH)[0][:-1]])


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ((SWAPPED, NEXT), "features[0].geometry: grid G01: did you swap longitude and latitude? "),
        ((METRES, NEXT), "features[0].geometry: grid G01: these are no degrees; export the map"),
        ((feature("G01", square(10, 50)), NEXT), "features[0].geometry: grid G01: is not in China"),
        ((OPEN, NEXT), "features[0].geometry.Polygon.coordinates[0]: is not closed; repeat its"),
        (
            (feature("G01", [[(EAST, NORTH), (1e308, NORTH), *square(EAST, NORTH)[0]]]), NEXT),
            (
                "features[0].geometry.Polygon.coordinates[0][1]: 1e+308 is no longitude or "
                "latitude in degrees"
            ),
        ),
        (
            (feature("G01", [square(EAST, NORTH)[0][:3]]), NEXT),
            "features[0].geometry.Polygon.coordinates[0]: has 3 points; a ring has 4 or more",
        ),
        (
            (feature("G1", square(EAST, NORTH)), ONE, NEXT),
            "features[0].properties.grid: no grid 'G1'; did you mean 'G01'?",
        ),
        (
            (ONE, NEXT, ONE),
            "features[2].properties.grid: 'G01' appears twice, first at [0]; draw it once",
        ),
        ((ONE, feature("G02", [])), "features[1].geometry.Polygon.coordinates: must not be empty"),
        ((ONE, NEXT | {"properties": {}}), "features[1].properties.grid: is missing; add it"),
        ((ONE, NEXT | {"geometry": None}), "features[1].geometry: is empty; give it a value"),
    ],
)
def test_a_mistake_in_a_map_is_told_with_its_line(
    tmp_path: Path, features: tuple[dict[str, Any], ...], expected: str
) -> None:
    number = int(expected[len("features[")]) + 2

    assert told(tmp_path, text(*features))[0].startswith(f"grids.geojson:{number}: {expected}")


@pytest.mark.parametrize(
    ("shapes", "expected"),
    [
        ("{", "grids.geojson:1: not JSON: "),
        ('{"type": "FeatureCollection",\n "features": [NaN]}', "grids.geojson:1: not JSON: NaN"),
        ('{"type": 1, "type": 2}', "grids.geojson:1: 'type' appears twice in one object; keep one"),
        ("[" * 100_000, "grids.geojson:1: nested too deeply"),
        ("[]", "grids.geojson:1: must have keys and values"),
        (
            '{"type": "Topology", "features": []}',
            "grids.geojson:1: type: 'Topology' must be FeatureCollection",
        ),
    ],
)
def test_a_file_that_is_no_map_is_told(tmp_path: Path, shapes: str, expected: str) -> None:
    assert told(tmp_path, shapes)[0].startswith(expected)


def test_a_map_in_metres_by_its_own_word_is_refused_and_one_in_degrees_is_not(
    tmp_path: Path,
) -> None:
    degrees, metres = (
        {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}
        for code in (4490, 4549)
    )
    assert loaded(tmp_path, text(ONE, NEXT, crs=degrees)).shapes

    [problem] = told(tmp_path, text(ONE, NEXT, crs=metres))
    assert problem.endswith("is no system of degrees; export the map in EPSG:4490")


def test_a_grid_without_a_shape_is_told_if_others_have_one(tmp_path: Path) -> None:
    assert told(tmp_path, text(ONE)) == [
        "grids.yaml:3: grids[1].id: 'G02' has no shape in grids.geojson, while others have; draw it"
    ]
    assert loaded(tmp_path, text()).shapes == ()


def test_the_datum_of_shapes_is_said_once_in_policy_yaml(tmp_path: Path) -> None:
    reason = "datum: is missing; say in which datum grids.geojson and all events are"
    [problem] = told(tmp_path, policy=POLICY)

    assert problem.startswith(f"policy.yaml:1: {reason}")
    assert told(tmp_path, policy=POLICY + "datum: GCJ02\n") == [
        "policy.yaml:8: datum: no datum 'GCJ02'; did you mean 'GCJ-02'?"
    ]


def test_a_misnamed_map_is_told(tmp_path: Path) -> None:
    (tmp_path / "grid.geojson").write_text(text(ONE, NEXT))

    assert told(tmp_path, None) == [
        "grid.geojson: no file of a pack 'grid.geojson'; did you mean 'grids.geojson'?"
    ]


def test_a_former_grid_needs_no_shape_and_ends_at_living_grids(tmp_path: Path) -> None:
    former = "  - {id: G00, name: 零, name_en: Zero, unit: desk, successors: [%s]}\n"

    assert loaded(tmp_path, grids=TWO + former % "G01, G02").grids[2].successors == ("G01", "G02")
    assert told(tmp_path, grids=TWO + former % "G1") == [
        "grids.yaml:4: grids[2].successors[0]: no grid 'G1'; did you mean 'G01'?"
    ]
    assert told(tmp_path, grids=TWO + former % "G01, G01") == [
        "grids.yaml:4: grids[2].successors[1]: 'G01' appears twice, first at [0]; keep one"
    ]
    [problem] = told(tmp_path, grids=TWO + former % "G01, G00")
    assert problem.startswith("grids.yaml:4: grids[2].successors: 'G00' comes after itself; ")


BY_ZONE = CATEGORIES.replace("by_grid: true", "by_zone: {%s}", 1)


@pytest.mark.parametrize(
    ("by_zone", "expected"),
    [
        ("twn: desk", "no zone 'twn'; did you mean 'town'? (`zone` in grids.yaml)"),
        ("town: desc", "no unit 'desc'; did you mean 'desk'?"),
    ],
)
def test_a_zone_and_its_lead_are_known(tmp_path: Path, by_zone: str, expected: str) -> None:
    zone = by_zone.partition(":")[0]

    assert told(tmp_path, categories=BY_ZONE % by_zone) == [
        f"categories.yaml:6: categories[0].by_zone.{zone}: {expected}"
    ]


def test_the_lead_of_a_zone_has_what_every_lead_has(tmp_path: Path) -> None:
    """Its kind may lead, and the roles that a ladder tells are there."""
    village = "  - {id: hamlet, name: 村, name_en: Hamlet, parent: office, kind: village}\n"
    units = (pack(tmp_path) / "units.yaml").read_text() + village
    problems = told(tmp_path, units=units, categories=BY_ZONE % "town: hamlet")

    assert problems[0] == (
        "categories.yaml:6: categories[0].by_zone.town: 'hamlet' is of kind village, which does "
        "not lead in assign; department may; name a unit that leads, and this one as a helper"
    )
    assert "nobody is handler of hamlet" in problems[1]


def test_who_is_told_of_uncovered_places_is_there(tmp_path: Path) -> None:
    by = WITH_DATUM + "uncovered: {unit: %s}\n"

    assert loaded(tmp_path, policy=by % "desk, role: dispatcher").uncovered is not None
    assert told(tmp_path, policy=by % "desc, role: dispatcher") == [
        "policy.yaml:9: uncovered.unit: no unit 'desc'; did you mean 'desk'?"
    ]
    assert told(tmp_path, policy=by % "desk, role: leader") == [
        "policy.yaml:9: uncovered: nobody is leader of desk; name somebody in roster.yaml"
    ]


# --- What the policy keeps.
