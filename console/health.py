"""Alive, ready (and why not), and the numbers: /livez, /readyz, /metrics of every process."""

from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Check = Callable[[], Awaitable[str | None]]
"""None when all is well, else the reason in a sentence."""
Note = Callable[[], str]
"""How a part stands, whether or not all is well."""


def health_app(
    alive: Callable[[], str | None],
    checks: Mapping[str, Check],
    metrics: Callable[[], Awaitable[bytes]],
    notes: Mapping[str, Note] | None = None,
) -> Starlette:
    """`alive` answers without asking anybody; a check may ask the part that it is named after."""

    async def livez(_request: Request) -> Response:
        reason = alive()
        return PlainTextResponse(reason or "alive", 503 if reason else 200)

    async def readyz(_request: Request) -> Response:
        reasons = {name: await check() for name, check in checks.items()}
        wrong = {name: reason for name, reason in reasons.items() if reason}
        answer: dict[str, object] = {"ready": not wrong, "reasons": wrong}
        if notes:
            answer["notes"] = {name: note() for name, note in notes.items()}
        return JSONResponse(answer, 503 if wrong else 200)

    async def numbers(_request: Request) -> Response:
        return Response(await metrics(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/livez", livez),
            Route("/readyz", readyz),
            Route("/metrics", numbers),
        ]
    )
