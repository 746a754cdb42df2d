"""The routes of the console, and who may come in: every page but the sign-in needs a session."""

import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from console.desk import account_sign_in, late_forms, provider_sign_in, sign_in, unrecorded
from console.desk.bodies import BodyMiddleware, be_patient
from console.desk.context import DeskContext, Visit, hashed
from console.desk.pages import (
    acts,
    approvals,
    audit,
    board,
    bulk,
    callbacks,
    case,
    cases,
    dead_letters,
    duty,
    exports,
    failures,
    files,
    findings,
    health,
    home,
    intake,
    letters,
    links,
    live,
    maps,
    patrols,
    reveal,
    screen,
    sessions,
    shortcuts,
    task,
    views,
)
from console.desk.protection import ProtectionMiddleware, is_foreign
from console.metrics import PAGE_SECONDS, PAGES
from domain.vocabulary import Role
from schemas.intake import Unavailable
from store.errors import StoreUnavailable

log = structlog.stdlib.get_logger()

Page = Callable[[Visit], Awaitable[Response]]
LinkPage = Callable[[DeskContext, Request], Awaitable[Response]]

ROUTES: tuple[tuple[str, str, Page], ...] = (
    ("GET", "/", home.home),
    ("GET", "/approvals", approvals.approvals),
    ("GET", "/board", board.board),
    ("GET", "/callbacks", callbacks.callbacks),
    ("GET", "/cases", cases.cases),
    ("GET", "/cases/map", maps.cases),
    ("GET", "/cases/map.svg", maps.picture),
    ("GET", "/views", views.views),
    ("POST", "/views", views.save),
    ("POST", "/views/{id}/delete", views.delete),
    ("GET", "/batches/new", bulk.review),
    ("POST", "/batches", bulk.give),
    ("GET", "/batches/{id}", bulk.result),
    ("GET", "/cases.csv", exports.csv_file),
    ("GET", "/cases.xlsx", exports.xlsx_file),
    ("GET", "/cases/{number}", case.case),
    ("GET", "/cases/{number}/print", letters.sheet),
    ("GET", "/cases/{number}/letters/{paper}", letters.paper),
    ("GET", "/cases/{number}/acts/give_link", links.form),
    ("POST", "/cases/{number}/acts/give_link", links.give),
    ("GET", "/cases/{number}/files/{digest}", files.file),
    ("GET", "/cases/{number}/files/{digest}/small", files.small),
    ("GET", "/cases/{number}/acts/{kind}", acts.form),
    ("POST", "/cases/{number}/acts/{kind}", acts.give),
    ("GET", "/cases/{number}/reveal", reveal.ask),
    ("POST", "/cases/{number}/reveal", reveal.reveal),
    ("GET", "/live", live.live),
    ("GET", "/live/list", live.changed),
    ("GET", "/sessions", sessions.sessions),
    ("POST", "/sessions", sessions.end),
    ("GET", "/shortcuts", shortcuts.shortcuts),
    ("POST", "/shortcuts", shortcuts.switch),
    ("GET", "/intake", intake.intake),
    ("GET", "/dead-letters", dead_letters.letters),
    ("GET", "/dead-letters/{number}", dead_letters.letter),
    ("POST", "/dead-letters/{number}/reveal", dead_letters.reveal),
    ("POST", "/dead-letters/{number}/replay", dead_letters.replay),
    ("POST", "/dead-letters/{number}/discard", dead_letters.discard),
    ("GET", "/deliveries", health.deliveries),
    ("GET", "/health", health.health),
    ("GET", "/duty", duty.duty),
    ("POST", "/duty", duty.set_absence),
    ("POST", "/duty/{number}/end", duty.end_absence),
    ("GET", "/patrols", patrols.patrols),
    ("POST", "/patrols/{patrol}/cancel", patrols.cancel),
    ("POST", "/patrols/{patrol}/{grid}", patrols.pass_grid),
    ("GET", "/patrols/{patrol}/{grid}/finding", findings.form),
    ("POST", "/patrols/{patrol}/{grid}/finding", findings.file),
    ("GET", "/audit", audit.audit),
    ("GET", "/audit/checkpoints", audit.checkpoints),
    ("GET", "/audit/policies/{seq}", audit.policy),
    ("GET", "/audit/operations", audit.chain),
    ("GET", "/audit/operations/{seq}", audit.row),
    ("GET", "/audit/operations/{seq}/proof", audit.download),
    ("GET", "/audit/cases/{number}", audit.chain),
    ("GET", "/audit/cases/{number}/{seq}", audit.row),
    ("GET", "/audit/cases/{number}/{seq}/proof", audit.download),
    ("POST", "/language", sign_in.speak),
    ("POST", "/sign-out", sign_in.sign_out),
)
BY_LINK: tuple[tuple[str, LinkPage], ...] = (
    ("/task/{token}", task.task),
    ("/screen/{token}", screen.screen),
    ("/screen/{token}/map.svg", screen.picture),
)
"""Pages for who has a link, and no account."""
OWN = frozenset({"/language", "/sessions", "/shortcuts", "/sign-out"})
"""What a person sends about the own session: an auditor may send this, and nothing else."""
_STATIC = Path(__file__).parent / "static"
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def desk_app(context: DeskContext) -> Starlette:
    """Return the application with all pages; an error is a page as well."""

    async def before(request: Request) -> Response:
        try:
            return await sign_in.sign_in(context, request)
        except StoreUnavailable as error:
            log.warning("console.waiting", detail=str(error))
            return failures.away(context, request)

    async def by_account(request: Request) -> Response:
        return await account_sign_in.sign_in(context, request)

    single = (
        ("GET", "/sign-in/provider", provider_sign_in.leave),
        ("GET", "/callback", provider_sign_in.come_back),
        ("POST", "/back-channel-logout", provider_sign_in.hear),
    )

    app = Starlette(
        routes=[
            Mount("/static", StaticFiles(directory=_STATIC)),
            Route("/sign-in", before, methods=["GET", "POST"]),
            Route("/sign-in/account", by_account, methods=["POST"]),
            *(
                Route(path, provider_sign_in.answered(context, answer), methods=[method])
                for method, path, answer in single
            ),
            *(
                Route(path, _by_a_link(context, path, page), methods=["GET", "POST"])
                for path, page in BY_LINK
            ),
            *(
                Route(path, _for_a_person(context, path, page), methods=[method])
                for method, path, page in ROUTES
            ),
        ],
        middleware=[Middleware(ProtectionMiddleware), Middleware(BodyMiddleware)],
        exception_handlers={
            HTTPException: lambda request, error: failures.plain(context, request, error),
            Exception: lambda request, error: failures.plain(context, request, error),
        },
    )
    # Such a redirect would name the Host of the request, which anyone may write.
    app.router.redirect_slashes = False
    return app


