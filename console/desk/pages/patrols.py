"""Patrols: today's routes with a form for each pass, uncovered grids, cases to look back at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import RedirectResponse, Response

from console.desk.context import Visit
from console.desk.navigation import LOOKERS, PATROLLERS
from console.desk.pages.failures import foreign, missing
from console.desk.patrol_visits import patroller_of, typed_point
from console.desk.rendering import page
from domain.patrols.look_backs import DueLookBack, due_look_backs
from domain.patrols.patrollers import PatrolFault, PatrolPass, PatrolRefused
from domain.patrols.routes import Patrol, day_of, today
from domain.patrols.stops import Stop, StopState
from domain.privacy.readings import LONGEST_REASON
from schemas.texts import is_invisible
from store.patrols.days import PatrolDay
from store.patrols.patrols import PatrolAct

_PERIOD = timedelta(days=29)
_MOST_LOOK_BACKS = 50


@dataclass(frozen=True, slots=True)
class StopView:
    """A grid of a patrol. `may_find`: the person is of its unit; `may_pass`: and there is time."""

    stop: Stop
    may_pass: bool
    may_find: bool


@dataclass(frozen=True, slots=True)
class _Sent:
    """A form as it was sent. `ours`: it came from a page of the session."""

    id: str
    ours: bool
    point: str
    why: str


@dataclass(frozen=True, slots=True)
class WrongPass:
    """A form that was not taken. `refused`: why; None where its point is none."""

    patrol: str
    grid: str
    typed: str
    refused: PatrolRefused | None = None


@dataclass(frozen=True, slots=True)
class WrongCancel:
    """A form to cancel a patrol that was not taken. `refused`: why; None without a reason."""

    patrol: str
    typed: str = ""
    refused: PatrolRefused | None = None


async def patrols(visit: Visit) -> Response:
    """Show the patrols of today, and what no one looks at."""
    if visit.roles.isdisjoint(PATROLLERS):
        return missing(visit, visit.request.url.path)
    return await _page(visit)


async def pass_grid(visit: Visit) -> Response:
    """Record that the person is in the grid now."""
    patrol, grid = (visit.request.path_params[name] for name in ("patrol", "grid"))
    day = day_of(patrol)
    sent = await _sent(visit)
    if visit.roles.isdisjoint(PATROLLERS) or day is None:
        return missing(visit, visit.request.url.path)
    if not sent.ours:
        return foreign(visit)
    found = await visit.context.patrols.on(visit.policy, day)
    on = found.patrol(patrol)
    if on is None or grid not in on.grids:
        return missing(visit, visit.request.url.path)
    point = typed_point(sent.point)
    try:
        if point is not None:
            await _keep(visit, sent, on, PatrolPass(grid, visit.now, point), found)
            return RedirectResponse("/patrols", 303)
    except PatrolRefused as error:
        wrong = WrongPass(patrol, grid, sent.point, error)
        return await _page(visit, wrong, status=409)
    return await _page(visit, WrongPass(patrol, grid, sent.point), status=422)


async def cancel(visit: Visit) -> Response:
    """Record that a patrol is not to be."""
    id_ = visit.request.path_params["patrol"]
    day = day_of(id_)
    sent = await _sent(visit)
    if visit.roles.isdisjoint(PATROLLERS) or day is None:
        return missing(visit, visit.request.url.path)
    if not sent.ours:
        return foreign(visit)
    patrol = (await visit.context.patrols.on(visit.policy, day)).patrol(id_)
    if patrol is None:
        return missing(visit, visit.request.url.path)
    if is_invisible(sent.why) or len(sent.why) > LONGEST_REASON:
        return await _page(visit, cancel=WrongCancel(id_, sent.why), status=422)
    try:
        patroller_of(visit).check_cancel(patrol)
    except PatrolRefused as error:
        wrong = WrongCancel(id_, sent.why, error)
        return await _page(visit, cancel=wrong, status=409)
    act = PatrolAct(sent.id, visit.policy.tenant, visit.person.id, visit.now, sent.why)
    # False: it was cancelled meanwhile, which is what the person wants.
    await visit.context.patrols.cancel(patrol, act)
    return RedirectResponse("/patrols", 303)


async def _keep(
    visit: Visit, sent: _Sent, patrol: Patrol, said: PatrolPass, found: PatrolDay
) -> None:
    """Journal the pass. Raises PatrolRefused, also where another person was faster."""
    stop = patroller_of(visit).check_pass(patrol, said, found.kept)
    act = PatrolAct(sent.id, visit.policy.tenant, visit.person.id, visit.now)
    if not await visit.context.patrols.keep_pass(stop, act):
        detail = f"{said.grid} was passed or missed meanwhile"
        raise PatrolRefused(PatrolFault.SETTLED, detail)


async def _sent(visit: Visit) -> _Sent:
    async with visit.request.form(max_files=0, max_fields=8) as form:
        id_ = str(form.get("id", "")) or visit.context.new_id()
        ours = form.get("token") == visit.form_token
        point, why = (str(form.get(name, "")).strip() for name in ("point", "why"))
        return _Sent(id_, ours, point, why)


async def _look_backs(visit: Visit) -> Sequence[DueLookBack]:
    """Return the cases to look back at, for the roles that may; the longest due first."""
    if visit.roles.isdisjoint(LOOKERS):
        return ()
    since = visit.now - visit.policy.reopen_window
    closed = await visit.reader.closed_since(since)
    return due_look_backs(visit.policy, closed, visit.now)


async def _page(
    visit: Visit,
    wrong: WrongPass | None = None,
    status: int = 200,
    cancel: WrongCancel | None = None,
) -> Response:
    day = today(visit.policy, visit.now)
    found = await visit.context.patrols.on(visit.policy, day)
    patroller = patroller_of(visit)
    due = await _look_backs(visit)
    covered = await visit.context.patrols.covered(visit.policy, day - _PERIOD, day)
    views = [
        StopView(stop, may_find and stop.state is StopState.TO_COME, may_find)
        for stop in found.stops(visit.now)
        for may_find in (patroller.may_patrol(stop.patrol),)
    ]
    return page(
        visit,
        "patrols.html",
        status,
        stops=views,
        findings=found.findings,
        coverage=covered,
        look_backs=due[:_MOST_LOOK_BACKS],
        number_due=len(due),
        looks_back=not visit.roles.isdisjoint(LOOKERS),
        wrong=wrong,
        wrong_cancel=cancel,
        to_cancel=[
            each
            for each in found.patrols
            if each.cancelled is None and visit.now < each.closes and patroller.may_plan(each.unit)
        ],
        new_id=visit.context.new_id,
    )
