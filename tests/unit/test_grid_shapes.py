"""A point is in exactly one grid, on every machine: the rule of borders, compared with shapely."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPoint, Point, Polygon

from domain.policy.shapes import Datum, described, shape_of, shapes_at

SIDE = 12
NUMBER = st.integers(-2, 3 * SIDE + 2)
POINTS = st.lists(st.tuples(NUMBER, NUMBER), min_size=3, max_size=9, unique=True)


def holds(ring: list[tuple[int, int]], x: int, y: int) -> bool:
    return [*shapes_at([shape_of("G", ((tuple(ring),),))], (x, y))] == ["G"]


@given(POINTS, NUMBER, NUMBER, st.booleans())
def test_inside_and_outside_are_as_shapely_has_them(
    points: list[tuple[int, int]], x: int, y: int, around: bool
) -> None:
    """Any ring that does not cross itself; `around`: the hull of the points, which never does."""
    polygon = MultiPoint(points).convex_hull if around else Polygon(points)
    if not isinstance(polygon, Polygon) or not polygon.is_valid or polygon.touches(Point(x, y)):
        return  # borders have their own rule, below
    ring = [(int(east), int(north)) for east, north in polygon.exterior.coords[:-1]]

    assert holds(ring, x, y) == polygon.contains(Point(x, y))


def bent(chance: random.Random) -> list[list[tuple[int, int]]]:
    """Return nine quadrilaterals that cover a square; its inner corners are moved at random."""
    moved = {
        (c, r): (chance.randrange(-3, 4), chance.randrange(-3, 4)) for c in (1, 2) for r in (1, 2)
    }

    def corner(column: int, row: int) -> tuple[int, int]:
        east, north = moved.get((column, row), (0, 0))
        return column * SIDE + east, row * SIDE + north

    return [
        [corner(c, r), corner(c + 1, r), corner(c + 1, r + 1), corner(c, r + 1)]
        for c in range(3)
        for r in range(3)
    ]


@given(st.randoms())
def test_every_point_of_a_covered_area_is_in_exactly_one_grid_borders_included(
    chance: random.Random,
) -> None:
    rings = bent(chance)
    shapes = [shape_of(f"G{n}", ((tuple(ring),),)) for n, ring in enumerate(rings)]
    inside = [(x, y) for x in range(3 * SIDE) for y in range(3 * SIDE)]

    assert {len([*shapes_at(shapes, point)]) for point in inside} == {1}


@pytest.mark.parametrize(
    ("point", "grid"),
    [
        ((10, 5), "east"),  # on the border of west and east
        ((5, 10), "north"),  # on the border of west and north
        ((0, 0), "west"),
        ((9, 9), "west"),
        ((20, 5), None),  # the eastern end of all
        ((5, 20), None),  # the northern end
    ],
)
def test_a_point_on_a_border_belongs_to_the_east_and_to_the_north(
    point: tuple[int, int], grid: str | None
) -> None:
    shapes = [
        shape_of("west", ((((0, 0), (10, 0), (10, 10), (0, 10)),),)),
        shape_of("east", ((((10, 0), (20, 0), (20, 10), (10, 10)),),)),
        shape_of("north", ((((0, 10), (10, 10), (10, 20), (0, 20)),),)),
    ]

    assert [*shapes_at(shapes, point)] == ([] if grid is None else [grid])


def test_a_hole_and_a_second_polygon_count() -> None:
    outer, hole = ((0, 0), (9, 0), (9, 9), (0, 9)), ((3, 3), (6, 3), (6, 6), (3, 6))
    island = ((20, 0), (22, 0), (22, 2), (20, 2))
    shape = shape_of("G", ((outer, hole), (island,)))
    points = ((1, 1), (4, 4), (21, 1), (15, 1))

    assert [point for point in points if [*shapes_at([shape], point)]] == [(1, 1), (21, 1)]
    assert shape.box == (0, 0, 22, 9)


def test_a_shape_is_described_by_its_points_and_its_area() -> None:
    """A thousandth of a degree is 111 m; at 60 degrees north, 56 m from west to east."""
    ring = ((0, 60_000_000), (1000, 60_000_000), (1000, 60_001_000), (0, 60_001_000))

    assert described(shape_of("G", ((ring,),))) == "4 points, 0.01 km²"


def test_wgs_84_counts_as_cgcs2000_and_the_others_as_themselves() -> None:
    alike = [datum for datum in Datum if datum.family is Datum.CGCS2000]

    assert alike == [Datum.CGCS2000, Datum.WGS84]
