"""Where the cases of a list are: a map of the grids with counts, and the same as a table."""

from dataclasses import dataclass, replace

from starlette.responses import Response

from console.desk.context import Visit
from console.desk.lists import BadQuery, Query, is_searchable, query_of, wanted_by
from console.desk.maps import GridMap, address_of, numbers_in
from console.desk.names import PLACELESS
from console.desk.pages.failures import bad_query, missing
from console.desk.rendering import page
from store.cases.grid_counts import MOST_COUNTED


async def cases(visit: Visit) -> Response:
    """Show the list of the query string by grid. Each count leads to its list."""
    try:
        query = replace(query_of(visit.request.query_params, visit), after="")
    except BadQuery as error:
        return bad_query(visit, str(error))
    if not is_searchable(query, visit):
        return bad_query(visit, f"q={query.q!r}")
    counts = await visit.reader.by_grid(wanted_by(query, visit), visit.now)
    late = query.light == "red"
    rows = sorted(counts, key=lambda each: (-each.number, each.grid or ""))
    drawn = {shape.grid for shape in visit.policy.shapes}
    numbers = [(each.grid, each.number) for each in rows if each.grid in drawn]
    total = sum(each.number for each in rows)
    return page(
        visit,
        "map.html",
        query=query,
        rows=rows,
        lists={each.grid: _lists_of(query, each.grid) for each in rows},
        total=total,
        and_more=total >= MOST_COUNTED,
        picture=address_of(numbers, late=late) if drawn else None,
    )


@dataclass(frozen=True, slots=True)
class GridLists:
    """The lists behind the two figures of a grid. `late` is None where no filter says so."""

    all: Query
    late: Query | None


def _lists_of(query: Query, grid: str | None) -> GridLists:
    found = replace(query, grid=grid or PLACELESS)
    # What is counted as late is open: of closed ones, the filter would add those that were late.
    late = replace(found, light="red", closed="") if query.light != "grey" else None
    return GridLists(found, late)


async def picture(visit: Visit) -> Response:
    """Draw the map with the counts of the address, or with the one grid that it names."""
    policy, params = visit.policy, visit.request.query_params
    if not policy.shapes:
        return missing(visit, "map.svg")
    grids = {shape.grid for shape in policy.shapes}
    names = {grid: visit.names.grid(grid) for grid in grids}
    numbers = numbers_in(params.getlist("n"), grids)
    here = params["here"] if params.get("here") in grids else ""
    drawn = GridMap(policy.shapes, numbers, names, late="late" in params, here=here).svg()
    return Response(drawn, media_type="image/svg+xml")
