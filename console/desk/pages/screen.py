"""The page of a screen on the wall: figures of the town, its grids, and the latest escalations.

Nothing on it is of a person, and nothing can be pressed: all who pass by may read it.
"""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog
from starlette.requests import Request
from starlette.responses import Response

from console.desk.context import DeskContext
from console.desk.local_times import LocalTimes
from console.desk.maps import GridMap, address_of, numbers_in
from console.desk.names import TownNames
from console.desk.ports import Wanted
from console.desk.rendering import page_before
from console.desk.wording import DEFAULT, LANGUAGES
from console.gateway.answers import HttpRefusal
from domain.case.access import Reach
from domain.policy.model import Policy
from schemas.intake import Unavailable
from schemas.screens import screen_digest_of
from store.cases.filters import CaseFilter
from store.cases.grid_counts import MOST_COUNTED, GridCount
from store.errors import StoreUnavailable

log = structlog.stdlib.get_logger()

REFRESH_S = 60


async def screen(context: DeskContext, request: Request) -> Response:
    """Show the figures of the town; they are read again each minute."""
    try:
        policy = await _policy(context, request)
        if isinstance(policy, Response):
            return policy
        return await _figures(context, request, policy)
    except (StoreUnavailable, Unavailable) as error:
        log.warning("console.waiting", detail=str(error))
        return _page(context, request, "away", 503)


async def picture(context: DeskContext, request: Request) -> Response:
    """Draw the map with the counts of the address."""
    try:
        policy = await _policy(context, request)
    except (StoreUnavailable, Unavailable):
        return _page(context, request, "away", 503)
    if isinstance(policy, Response):
        return policy
    if not policy.shapes:
        return _page(context, request, "no_link", 404)
    names = TownNames(policy, _language(request))
    grids = {shape.grid: names.grid(shape.grid) for shape in policy.shapes}
    numbers = numbers_in(request.query_params.getlist("n"), {*grids})
    drawn = GridMap(policy.shapes, numbers, grids, late=True).svg()
    return Response(drawn, media_type="image/svg+xml")


async def _policy(context: DeskContext, request: Request) -> Policy | Response:
    """Return the policy of the screen's town; a page that says no for every wrong token."""
    if context.screens is None or context.tasks is None:
        return _page(context, request, "no_link", 404)
    try:
        context.tasks.charge(request)
    except HttpRefusal:
        return _page(context, request, "too_often", 429)
    digest = screen_digest_of(request.path_params["token"])
    found = await context.screens.find(digest)
    policy = context.policies.get(found.tenant) if found else None
    if policy is None:
        return _page(context, request, "no_link", 404)
    context.tasks.forgive(request)
    return policy


async def _figures(context: DeskContext, request: Request, policy: Policy) -> Response:
    now, tenant = context.now(), policy.tenant
    reader = context.readers(Reach("screen", tenant, (), whole_tenant=True, reads_words=False))
    moments = LocalTimes(ZoneInfo(policy.calendar.zone), now, _language(request))
    midnight = now.astimezone(moments.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    wanted = {
        "open": CaseFilter(tenant=tenant, open_only=True),
        "tomorrow": CaseFilter(
            tenant=tenant, open_only=True, due_before=midnight + timedelta(days=2)
        ),
        "resting": CaseFilter(tenant=tenant, open_only=True, resting_only=True),
    }
    counts = {name: await reader.by_grid(Wanted(each, 1), now) for name, each in wanted.items()}
    grids = sorted(counts["open"], key=lambda each: (-each.late, -each.number, each.grid or ""))
    drawn = {shape.grid for shape in policy.shapes}
    late = [(each.grid, each.late) for each in grids if each.grid in drawn]
    assert context.screens is not None  # noqa: S101 - _policy has looked
    return _page(
        context,
        request,
        "figures",
        200,
        names=TownNames(policy, moments.language),
        moments=moments,
        now=now,
        figures={
            "open": _sum(counts["open"]),
            "late": str(sum(each.late for each in counts["open"])),
            "tomorrow": _sum(counts["tomorrow"]),
            "resting": _sum(counts["resting"]),
        },
        grids=grids,
        picture=address_of(late, late=True) if drawn else None,
        escalations=await context.screens.escalations(tenant),
    )


def _sum(counts: Sequence[GridCount]) -> str:
    number = sum(each.number for each in counts)
    return f"{number}+" if number >= MOST_COUNTED else str(number)


def _language(request: Request) -> str:
    language = request.query_params.get("language", "")
    return language if language in LANGUAGES else DEFAULT


def _page(
    context: DeskContext, request: Request, kind: str, status: int, **values: object
) -> Response:
    own = {"kind": kind, "refresh": REFRESH_S, "token": request.path_params["token"], **values}
    return page_before(context, request, _language(request), "screen.html", status, **own)