def _by_a_link(
    context: DeskContext, route: str, page: LinkPage
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await page(context, request)

    return _counted(route, answer)


def _counted(
    route: str, answer: Callable[[Request], Awaitable[Response]]
) -> Callable[[Request], Awaitable[Response]]:
    """Count each answer by its status, and a defect as 500, which is what its person is shown."""

    async def counted(request: Request) -> Response:
        begun, status = time.perf_counter(), 500
        try:
            response = await answer(request)
            status = response.status_code
        except HTTPException as error:
            status = error.status_code
            raise
        finally:
            PAGE_SECONDS.labels(route).observe(time.perf_counter() - begun)
            PAGES.labels(route, str(status)).inc()
        return response

    return counted


def _for_a_person(
    context: DeskContext, route: str, page: Page
) -> Callable[[Request], Awaitable[Response]]:
    async def guarded(request: Request) -> Response:
        try:
            if _NO_TEXT.search(request.url.path) or any(
                _NO_TEXT.search(name + value) for name, value in request.query_params.multi_items()
            ):
                raise HTTPException(404)
            if context.refresh is not None:
                await context.refresh()
            visit = await visit_of(context, request)
            if visit is None and page is acts.give and not is_foreign(request):
                return await late_forms.kept(context, request)
            if visit is None:
                return sign_in.first(request)
            if request.method != "GET" and is_foreign(request):
                return failures.foreign(visit)
            if request.method != "GET" and Role.AUDITOR in visit.person.roles and route not in OWN:
                return failures.changes_nothing(visit)
            return await page(visit)
        except (StoreUnavailable, Unavailable) as error:
            log.warning("console.waiting", detail=str(error))
            return await unrecorded.again(context, request)

    return _counted(route, guarded)


async def visit_of(context: DeskContext, request: Request) -> Visit | None:
    """Return who asks; None if the request brings no session, or that of a person who has left."""
    secret = request.cookies.get(context.cookie, "")
    now = context.now()
    by_itself = request.url.path.startswith("/live")
    session = None
    if secret:
        session = await context.sessions.find(hashed(secret), now, touch=not by_itself)
    policy = context.policies.get(session.tenant) if session else None
    if session is None or policy is None:
        return None
    person = next((p for p in policy.roster.people if p.id == session.person), None)
    if person is None:
        return None
    be_patient(request)
    return Visit(context, request, session, secret, policy, person, now)
