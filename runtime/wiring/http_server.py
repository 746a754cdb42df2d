"""Serving HTTP beside the work of a process, without handling its signals."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import uvicorn
from prometheus_client import REGISTRY, Metric, generate_latest
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from typing_extensions import override

from consumers.pausing import stopped_within
from runtime.problems import Problem
from runtime.wiring.http_protocol import LIMITS, HttpConfig, HttpLimits

_CORE_TIMEOUT_S = 2.0


_TICK_S = 1.0
"""uvicorn looks ten times a second if it must end: 0.16 % of a core in a process at rest."""


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._over = asyncio.Event()

    def end(self) -> None:
        """Ask the server to end, and wake it."""
        self.should_exit = True
        self._over.set()

    @override
    async def main_loop(self) -> None:
        # 0: each tick renews the date of the headers.
        while not await self.on_tick(0):
            await stopped_within(self._over, _TICK_S)

    @override
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # the process decides when to stop (runtime/wiring/process.py)


@asynccontextmanager
async def serving(
    app: Starlette,
    host: str,
    port: int,
    *,
    setting: str = "SANBAN_HTTP_PORT",
    limits: HttpLimits = LIMITS,
) -> AsyncIterator[str]:
    """Serve, and yield the base URL. Raises Problem, naming the setting, when the port is taken."""
    listener = _bind(host, port, setting)
    server = _Server(HttpConfig(app, limits))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://{host}:{listener.getsockname()[1]}"
    finally:
        server.end()
        await task
        listener.close()


def _bind(host: str, port: int, setting: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named: else asyncio does not know the connections as TCP, leaves Nagle's
    # algorithm on, and each answer waits 40 ms for the client to acknowledge its head.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()  # before the URL is known: the first caller waits, and is not refused
    except OSError as error:
        listener.close()
        raise Problem(
            f"cannot listen on {host}:{port}: {error.strerror}",
            do=f"set {setting} to a free port, or to 0 for any",
        ) from error
    return listener


@dataclass(frozen=True)
class _Own(Collector):
    """The metrics of this process: those of Sanban with one of these beginnings, and all others.

    Every module with metrics registers them when it is imported, so each process has all of them;
    shown at 0, a gauge of another service would say that this process does its work.
    """

    beginnings: tuple[str, ...]

    @override
    def collect(self) -> Iterator[Metric]:
        for family in REGISTRY.collect():
            if not family.name.startswith("sanban_") or family.name.startswith(self.beginnings):
                yield family


async def metrics(own: tuple[str, ...], core_port: int | None) -> bytes:
    """Return our metrics and those of Temporal's core, whose names all begin with temporal_.

    `own`: how the names of this process's metrics begin.
    """
    ours = await asyncio.to_thread(generate_latest, _Own(own))
    return ours + (await _core(core_port) if core_port else b"")


async def _core(port: int) -> bytes:
    try:
        async with asyncio.timeout(_CORE_TIMEOUT_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n")
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
    except (OSError, TimeoutError) as error:
        return f"# temporal core metrics are missing: {error}\n".encode()
    return answer.split(b"\r\n\r\n", 1)[1]
