"""The map of a list: an SVG file with presentation attributes alone, and the counts it is made of.

The page has the counts, and the address of the picture has them as well: so both are of one
snapshot, and the picture asks no database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from math import cos, hypot, radians
from urllib.parse import urlencode

from domain.policy.shapes import GridShape, Point, Ring, shapes_at

WIDTH, MARGIN = 640, 16
_MICRO = 1_000_000
_LATIN = 0x2E80
"""Characters from here on are as wide as they are high."""
_STEPS, _MOST_EDGES = 16, 400
_BLUES = ("#eef0f3", "#d3e0f3", "#b2c9ea", "#8aacdc", "#6a93cd")
_REDS = ("#eef0f3", "#f6cdc9", "#efb0aa", "#e6938b", "#d9756c")
"""None, then from few to many. Red is for what is late alone."""
_INK, _SANS = "#1a1f26", "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"


@dataclass(frozen=True, slots=True)
class GridMap:
    """`numbers`: grid -> how many. `late`: they count late cases. `here`: the one grid that is
    shown, without numbers.
    """

    shapes: Sequence[GridShape]
    numbers: Mapping[str, int]
    names: Mapping[str, str]
    late: bool = False
    here: str = ""

    def svg(self) -> str:
        """Return the picture. Names are of the policy, and are escaped."""
        west, south, east, north = self._box
        flat = cos(radians((south + north) / 2 / _MICRO))
        scale = (WIDTH - 2 * MARGIN) / max((east - west) * flat, 1)
        height = round((north - south) * scale) + 2 * MARGIN

        def placed(x: int, y: int) -> tuple[float, float]:
            return MARGIN + (x - west) * flat * scale, MARGIN + (north - y) * scale

        def line(ring: Ring) -> str:
            points = (placed(x, y) for x, y in ring)
            return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"

        areas, labels = list[str](), list[str]()
        for shape in self.shapes:
            number = int(shape.grid == self.here) if self.here else self.numbers.get(shape.grid, 0)
            path = "".join(line(ring) for polygon in shape.polygons for ring in polygon)
            fill = self._colour(number)
            areas.append(
                f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="#fff" '
                'stroke-width="3"/>'
            )
            x, y = placed(*_label_place(shape))
            name = self.names.get(shape.grid, shape.grid)
            shown = "600" if shape.grid == self.here else "400"
            labels += [] if self.here else [_text(x, y, str(number), 24, weight="600")]
            labels.append(_text(x, y + 18, name, 14, weight=shown))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}">{"".join(areas)}{"".join(labels)}</svg>'
        )

    @property
    def _box(self) -> tuple[int, int, int, int]:
        boxes = [shape.box for shape in self.shapes]
        return (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )

    def _colour(self, number: int) -> str:
        colours, most = _REDS if self.late else _BLUES, max([*self.numbers.values(), 1])
        return colours[-(-number * (len(colours) - 1) // most)]


def address_of(numbers: Iterable[tuple[str, int]], *, late: bool) -> str:
    """Return the query string of the picture."""
    said = [("n", f"{grid}:{number}") for grid, number in numbers]
    return urlencode([*said, *([("late", "1")] if late else [])])


def numbers_in(said: Iterable[str], grids: set[str]) -> dict[str, int]:
    """Read the counts of an address again; what is no count of a known grid is left out."""
    found: dict[str, int] = {}
    for each in said:
        grid, _, number = each.rpartition(":")
        if grid in grids and number.isdecimal() and len(number) <= 7:  # noqa: PLR2004
            found[grid] = int(number)
    return found


@cache
def _label_place(shape: GridShape) -> tuple[int, int]:
    """Return a point inside the shape, far from its borders and holes, for its label."""
    west, south, east, north = shape.box
    edges = [
        (start, end)
        for polygon in shape.polygons
        for ring in polygon
        for start, end in zip(ring, (*ring[1:], ring[0]), strict=True)
    ][:: max(1, sum(len(ring) for polygon in shape.polygons for ring in polygon) // _MOST_EDGES)]
    best, place = -1.0, ((west + east) // 2, (south + north) // 2)
    for column in range(1, _STEPS):
        for row in range(1, _STEPS):
            point = (
                west + (east - west) * column // _STEPS,
                south + (north - south) * row // _STEPS,
            )
            away = min(_distance(point, *edge) for edge in edges)
            if away > best and any(shapes_at([shape], point)):
                best, place = away, point
    return place


def _distance(point: Point, start: Point, end: Point) -> float:
    """Return how far a point is from a line between two others."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    whole = (x1 - x0) ** 2 + (y1 - y0) ** 2
    share = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / whole if whole else 0
    share = min(1, max(0, share))
    return hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0))


def _text(x: float, y: float, text: str, size: int, *, weight: str) -> str:
    wide = sum(size if ord(each) > _LATIN else size * 0.6 for each in text) / 2 + 2
    x = min(max(x, wide), WIDTH - wide)
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="middle" font-family="{_SANS}" '
        f'font-size="{size}" font-weight="{weight}" fill="{_INK}" stroke="#fff" '
        f'stroke-width="3" stroke-opacity=".7" paint-order="stroke">{escape(text)}</text>'
    )
