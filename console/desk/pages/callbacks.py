"""Citizens to call back: what was done for them, how often they were called, and until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from console.desk.context import Visit
from console.desk.lists import PAGE, RowView, view_of
from console.desk.navigation import CALLERS
from console.desk.pages.case import read_case
from console.desk.pages.failures import bad_query, missing
from console.desk.ports import Wanted
from console.desk.rendering import page
from domain.case.closing.facts import CalledBack, Resolved, Verified
from domain.case.events import Event
from domain.case.participants import TO_CALL, call_clock
from domain.case.state import Case
from domain.sla.clocks import due
from store.cases.filters import Bookmark, CaseFilter


@dataclass(frozen=True, slots=True)
class CallView:
    """One call to make. `tries`: when the citizen was called without an answer that settled it;
    `by`: until when the call is due, None while that clock stands still; `left`: the time until
    then, or since (`is_late`). `unasked`: one person has recorded that no reply is wanted.
    """

    view: RowView
    result: str
    verified_at: datetime | None
    tries: tuple[datetime, ...]
    last_note: str
    by: datetime | None
    left: str
    is_late: bool
    unasked: bool


async def callbacks(visit: Visit) -> Response:
    """Show whom to call, the call that is due first at the top."""
    if visit.roles.isdisjoint(CALLERS):
        return missing(visit, visit.request.url.path)
    after = visit.request.query_params.get("after", "")
    try:
        bookmark = Bookmark.read(after) if after else None
    except ValueError:
        return bad_query(visit, f"after={after!r}")
    [listed] = await visit.reader.lists([wanted_of(visit, PAGE, bookmark)], visit.now)
    calls = [await _call(view_of(row, visit), visit) for row in listed.page.rows]
    following = listed.page.following
    total = listed.total
    return page(
        visit,
        "callbacks.html",
        calls=calls,
        total=f"{total.number}{'+' * total.and_more}",
        following=str(following) if following else "",
        first=bool(after),
    )


def wanted_of(visit: Visit, limit: int, after: Bookmark | None = None) -> Wanted:
    """Return the list of cases whose citizen is to be called."""
    return Wanted(CaseFilter(tenant=visit.policy.tenant, inbox=(TO_CALL,)), limit, after)


async def _call(view: RowView, visit: Visit) -> CallView:
    opened = await read_case(visit, view.row.case_id)
    rows = opened.events if opened else ()
    result = next((e.fact.result for e in reversed(rows) if isinstance(e.fact, Resolved)), "")
    verified = next((e.at for e in reversed(rows) if isinstance(e.fact, Verified)), None)
    calls = _calls(rows, verified)
    note = calls[-1].fact.note if calls and isinstance(calls[-1].fact, CalledBack) else ""
    by, left = _due(opened.case, visit) if opened else (None, "")
    is_late = by is not None and by < visit.now
    tries, unasked = tuple(e.at for e in calls), opened is not None and bool(opened.case.unasked_by)
    return CallView(view, result, verified, tries, note, by, left, is_late, unasked)


def _due(case: Case, visit: Visit) -> tuple[datetime | None, str]:
    """Return until when the call is due, and how much of the clock's measure is left."""
    clock = call_clock(case)
    deadline = due(clock, case.plan.calendar) if clock is not None else None
    if clock is None or deadline is None:
        return None, ""
    between = visit.working_time(visit.now, deadline.at, clock.measure)
    return deadline.at, visit.moments.amount(between, clock.measure)


def _calls(rows: Sequence[Event], since: datetime | None) -> list[Event]:
    """Return the calls since the last result was verified: earlier ones were about another."""
    return [
        event
        for event in rows
        if isinstance(event.fact, CalledBack) and (since is None or event.at >= since)
    ]
