"""The model of grids.geojson: the shapes of the grids, as maps export them (RFC 7946).

What a map writes beside the shapes (styles, other properties) is not read.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, model_validator
from typing_extensions import override

from domain.policy.shapes import GridShape, Polygon, Ring, shape_of
from schemas.base import Written
from schemas.mistakes import Misplaced
from schemas.packs.sections import SectionFile
from schemas.texts import Code

_LEAST = 4
"""A ring has at least three corners, and its first point again at the end."""
_DEGREES = ("CRS84", "EPSG::4326", "EPSG:4326", "EPSG::4490", "EPSG:4490")
"""Ends of the names of reference systems in degrees, which older programs write as `crs`."""

_FARTHEST = 1e9
"""Beyond it a number is no metre of a map either; where shapes may lie, the checks say."""


def _countable(position: tuple[float, ...]) -> tuple[float, ...]:
    for number in position[:2]:
        if abs(number) > _FARTHEST:
            raise ValueError(f"{number:g} is no longitude or latitude in degrees")
    return position


Position = Annotated[
    tuple[Annotated[float, Field(allow_inf_nan=False)], ...],
    Field(min_length=2, max_length=4),
    AfterValidator(_countable),
]
"""Longitude, latitude; a height after them is not read."""


def _closed(ring: tuple[tuple[float, ...], ...]) -> tuple[tuple[float, ...], ...]:
    if len(ring) < _LEAST:
        raise ValueError(f"has {len(ring)} points; a ring has {_LEAST} or more, the first again")
    if ring[0][:2] != ring[-1][:2]:
        raise ValueError("is not closed; repeat its first point at the end")
    return ring


RingEntry = Annotated[tuple[Position, ...], AfterValidator(_closed)]
PolygonEntry = Annotated[tuple[RingEntry, ...], Field(min_length=1)]


class _Read(Written):
    """An object of a map program: fields that we do not know are not ours."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class PolygonGeometry(_Read):
    type: Literal["Polygon"]
    coordinates: PolygonEntry


class MultiPolygonGeometry(_Read):
    type: Literal["MultiPolygon"]
    coordinates: Annotated[tuple[PolygonEntry, ...], Field(min_length=1)]


class GridProperties(_Read):
    grid: Code


class ShapeFeature(_Read):
    """One grid. `properties.grid` is its id in grids.yaml."""

    type: Literal["Feature"]
    properties: GridProperties
    geometry: Annotated[PolygonGeometry | MultiPolygonGeometry, Field(discriminator="type")]

    def to_domain(self) -> GridShape:
        shape = self.geometry
        polygons = (shape.coordinates,) if isinstance(shape, PolygonGeometry) else shape.coordinates
        return shape_of(self.properties.grid, tuple(map(_polygon, polygons)))


class CrsName(_Read):
    name: str


class Crs(_Read):
    properties: CrsName


class GridShapesFile(SectionFile):
    model_config = ConfigDict(frozen=True, extra="ignore")

    type: Literal["FeatureCollection"]
    features: tuple[ShapeFeature, ...]
    crs: Crs | None = None

    @model_validator(mode="after")
    def _is_in_degrees(self) -> "GridShapesFile":
        if self.crs is not None and not self.crs.properties.name.endswith(_DEGREES):
            raise Misplaced("is no system of degrees; export the map in EPSG:4490", "crs")
        return self

    @override
    def doubts(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        if self.features:
            return ()
        reason = "draws no grid, so no place is found in one; draw the grids, or remove the file"
        return ((("features",), reason),)

    @override
    def to_domain(self) -> tuple[GridShape, ...]:
        return tuple(feature.to_domain() for feature in self.features)


def _polygon(rings: tuple[tuple[tuple[float, ...], ...], ...]) -> Polygon:
    return tuple(map(_ring, rings))


def _ring(points: tuple[tuple[float, ...], ...]) -> Ring:
    return tuple((round(each[0] * 1_000_000), round(each[1] * 1_000_000)) for each in points[:-1])
