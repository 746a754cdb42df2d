"""The first page of a person: what waits for them, what is late, what will be late tomorrow."""

from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from console.desk.context import Visit
from console.desk.lists import Query, RowView, view_of, wanted_by
from console.desk.ports import Listed
from console.desk.rendering import page
from domain.vocabulary import OVERSEERS, Role

ROWS = 10


@dataclass(frozen=True, slots=True)
class Tab:
    """A list of the home page: its name is the key of the template's texts."""

    name: str
    query: Query
    rows: tuple[RowView, ...]
    total: str


async def home(visit: Visit) -> Response:
    """Show the lists of the person, each with its count, all of one snapshot."""
    if visit.roles <= OVERSEERS:  # no case waits for who acts on none
        return RedirectResponse("/audit" if Role.AUDITOR in visit.roles else "/health", 303)
    queries = queries_of(visit)
    wanted = [wanted_by(query, visit, ROWS) for query in queries.values()]
    found = await visit.reader.lists(wanted, visit.now)
    tabs = [
        _tab(name, query, listed, visit)
        for (name, query), listed in zip(queries.items(), found, strict=True)
    ]
    return page(visit, "home.html", tabs=tabs, working_left=_left_today(visit))


def queries_of(visit: Visit) -> dict[str, Query]:
    """Return the lists of the home page: those of the person's units, then those of the town."""
    own = "" if visit.reach.whole_tenant else "1"
    return {
        "waiting": Query(mine="1"),
        "late": Query(light="red", mine=own),
        "tomorrow": Query(due="tomorrow", mine=own),
        "resting": Query(light="grey"),
        "open": Query(),
    }


def _tab(name: str, query: Query, listed: Listed, visit: Visit) -> Tab:
    total = listed.total
    return Tab(
        name,
        query,
        tuple(view_of(row, visit) for row in listed.page.rows),
        f"{total.number}+" if total.and_more else str(total.number),
    )


def _left_today(visit: Visit) -> str:
    """Return how much working time is left today; "" if there is none."""
    local = visit.now.astimezone(visit.moments.zone)
    midnight = local.replace(hour=23, minute=59, second=59)
    left = visit.policy.calendar.elapsed(visit.now, midnight)
    return visit.moments.amount(left, "working") if left else ""
