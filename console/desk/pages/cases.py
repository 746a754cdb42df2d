"""The list of cases: a filter, a page, and a link to the next one."""

from dataclasses import replace

from starlette.responses import RedirectResponse, Response

from console.desk.context import Visit
from console.desk.lists import BadQuery, Query, query_of, view_of, wanted_by
from console.desk.pages.failures import bad_query
from console.desk.rendering import page

_SHORTEST_NUMBER = 4


async def cases(visit: Visit) -> Response:
    """Show a page of the list that the query string asks for. A case number leads to its case."""
    try:
        query = query_of(visit.request.query_params, visit)
    except BadQuery as error:
        return bad_query(visit, str(error))
    if (number := await _as_number(query, visit)) is not None:
        return RedirectResponse(f"/cases/{number}", 303)
    [listed] = await visit.reader.lists([wanted_by(query, visit)], visit.now)
    following = listed.page.following
    return page(
        visit,
        "cases.html",
        query=query,
        rows=[view_of(row, visit) for row in listed.page.rows],
        total=listed.total,
        following=replace(query, after=str(following)) if following else None,
        first=replace(query, after="") if query.after else None,
        without=[(name, query.without(name)) for name in query.conditions],
    )


async def _as_number(query: Query, visit: Visit) -> str | None:
    """Return the case whose number the search text begins, if it is the only one."""
    text = query.q.strip().lower()
    if len(text) < _SHORTEST_NUMBER or not text.isascii() or not text.replace("-", "").isalnum():
        return None
    found = await visit.reader.named(text)
    return found[0].case_id if len(found) == 1 else None
