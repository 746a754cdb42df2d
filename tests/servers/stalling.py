"""A way to a server that can stall: bytes no longer go on, and no connection is closed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from runtime.embedded.ports import LOOPBACK


@dataclass
class StallingWay:
    """Listens on `port` and leads to a socket of the file system; `open` lets bytes through."""

    socket: str
    port: int = 0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def stall(self) -> None:
        self.open.clear()

    def go_on(self) -> None:
        self.open.set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self.socket)
        for each in (self._copy(reader, back), self._copy(there, writer)):
            task = asyncio.create_task(each)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def end(self) -> None:
        for task in self._tasks:
            task.cancel()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while some := await reader.read(65536):
                await self.open.wait()
                writer.write(some)
                await writer.drain()
        except OSError:
            pass  # one side has gone, so the other is closed as well
        finally:
            writer.close()


@asynccontextmanager
async def stalling_way(socket: str) -> AsyncIterator[StallingWay]:
    way = StallingWay(socket)
    way.go_on()
    server = await asyncio.start_server(way.serve, LOOPBACK, 0)
    way.port = server.sockets[0].getsockname()[1]
    try:
        yield way
    finally:
        server.close()
        way.end()
