"""The requests that wait for the person: each with what holds if they decide nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.responses import Response

from console.desk.context import Visit
from console.desk.pages.case import read_case, seeker_of
from console.desk.pages.failures import missing
from console.desk.ports import Listed, Wanted
from console.desk.rendering import page
from console.desk.requests import LIMIT, RequestView, requests_of
from domain.case.participants import decisions_of
from store.cases.filters import CaseFilter

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Approvals:
    """`total`: the cases with such a request; "100+" where a page shows the first of more."""

    requests: tuple[RequestView, ...]
    total: str


async def approvals(visit: Visit) -> Response:
    """Show what waits for the person's decision, what takes effect first at the top."""
    wanted = wanted_of(visit)
    if wanted is None:
        return missing(visit, visit.request.url.path)
    [listed] = await visit.reader.lists([wanted], visit.now)
    return page(visit, "approvals.html", approvals=await opened(visit, listed))


def wanted_of(visit: Visit) -> Wanted | None:
    """Return the list of cases with a request for the person; None if their roles answer none."""
    marks = decisions_of(visit.roles)
    if not marks:
        return None
    return Wanted(CaseFilter(tenant=visit.policy.tenant, inbox=marks), LIMIT)


async def opened(visit: Visit, listed: Listed, most: int = LIMIT) -> Approvals:
    """Return the requests of these cases, at most `most`."""
    seeker = seeker_of(visit)
    found = list[RequestView]()
    for row in listed.page.rows:
        if (case := await read_case(visit, row.case_id)) is not None:
            found += await requests_of(case.case, case.events, visit, seeker)
    found.sort(key=lambda request: request.at or _LAST)
    total = listed.total
    return Approvals(tuple(found[:most]), f"{total.number}{'+' * total.and_more}")
