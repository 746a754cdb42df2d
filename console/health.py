"""The endpoints /livez, /readyz and /metrics that every process serves."""

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
        # Run every check: an operator needs all reasons, not only the first.
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
