"""The shapes of grids: polygons on the map, and in which of them a point lies.

Degrees are whole millionths (about 11 cm), so that every machine decides alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import cos, radians

Point = tuple[int, int]
"""Longitude and latitude in millionths of a degree."""
Ring = tuple[Point, ...]
"""A closed line, without its first point again at the end."""
Polygon = tuple[Ring, ...]
"""The outer ring, then the holes."""

_KM = 111.32
"""Kilometres in a degree of latitude, and in one of longitude at the equator."""


class Datum(StrEnum):
    """The datum of coordinates.

    A point of GCJ-02 or BD-09 is hundreds of metres from the same numbers in CGCS2000, and no exact
    way back is published. So points of two datums are never mixed, and none is converted.
    """

    CGCS2000 = "CGCS2000"  # 国家大地坐标系
    WGS84 = "WGS-84"  # GPS; counts as CGCS2000, from which it differs by centimetres
    GCJ02 = "GCJ-02"  # 火星坐标: the maps of Amap and Tencent
    BD09 = "BD-09"  # the maps of Baidu

    @property
    def family(self) -> "Datum":
        """Return the datum that it counts as."""
        return Datum.CGCS2000 if self is Datum.WGS84 else self


@dataclass(frozen=True, slots=True)
class GridShape:
    """The area of a grid: one polygon, or several.

    `box` has its western, southern, eastern and northern end. It saves reading all points of a
    shape that is elsewhere. `outline` is the text of `polygons`, because thousands of shapes are
    kept with every policy: `x y,x y,x y` for a ring, `;` before a hole, `|` before a polygon.
    """

    grid: str
    box: tuple[int, int, int, int]
    outline: str

    @property
    def polygons(self) -> tuple[Polygon, ...]:
        return tuple(
            tuple(_ring(ring) for ring in polygon.split(";")) for polygon in self.outline.split("|")
        )


def shape_of(grid: str, polygons: tuple[Polygon, ...]) -> GridShape:
    """Return the shape of a grid, with its box. There must be at least one point."""
    points = [point for polygon in polygons for ring in polygon for point in ring]
    east, north = [x for x, _ in points], [y for _, y in points]
    outline = "|".join(";".join(_text(ring) for ring in polygon) for polygon in polygons)
    return GridShape(grid, (min(east), min(north), max(east), max(north)), outline)


def _text(ring: Ring) -> str:
    return ",".join(f"{x} {y}" for x, y in ring)


def _ring(text: str) -> Ring:
    pairs = (point.split(" ") for point in text.split(","))
    return tuple((int(x), int(y)) for x, y in pairs)


def shapes_at(shapes: Iterable[GridShape], point: Point) -> Iterator[str]:
    """Yield the grids that contain a point, in the order of `shapes`.

    A point on a border that two grids share belongs to one of them: to the eastern one, and on a
    border that runs from west to east to the northern one.
    """
    x, y = point
    for shape in shapes:
        west, south, east, north = shape.box
        if west <= x <= east and south <= y <= north and _contains(shape, x, y):
            yield shape.grid


def _contains(shape: GridShape, x: int, y: int) -> bool:
    # A hole turns inside to outside again, so that all rings of a polygon count alike.
    return any(sum(_is_east(ring, x, y) for ring in polygon) % 2 for polygon in shape.polygons)


def _is_east(ring: Ring, x: int, y: int) -> bool:
    """Return whether the ring crosses the parallel of the point an odd number of times east of it.

    Exact, because all is in whole numbers. An end of an edge at the height of the point counts as
    below it; with this, a point is in exactly one of two polygons that have an edge in common.
    """
    odd = False
    x0, y0 = ring[-1]
    for x1, y1 in ring:
        if (y0 > y) != (y1 > y):
            turn = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
            odd ^= turn > 0 if y1 > y0 else turn < 0
        x0, y0 = x1, y1
    return odd


def grids_beside(shapes: Sequence[GridShape]) -> dict[str, frozenset[str]]:
    """Return the grids beside each grid: those whose boxes touch, which may be one or two more
    than those that have a border in common.
    """
    return {
        each.grid: frozenset(
            other.grid for other in shapes if other.grid != each.grid and _touch(each, other)
        )
        for each in shapes
    }


def _touch(one: GridShape, other: GridShape) -> bool:
    west, south, east, north = one.box
    west2, south2, east2, north2 = other.box
    return west <= east2 and west2 <= east and south <= north2 and south2 <= north


def described(shape: GridShape) -> str:
    """Describe a shape in words: `12 points, 3.47 km²`."""
    rings = [(ring, number) for polygon in shape.polygons for number, ring in enumerate(polygon)]
    points = sum(len(ring) for ring, _ in rings)
    area = sum(_square_kilometres(ring) * (-1 if number else 1) for ring, number in rings)
    return f"{points} points, {area:.2f} km²"


def _square_kilometres(ring: Sequence[Point]) -> float:
    twice = sum(
        x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, (*ring[1:], ring[0]), strict=True)
    )
    narrower = cos(radians(sum(y for _, y in ring) / len(ring) / 1e6))
    return abs(twice) / 2e12 * _KM**2 * narrower
