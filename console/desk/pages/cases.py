"""The list of cases: a filter, a page, and a link to the next one."""

from dataclasses import replace

from starlette.responses import RedirectResponse, Response

from console.desk.bulk import kinds_of
from console.desk.context import Visit
from console.desk.lists import BadQuery, Query, is_searchable, query_of, view_of, wanted_by
from console.desk.pages.failures import bad_query
from console.desk.ports import Listed
from console.desk.rendering import page
from schemas.bulk_acts import MOST_CASES
from store.cases.read_model import CaseCount, CasePage

EMPTY = Listed(CasePage((), None), CaseCount(0))
_SHORTEST_NUMBER = 4


async def cases(visit: Visit) -> Response:
    """Show a page of the list that the query string asks for. A case number leads to its case."""
    try:
        query = query_of(visit.request.query_params, visit)
    except BadQuery as error:
        return bad_query(visit, str(error))
    if (number := await _as_number(query, visit)) is not None:
        return RedirectResponse(f"/cases/{number}", 303)
    if not is_searchable(query, visit):
        return await _page(visit, query, EMPTY, too_short=True)
    [listed] = await visit.reader.lists([wanted_by(query, visit)], visit.now)
    return await _page(visit, query, listed)


async def _page(visit: Visit, query: Query, listed: Listed, *, too_short: bool = False) -> Response:
    """Return the page of a list. `too_short`: the text was not searched for, as the page says."""
    following = listed.page.following
    saved = await visit.context.views.of(visit.policy.tenant, visit.person.id, visit.reach.units)
    return page(
        visit,
        "cases.html",
        400 if too_short else 200,
        too_short=too_short,
        query=query,
        rows=[view_of(row, visit) for row in listed.page.rows],
        total=listed.total,
        following=replace(query, after=str(following)) if following else None,
        first=replace(query, after="") if query.after else None,
        saved=saved,
        bulk_kinds=kinds_of(visit),
        most=MOST_CASES,
        without=[(name, query.without(name)) for name in query.conditions],
    )


async def _as_number(query: Query, visit: Visit) -> str | None:
    """Return the case whose number the search text begins, if it is the only one."""
    text = query.q.strip().lower()
    if len(text) < _SHORTEST_NUMBER or not text.isascii() or not text.replace("-", "").isalnum():
        return None
    found = await visit.reader.named(text)
    return found[0].case_id if len(found) == 1 else None
