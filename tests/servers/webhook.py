"""A webhook that keeps the messages it accepts, and can refuse, delay or ignore them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from runtime.embedded.ports import LOOPBACK
from runtime.wiring.http_server import serving


@dataclass
class Webhook:
    """`status`: what it answers; with 0 it accepts the message and never answers. A refused message
    counts in `tries` only. `slow`: how many seconds it waits before.
    """

    status: int = 204
    slow: float = 0
    port: int = 0
    taken: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    tries: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def address(self, more: str = "") -> str:
        """Return a URL of apprise that leads here."""
        return f"json://{LOOPBACK}:{self.port}/hook{more}"

    async def take(self, request: Request) -> Response:
        self.tries += 1
        await asyncio.sleep(self.slow)
        if self.status < 300:
            self.taken.append(await request.json())
            self.headers.append(dict(request.headers))
        if self.status == 0:
            await self.over.wait()
            return Response(status_code=503)
        return Response(status_code=self.status)


@asynccontextmanager
async def webhook() -> AsyncIterator[Webhook]:
    hook = Webhook()
    app = Starlette(routes=[Route("/hook", hook.take, methods=["POST"])])
    async with serving(app, LOOPBACK, 0) as url:
        hook.port = int(url.rpartition(":")[2])
        try:
            yield hook
        finally:
            hook.over.set()
