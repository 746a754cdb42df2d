"""One HTTP connection: strict about what a request is, and bounded in time.

uvicorn reads HTTP with h11, which takes what RFC 9112 lets a server refuse, and bounds nothing but
the pause between two requests. Behind a proxy, a request that two programs read differently is how
one sender's bytes become another's request.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Any

import h11
import uvicorn
from h11._receivebuffer import ReceiveBuffer
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from console.gateway.addresses import group_of
from runtime.metrics import HTTP_REFUSED

MOST_OF_A_HEAD = 32 * 1024
_END = re.compile(rb"\n\r?\n")
# What RFC 9112 forbids, or lets a server refuse: lines that end without CR, a CR elsewhere, a
# header that goes on in the next line, control characters.
_AMBIGUOUS = re.compile(rb"(?<!\r)\n|\r(?!\n|\Z)|\n[ \t]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

_ABSOLUTE = re.compile(rb"(?i:https?)://[^/?#@]+((?:[/?].*)?)")
"""A target with scheme and host (RFC 9112, 3.2.2), as a client sends it to a proxy. No answer
depends on the host."""


REFUSED_BECAUSE = (
    "connections",
    "connections_of_address",
    "stopping",
    "too_slow",
    "unreadable",
)


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Bounds of one server. Seconds: `head` for the head of a request, `idle` between two requests,
    `sending` until a client has read an answer; a body is bounded by who reads it.

    `per_address` does not count addresses for which `many_clients` is true.
    """

    connections: int = 100
    per_address: int = 100
    head: float = 10
    idle: float = 5
    sending: float = 60
    many_clients: Callable[[str], bool] = field(default=lambda _address: False)


LIMITS = HttpLimits()
"""For health and metrics, which nobody but our own programs should reach."""


class HttpConfig(uvicorn.Config):
    """The settings of uvicorn, and our limits; `of_address` counts the open connections."""

    def __init__(self, app: Any, limits: HttpLimits) -> None:
        super().__init__(
            app,
            http=HttpConnection,
            ws="none",
            log_config=None,
            lifespan="off",
            access_log=False,
            proxy_headers=False,  # console/gateway/addresses.py reads them, from trusted proxies
            timeout_keep_alive=limits.idle,  # type: ignore[arg-type]  # it may be a fraction
            timeout_graceful_shutdown=ceil(limits.sending),
            h11_max_incomplete_event_size=MOST_OF_A_HEAD,
        )
        self.limits = limits
        self.of_address = Counter[str]()


class HttpConnection(H11Protocol):
    """A connection that refuses ambiguous requests, and ends when its client is slow."""

    config: HttpConfig

    def __init__(
        self,
        config: HttpConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.conn = _StrictConnection(h11.SERVER, MOST_OF_A_HEAD)
        self._limits = config.limits
        self._address = ""
        self._reading: asyncio.TimerHandle | None = None
        self._sending: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        peer = self.client[0] if self.client else ""
        self._address = group_of(peer)
        self.config.of_address[self._address] += 1
        if len(self.connections) > self._limits.connections:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "connections")
        elif self.config.of_address[
            self._address
        ] > self._limits.per_address and not self._limits.many_clients(peer):
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "connections_of_address")
        else:
            self._watch()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.config.of_address[self._address] -= 1
        if self.config.of_address[self._address] <= 0:
            del self.config.of_address[self._address]
        self._stop_reading()
        self._stop_sending()
        super().connection_lost(exc)

    @override
    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():  # what else a refused client sends is not read
            return
        super().data_received(data)
        self._watch()

    @override
    def send_400_response(self, msg: str) -> None:
        self._refuse(HTTPStatus.BAD_REQUEST, "unreadable")

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch()

    @override
    def shutdown(self) -> None:
        """Stop after the answer; a request that is not whole yet is ended, for it may never be."""
        super().shutdown()
        if self.cycle is not None and not self.cycle.response_complete and self.cycle.more_body:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "stopping")
        self._watch()

    @override
    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()
        self._watch()

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._give_up_sending()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.transport.is_closing():
            self._stop_sending()

    def _watch(self) -> None:
        """Bound the wait for the client, wherever the application does not: for the head of a
        request, for the rest of a body that is already answered, for the end.
        """
        if self.transport.is_closing():
            self._stop_reading()
            self._give_up_sending()
        elif self.cycle is not None and not self.cycle.response_complete:
            self._stop_reading()
        elif self._reading is None and self.timeout_keep_alive_task is None:
            self._reading = self.loop.call_later(self._limits.head, self._too_slow)
        elif self.timeout_keep_alive_task is not None:
            self._stop_reading()

    def _too_slow(self) -> None:
        self._reading = None
        if not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "too_slow")

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        """Answer, unless an answer has begun, and close."""
        HTTP_REFUSED.labels(why).inc()
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True  # what the application still answers goes nowhere
            self.cycle.message_event.set()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            head = (
                f"HTTP/1.1 {status.value} {status.phrase}",
                "Content-Type: text/plain; charset=utf-8",
                f"Content-Length: {len(status.phrase)}",
                "Connection: close",
            )
            self.transport.write("\r\n".join((*head, "", status.phrase)).encode())
        self._unset_keepalive_if_required()
        self.transport.close()
        self._watch()

    def _stop_reading(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _stop_sending(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None

    def _give_up_sending(self) -> None:
        """End the connection, if the client does not read what it was sent."""
        if self._sending is None:
            self._sending = self.loop.call_later(self._limits.sending, self.transport.abort)


class _StrictConnection(h11.Connection):
    """Refuses the requests that a proxy could end elsewhere (RFC 9112, 6.1 and 11.2)."""

    def __init__(self, our_role: type[h11.SERVER], most_of_a_head: int) -> None:
        super().__init__(our_role, most_of_a_head)
        self._receive_buffer = _StrictBuffer()

    @override
    def next_event(self) -> Any:
        event = super().next_event()
        if isinstance(event, h11.Request):
            names = [name for name, _ in event.headers]
            framed = {b"content-length", b"transfer-encoding"} & {*names}
            if len(framed) > 1:
                raise h11.RemoteProtocolError("both Content-Length and Transfer-Encoding")
            if b"transfer-encoding" in framed and event.http_version < b"1.1":
                raise h11.RemoteProtocolError("Transfer-Encoding in HTTP/1.0")
            if absolute := _ABSOLUTE.fullmatch(event.target):
                return h11.Request(
                    method=event.method,
                    headers=event.headers,
                    target=b"/" * (not absolute[1].startswith(b"/")) + absolute[1],
                    http_version=event.http_version,
                )
        return event


class _StrictBuffer(ReceiveBuffer):
    """Takes CR LF alone as the end of a line, in heads, in trailers and between chunks."""

    @override
    def maybe_extract_lines(self) -> list[bytearray] | None:
        whole = _END.search(self._data)
        end = whole.end() if whole and not self._data.startswith(b"\r\n") else len(self._data)
        if self._data.startswith(b"\r\n"):
            end = 2
        if _AMBIGUOUS.search(self._data, 0, end):
            raise h11.LocalProtocolError("a line end, or a character, that no request may have")
        return super().maybe_extract_lines()

    @override
    def maybe_extract_next_line(self) -> bytearray | None:
        line = super().maybe_extract_next_line()
        if line is not None and _AMBIGUOUS.search(line):
            raise h11.LocalProtocolError("a line end, or a character, that no chunk may have")
        return line
