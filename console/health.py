"""The endpoints /livez, /readyz and /metrics that every process serves."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Check = Callable[[], Awaitable[str | None]]
"""Returns None if the part is ready, else the reason as a sentence."""
Note = Callable[[], str]
"""Returns the state of a part as a sentence; it does not change readiness."""


def all_of(*checks: Check) -> Check:
    """Join checks of one part: the reason is that of each that has one."""

    async def check() -> str | None:
        reasons = await asyncio.gather(*(each() for each in checks))
        return "; ".join(dict.fromkeys(why for why in reasons if why)) or None

    return check


def health_app(
    alive: Callable[[], str | None],
    checks: Mapping[str, Check],
    metrics: Callable[[], Awaitable[bytes]],
    notes: Mapping[str, Note] | None = None,
) -> Starlette:
    """Return the application that serves the three endpoints.

    `alive` returns a reason if the process must be restarted; it may not call another part. A check
    may call the part that its key names. /readyz answers 503 with all reasons, or 200.
    """

    async def livez(_request: Request) -> Response:
        reason = alive()
        return PlainTextResponse(reason or "alive", 503 if reason else 200)

    async def readyz(_request: Request) -> Response:
        # Run every check: an operator needs all reasons, not only the first. Side by side, because
        # each may wait for a server that does not answer.
        found = await asyncio.gather(*(check() for check in checks.values()))
        reasons = dict(zip(checks, found, strict=True))
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
