"""The requests that wait for the person: each with what holds if they decide nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import Response

from console.desk.context import Visit
from console.desk.lists import PAGE
from console.desk.pages.case import read_case, seeker_of
from console.desk.pages.failures import bad_query, missing
from console.desk.ports import Listed, Wanted
from console.desk.rendering import page
from console.desk.requests import RequestView, requests_of
from domain.case.participants import decisions_of
from store.cases.filters import Bookmark, CaseFilter

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Approvals:
    """`total`: the cases with such a request, those of the other pages too."""

    requests: tuple[RequestView, ...]
    total: str


async def approvals(visit: Visit) -> Response:
    """Show what waits for the person's decision: cases as lists have them, and of those of a page
    what takes effect first at the top.
    """
    after = visit.request.query_params.get("after", "")
    try:
        wanted = wanted_of(visit, PAGE, Bookmark.read(after) if after else None)
    except ValueError:
        return bad_query(visit, f"after={after!r}")
    if wanted is None:
        return missing(visit, visit.request.url.path)
    [listed] = await visit.reader.lists([wanted], visit.now)
    following = listed.page.following
    return page(
        visit,
        "approvals.html",
        approvals=await opened(visit, listed),
        following=str(following) if following else "",
        first=bool(after),
    )


def wanted_of(visit: Visit, limit: int, after: Bookmark | None = None) -> Wanted | None:
    """Return the list of cases with a request for the person; None if their roles answer none.

    `limit`: the whole of each is read, so a page that shows few asks for few.
    """
    marks = decisions_of(visit.roles)
    if not marks:
        return None
    return Wanted(CaseFilter(tenant=visit.policy.tenant, inbox=marks), limit, after)


async def opened(visit: Visit, listed: Listed) -> Approvals:
    """Return the requests of these cases."""
    seeker = seeker_of(visit)
    found = list[RequestView]()
    for row in listed.page.rows:
        if (case := await read_case(visit, row.case_id)) is not None:
            found += await requests_of(case.case, case.events, visit, seeker)
    found.sort(key=lambda request: request.at or _LAST)
    total = listed.total
    return Approvals(tuple(found), f"{total.number}{'+' * total.and_more}")
