"""Find mistakes in the shapes of grids: lines that cross themselves, grids that overlap, gaps.

`sanban policy check` alone looks for them, because the library for it is large. A process that
loads such a pack goes on: where grids overlap, the first in grids.geojson gets the point.
"""

from collections.abc import Iterator, Sequence
from math import cos, radians

import numpy as np
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.validation import explain_validity

from domain.policy.model import Policy
from domain.policy.shapes import GridShape

LEAST = 2.0
"""In metres. What is narrower is no overlap and no gap: maps that draw one border twice leave
slivers."""
_METRES = 0.11132
"""In a millionth of a degree of latitude."""
MANY = 20
"""So many problems of a kind are printed; one shifted border makes hundreds."""


def problems(policy: Policy) -> list[str]:
    """Return what must be corrected, grid by grid."""
    live = _living(policy)
    polygons = [_polygon(shape) for shape in live]
    crossed = [
        f"grids.geojson: grid {shape.grid}: {_why(polygon)}; draw its border again"
        for shape, polygon in zip(live, polygons, strict=True)
        if not polygon.is_valid
    ]
    # What crosses itself has no inside, so it is compared with no other.
    sound = [pair for pair in zip(live, polygons, strict=True) if pair[1].is_valid]
    return _first(crossed) + _first([*_overlaps(sound)])


def gaps(policy: Policy) -> list[str]:
    """Return a remark for each area that is in no grid, with grids all around it.

    No mistake: it may be a lake, or land of another town.
    """
    polygons = [_polygon(shape) for shape in _living(policy)]
    whole = shapely.union_all([polygon for polygon in polygons if polygon.is_valid])
    parts = shapely.get_parts(whole)
    holes = (Polygon(ring) for part in parts for ring in part.interiors)
    found = [
        f"grids.geojson: no grid has {_size(hole)} around {_place(hole)}"
        for hole in holes
        if _is_wide(hole)
    ]
    return _first(found)


def _living(policy: Policy) -> list[GridShape]:
    gone = {grid.id for grid in policy.grids if grid.successors}
    return [shape for shape in policy.shapes if shape.grid not in gone]


def _polygon(shape: GridShape) -> MultiPolygon:
    return MultiPolygon(
        [
            Polygon(np.asarray(polygon[0]), [np.asarray(hole) for hole in polygon[1:]])
            for polygon in shape.polygons
        ]
    )


def _overlaps(sound: Sequence[tuple[GridShape, MultiPolygon]]) -> Iterator[str]:
    if not sound:
        return
    polygons = [polygon for _, polygon in sound]
    tree = shapely.STRtree(polygons)
    for one, other in sorted(zip(*tree.query(polygons, predicate="intersects"), strict=True)):
        if one >= other:
            continue
        common = polygons[one].intersection(polygons[other])
        if _is_wide(common):
            first, second = sound[one][0].grid, sound[other][0].grid
            yield (
                f"grids.geojson: grids {first} and {second} overlap by {_size(common)} "
                f"around {_place(common)}; move their border"
            )


def _first(found: list[str]) -> list[str]:
    more = len(found) - MANY
    return found[:MANY] + ([f"grids.geojson: and {more} more of this kind"] if more > 0 else [])


def _why(polygon: MultiPolygon) -> str:
    said, _, at = str(explain_validity(polygon)).partition("[")
    if not at:
        return said.lower()
    x, y = (float(each) / 1e6 for each in at.rstrip("]").split()[:2])
    return f"{said.lower()} at {x:.6f}, {y:.6f}"


def _is_wide(shape: shapely.Geometry) -> bool:
    """Return whether the area is at least LEAST wide, on an average."""
    return bool(shape.area) and 2 * shape.area / shape.length * _METRES >= LEAST


def _area(shape: shapely.Geometry) -> float:
    """Return the area in m²; the coordinates are millionths of a degree."""
    north = shape.bounds[3] / 1e6
    return float(shape.area) * _METRES**2 * cos(radians(north))


def _size(shape: shapely.Geometry) -> str:
    area = _area(shape)
    return f"{area / 1e6:.2f} km²" if area >= 1e5 else f"{area:.0f} m²"  # noqa: PLR2004


def _place(shape: shapely.Geometry) -> str:
    point = shape.representative_point()
    return f"{point.x / 1e6:.6f}, {point.y / 1e6:.6f}"
