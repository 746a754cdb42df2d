"""Check what grids say of each other, their zones and their shapes.

Not here: whether two shapes overlap, which is geometry (runtime/jobs/topology.py).
"""

from collections.abc import Iterator

from domain.policy.shapes import GridShape
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import Path, PolicyFinding, repeated

_SHAPES = "grids.geojson"
_DEGREE = 1_000_000
_LONGITUDES = (73 * _DEGREE, 136 * _DEGREE)
_LATITUDES = (3 * _DEGREE, 54 * _DEGREE)
"""The box around China, in whole degrees."""


def grid_changes(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """The successors of every former grid are grids, and end at grids that live."""
    settled = _settled(draft)
    for index, grid in enumerate(draft.grids or ()):
        path: Path = ("grids", index, "successors")
        yield from repeated("grids", path, grid.successors)
        unknown = False
        for number, each in enumerate(grid.successors):
            if each not in draft.grid_names:
                unknown = True
                yield PolicyFinding("grids", (*path, number), draft.grid_names.no_such(each))
        if not unknown and grid.id not in settled:
            reason = f"{grid.id!r} comes after itself; successors must end at grids that live"
            yield PolicyFinding("grids", path, reason)


def _settled(draft: PolicyDraft) -> set[str]:
    """Return the grids whose successors, and theirs, end at living or unknown grids."""
    grids = draft.grids or ()
    before: dict[str, list[str]] = {}
    waits = {
        grid.id: len({each for each in grid.successors if each in draft.grid_names})
        for grid in grids
    }
    for grid in grids:
        for each in set(grid.successors):
            before.setdefault(each, []).append(grid.id)
    queue = [id_ for id_, number in waits.items() if not number]
    settled = set(queue)
    while queue:
        for id_ in before.get(queue.pop(), ()):
            waits[id_] -= 1
            if not waits[id_]:
                settled.add(id_)
                queue.append(id_)
    return settled


def zones(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """A category chooses its lead by zones that a grid has."""
    if draft.grids is None:
        return
    for index, category in enumerate(draft.categories or ()):
        for each in category.by_zone:
            if each.zone not in draft.zone_names:
                path = ("categories", index, "by_zone", each.zone)
                reason = draft.zone_names.no_such(each.zone) + " (`zone` in grids.yaml)"
                yield PolicyFinding("categories", path, reason)


def shapes(draft: PolicyDraft) -> Iterator[PolicyFinding]:
    """Every shape is that of a grid and in China; if one grid has a shape, all have."""
    found = draft.shapes
    if not found:
        return
    if draft.platform is not None and draft.datum is None:
        reason = "is missing; say in which datum grids.geojson and all events are: CGCS2000, ..."
        yield PolicyFinding("policy", ("datum",), reason)
    first: dict[str, int] = {}
    for index, shape in enumerate(found):
        path: Path = ("features", index)
        place = (*path, "properties", "grid")
        if draft.grids is not None and shape.grid not in draft.grid_names:
            yield PolicyFinding(_SHAPES, place, draft.grid_names.no_such(shape.grid))
        if shape.grid in first:
            reason = (
                f"{shape.grid!r} appears twice, first at [{first[shape.grid]}]; draw it once, "
                "as a MultiPolygon"
            )
            yield PolicyFinding(_SHAPES, place, reason)
        first.setdefault(shape.grid, index)
        if why := _elsewhere(shape):
            yield PolicyFinding(_SHAPES, (*path, "geometry"), f"grid {shape.grid}: {why}")
    for index, grid in enumerate(draft.grids or ()):
        if grid.id not in first and not grid.successors:
            reason = f"{grid.id!r} has no shape in {_SHAPES}, while others have; draw it"
            yield PolicyFinding("grids", ("grids", index, "id"), reason)


def _elsewhere(shape: GridShape) -> str:
    """Return why the shape cannot be in China; empty if it can."""
    west, south, east, north = shape.box
    if _within(west, east, _LONGITUDES) and _within(south, north, _LATITUDES):
        return ""
    if _within(west, east, _LATITUDES) and _within(south, north, _LONGITUDES):
        return "did you swap longitude and latitude? GeoJSON has the longitude first"
    if max(abs(west), abs(east)) > 180 * _DEGREE or max(abs(south), abs(north)) > 90 * _DEGREE:
        return "these are no degrees; export the map in EPSG:4490"
    return "is not in China; correct its coordinates"


def _within(least: int, most: int, ends: tuple[int, int]) -> bool:
    return ends[0] <= least and most <= ends[1]
