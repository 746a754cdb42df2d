"""How long the body of a request may take, and how large it may be: no client holds a place."""

import asyncio

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.stdlib.get_logger()

ANONYMOUS_S = 20.0
"""For a body whose sender is not known."""
KNOWN_S, KNOWN_BYTES_PER_S = 60.0, 20_000
"""For who is known, or has a link: so long, and longer while a file comes at this rate."""
MOST_BYTES = 420 * 1024 * 1024
"""More than the 20 files of 20 MB that a form may have."""
_HEAD = "sanban.head"
_PATIENT = "sanban.patient"


def be_patient(request: Request) -> None:
    """Give the body of the request the time of a slow telephone: its sender is known."""
    request.scope[_PATIENT] = True


def wants_head(request: Request) -> bool:
    """Return whether the request is a HEAD: what it asks for is not taken away."""
    return bool(request.scope.get(_HEAD))


class BodyMiddleware:
    """Ends requests whose body does not come, and answers HEAD as GET.

    Plain ASGI, so that streams pass through it unchanged. The server drops the body of an answer
    to HEAD.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET", _HEAD: True}
        body = _Body(scope, receive, send)
        try:
            await self._app(scope, body.receive, body.send)
        except ClientDisconnect:
            # The first word alone: what follows may be the token of a link.
            log.info("console.client_away", page=f"{scope['path']}/".split("/")[1])


class _Body:
    """The body of one request."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._scope, self._receive, self._send = scope, receive, send
        self._begun = asyncio.get_running_loop().time()
        self._size, self._whole, self._refused = 0, False, False

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            self._refused = True
            raise HTTPException(408) from None
        self._size += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._size > MOST_BYTES:
            self._refused = True
            raise HTTPException(413)
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._refused:
            closing = [*message.get("headers", []), (b"connection", b"close")]
            message = {**message, "headers": closing}
        await self._send(message)

    @property
    def _until(self) -> float:
        if not self._scope.get(_PATIENT):
            return self._begun + ANONYMOUS_S
        return self._begun + KNOWN_S + self._size / KNOWN_BYTES_PER_S
