"""The board of the leading group: what no unit owns, who is away, what a superior awaits."""

from dataclasses import dataclass
from datetime import datetime

from starlette.responses import Response

from console.desk.context import Visit
from console.desk.lists import Query, RowView, wanted_by
from console.desk.loads import loads_of
from console.desk.maps import address_of
from console.desk.pages import approvals
from console.desk.pages.case import read_case
from console.desk.pages.failures import missing
from console.desk.pages.home import FEW, ROWS, away_now, tab_of
from console.desk.rendering import page
from domain.complaints import SuperiorOrder
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import due
from domain.vocabulary import OFFICE, Channel

_LISTS = {
    "late": Query(light="red"),
    "high": Query(level="3"),
    "superior": Query(channel=Channel.SUPERIOR),
    "vacuum": Query(vacuum="1"),
    "open_lead": Query(open_lead="1"),
    "open": Query(),
}
_SHOWN = frozenset({"superior", "vacuum", "open_lead"})
"""Of the others the board has the figure alone."""


@dataclass(frozen=True, slots=True)
class OrderView:
    """A case that a superior issued. `by`: until when the unit has to have finished, None while
    that clock does not run; `reserve`: the time between that and the superior's date.
    """

    view: RowView
    order: SuperiorOrder
    by: datetime | None
    reserve: str
    is_short: bool


async def board(visit: Visit) -> Response:
    """Show the town to those who answer for all of it."""
    wanted = approvals.wanted_of(visit, FEW)
    if visit.roles.isdisjoint(OFFICE) or wanted is None:
        return missing(visit, visit.request.url.path)
    lists = [wanted_by(each, visit, ROWS * (name in _SHOWN)) for name, each in _LISTS.items()]
    found = await visit.reader.overview([*lists, wanted], visit.now)
    tabs = {
        name: tab_of(name, f"/cases?{query}".removesuffix("?"), listed, visit)
        for (name, query), listed in zip(_LISTS.items(), found.lists[:-1], strict=True)
    }
    grids = await visit.reader.by_grid(wanted_by(_LISTS["late"], visit), visit.now)
    drawn = {shape.grid for shape in visit.policy.shapes}
    numbers = [(each.grid, each.number) for each in grids if each.grid in drawn and each.grid]
    return page(
        visit,
        "board.html",
        tabs=tabs,
        approvals=await approvals.opened(visit, found.lists[-1]),
        loads=[load for load in loads_of(found.units, visit) if load.high],
        orders=[await _order(view, visit) for view in tabs["superior"].rows],
        away=list(away_now(visit)),
        grids=sorted(grids, key=lambda each: (-each.number, each.grid or "")),
        picture=address_of(numbers, late=True) if drawn else None,
    )


async def _order(view: RowView, visit: Visit) -> OrderView | None:
    opened = await read_case(visit, view.row.case_id)
    order = opened.case.plan.complaint.superior if opened else None
    if opened is None or order is None:
        return None
    clock = opened.case.clock(HOLDER)
    deadline = due(clock, opened.case.plan.calendar) if clock is not None else None
    by = deadline.at if deadline else None
    if by is None or order.due_at is None:
        return OrderView(view, order, by, "", is_short=False)
    reserve = visit.working_time(by, order.due_at, "working")
    return OrderView(view, order, by, visit.moments.amount(reserve, "working"), by >= order.due_at)
