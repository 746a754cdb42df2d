"""The routes of the gateway, and the metrics and the log line of each request."""

import re
import time
from collections.abc import Awaitable, Callable

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match, Route

from console.gateway import events, open311, open311_filing, task_links
from console.gateway.answers import OUTCOMES, HttpRefusal, problem
from console.gateway.context import GatewayContext
from console.gateway.formats import FORMATS, JSON, XML, wanted_format
from console.gateway.open311_texts import refused
from console.metrics import REQUESTS, SECONDS

log = structlog.stdlib.get_logger()

Handler = Callable[[GatewayContext, Request], Awaitable[Response]]

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "/events", events.take),
    ("GET", "/events/{id}", events.receipts),
    ("POST", "/task-links/{token}", task_links.report),
    ("GET", f"{open311.BASE}/discovery.{{format}}", open311.discovery),
    ("GET", f"{open311.BASE}/services.{{format}}", open311.services),
    ("GET", f"{open311.BASE}/services/{{code}}.{{format}}", open311.definition),
    ("POST", f"{open311.BASE}/requests.{{format}}", open311_filing.file),
    ("GET", f"{open311.BASE}/requests.{{format}}", open311.requests),
    ("GET", f"{open311.BASE}/requests/{{id}}.{{format}}", open311.one_request),
    ("GET", f"{open311.BASE}/follow/{{code}}.{{format}}", open311.follow),
    ("GET", f"{open311.BASE}/tokens/{{token}}.{{format}}", open311.token),
)

# An event's id may hold a slash.
_ANY_ID = ("/events/{id}", "/events/{id:path}")
_EVENTS, _OPEN311 = "/events", "/open311/"
_NO_SUCH = ("not_found", "no such address")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_GONE = 499
"""Status for the log: the client closed the connection before the answer."""


def gateway_app(context: GatewayContext) -> Starlette:
    """Return the application with all routes; every error is told as its caller reads errors."""
    app = Starlette(
        routes=[
            Route(path.replace(*_ANY_ID), _guarded(context, path, handler), methods=[method])
            for method, path, handler in ROUTES
        ],
        exception_handlers={HTTPException: _no_route, Exception: _defect},
    )
    # Such a redirect would name the Host of the request, which anyone may write.
    app.router.redirect_slashes = False
    return app


def _guarded(
    context: GatewayContext, route: str, handler: Handler
) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        begun = time.perf_counter()
        request.state.log_fields = {}
        request.state.client = None
        try:
            _must_be_text(request)
            _must_have_format(request)
            response = await handler(context, request)
        except HttpRefusal as refusal:
            request.state.log_fields = {"reason": refusal.reason}
            response = _refusal_response(request, refusal)
        except ClientDisconnect:
            response = Response(status_code=_GONE)
        SECONDS.labels(route).observe(time.perf_counter() - begun)
        _count(request, route, response.status_code)
        return response

    return answer


def _must_be_text(request: Request) -> None:
    """Raises HttpRefusal for what no text of a contract holds, and PostgreSQL cannot compare.

    A path with it names nothing, hence 404; a parameter with it is a mistake, hence 400.
    """
    for value in request.path_params.values():
        if _NO_TEXT.search(value):
            raise HttpRefusal(404, "not_found", "no such thing: the address has a NUL character")
    for name, value in request.query_params.multi_items():
        if _NO_TEXT.search(name + value):
            named = name if name.isidentifier() and name.isascii() else "a parameter"
            raise HttpRefusal(400, "invalid_request", f"{named}: has a NUL character; leave it out")


def _must_have_format(request: Request) -> None:
    """Write the format of the address in small letters. Raises HttpRefusal 404 for another one."""
    if "format" in request.path_params:
        request.path_params["format"] = request.path_params["format"].lower()
        if request.path_params["format"] not in FORMATS:
            raise HttpRefusal(404, "not_found", "there is no such format; ask for .json or .xml")


def _refusal_response(request: Request, refusal: HttpRefusal) -> Response:
    """Return the errors of GeoReport to its callers and to those who read XML, else a problem."""
    fmt, path = wanted_format(request), request.url.path
    if path.startswith(_OPEN311):
        return refused(refusal, fmt or JSON)
    known = path == _EVENTS or path.startswith(f"{_EVENTS}/")  # these answer JSON alone
    return refused(refusal, XML) if fmt == XML and not known else problem(refusal)


def _count(request: Request, route: str, status: int) -> None:
    """Count and log one request: no body, query or header, which hold citizens' data and tokens."""
    outcome = OUTCOMES.get(status, "went_away" if status == _GONE else "failed")
    if request.method == "POST" and outcome == "answered":
        outcome = "accepted"
    REQUESTS.labels(route, outcome).inc()
    log.info(
        "gateway.answered",
        method=request.method,
        route=route,
        status=status,
        outcome=outcome,
        client=request.state.client,
        **request.state.log_fields,
    )


async def _no_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    REQUESTS.labels("other", OUTCOMES.get(status, "failed")).inc()
    known = status == 405  # noqa: PLR2004
    reason, detail = ("no_such_method", "no such method here") if known else _NO_SUCH
    refusal = HttpRefusal(status, reason, f"{detail}; docs/INTEGRATORS.md lists the addresses")
    response = _refusal_response(request, refusal)
    if known:
        response.headers["Allow"] = ", ".join(_methods_at(request))
    return response


def _methods_at(request: Request) -> list[str]:
    """Return all methods of an address. Starlette's own answer has those of one route alone."""
    routes = (each for each in request.app.routes if isinstance(each, Route))
    return sorted(
        method
        for route in routes
        if route.matches({**request.scope, "path_params": {}})[0] is not Match.NONE
        for method in route.methods or ()
    )


async def _defect(request: Request, error: Exception) -> Response:
    """Answer 500 for a defect of the gateway; uvicorn logs the traceback."""
    REQUESTS.labels("other", "failed").inc()
    log.error("gateway.failed", error_type=type(error).__name__)
    refusal = HttpRefusal(
        500, "failed", "the gateway has a defect; send it again later, and tell the operators"
    )
    return _refusal_response(request, refusal)
