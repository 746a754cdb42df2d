"""Alive, ready (and why not), and the numbers: /livez, /readyz, /metrics of every process."""

from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Check = Callable[[], Awaitable[str | None]]
"""None when all is well, else the reason in a sentence."""


def health_app(
    alive: Callable[[], str | None],
    checks: Mapping[str, Check],
    metrics: Callable[[], Awaitable[bytes]],
) -> Starlette:
    """`alive` answers without asking anybody; a check may ask the part that it is named after."""

    async def livez(_request: Request) -> Response:
        reason = alive()
        return PlainTextResponse(reason or "alive", 503 if reason else 200)

    async def readyz(_request: Request) -> Response:
        reasons = {name: await check() for name, check in checks.items()}
        wrong = {name: reason for name, reason in reasons.items() if reason}
        return JSONResponse({"ready": not wrong, "reasons": wrong}, 503 if wrong else 200)

    async def numbers(_request: Request) -> Response:
        return Response(await metrics(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/livez", livez),
            Route("/readyz", readyz),
            Route("/metrics", numbers),
        ]
    )
