"""The processes that the console's bench starts: the console itself, and the worker behind acts."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeVar

import psutil
import psycopg
from psycopg import sql

from bench.cpu import cpu_seconds
from bench.servers import APP_ROLE, Servers
from runtime.embedded.ports import free_port
from store.migrate import migrate
from tests.integration.promises.services import Service, WorkerProcess

T = TypeVar("T")


class ConsoleProcess(Service):
    title: ClassVar[str] = "The console"
    name: ClassVar[str] = "console"


class Worker(WorkerProcess):
    title: ClassVar[str] = "The worker"


@dataclass(frozen=True)
class Town:
    """A database and the console before it."""

    owner: str
    journal: str
    console: ConsoleProcess
    port: int

    @property
    def megabytes(self) -> float:
        """Return the memory of the console's process."""
        return float(psutil.Process(self.console.pid).memory_info().rss / 1e6)


async def databases(servers: Servers, name: str) -> tuple[str, str]:
    """Make one more database; return its addresses, as owner and as the application."""
    async with await psycopg.AsyncConnection.connect(
        servers.postgres.dsn(), autocommit=True
    ) as connection:
        await connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    owner = servers.postgres.dsn(dbname=name)
    migrate(owner)
    return owner, servers.postgres.dsn(APP_ROLE, name)


@asynccontextmanager
async def console_of(
    servers: Servers, owner: str, journal: str, directory: Path
) -> AsyncIterator[Town]:
    port = free_port()
    settings = {**environment(servers, journal), "SANBAN_CONSOLE_PORT": str(port)}
    async with ConsoleProcess(directory, settings) as console:
        yield Town(owner, journal, console, port)


def environment(servers: Servers, journal: str) -> dict[str, str]:
    return {"SANBAN_DATABASE_URL": journal, "TEMPORAL_ADDRESS": servers.temporal.address}


@dataclass(frozen=True)
class Watched:
    """What a stretch of work took: wall seconds, CPU seconds, and most memory meanwhile."""

    seconds: float
    console_s: float
    postgres_s: float
    most_mb: float


async def watched(
    town: Town, servers: Servers, work: Callable[[], T], each_s: float = 0.25
) -> tuple[T, Watched]:
    """Do the work in a thread, and look at the memory of the console meanwhile."""
    before = cpu_seconds(town.console.pid), cpu_seconds(servers.postgres.pid)
    begun, most = time.perf_counter(), town.megabytes
    doing = asyncio.create_task(asyncio.to_thread(work))
    while not doing.done():
        await asyncio.wait([doing], timeout=each_s)
        most = max(most, town.megabytes)
    seconds = time.perf_counter() - begun
    after = cpu_seconds(town.console.pid), cpu_seconds(servers.postgres.pid)
    return await doing, Watched(seconds, after[0] - before[0], after[1] - before[1], most)
