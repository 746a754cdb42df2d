"""What the services stand on, parts that may come and go; and the worker. Intake: listening.py."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

import structlog
from temporalio.client import Client
from temporalio.envconfig import ClientConnectConfig
from temporalio.worker import Worker

from consumers.health import Health
from domain.policy.model import Policy
from runtime.metrics import CountingJournal
from runtime.problems import Problem
from runtime.services.worker import WorkerOptions, build_worker
from runtime.settings import Settings
from runtime.wiring.databases import options_of
from runtime.wiring.packs import load_all
from runtime.wiring.policy_registry import PolicyDesk
from runtime.wiring.process import set_apart, unless
from runtime.wiring.temporal import CoreMetrics, connect, why_not_ready
from store.connection import Database, open_database
from store.errors import StoreUnavailable
from store.journal.rows import PostgresJournal
from store.packs.published import PostgresPolicies

log = structlog.stdlib.get_logger()

RETRY_S = 1.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Listening:
    """A loop over a topic: whether it runs in this process, and what it waits for."""

    state: Literal["elsewhere", "preparing", "begun"] = "elsewhere"
    health: Health = field(default_factory=Health)

    async def why_not_ready(self) -> str | None:
        if self.state == "preparing":
            return "waits for Temporal and PostgreSQL before it begins"
        ready, reason = self.health.ready() if self.state == "begun" else (True, "")
        return None if ready else reason

    def why_not_alive(self) -> str | None:
        alive, reason = self.health.alive() if self.state == "begun" else (True, "")
        return None if alive else reason


@dataclass
class Parts:
    """What all services stand on. `client` is None until Temporal first answered."""

    settings: Settings
    temporal: ClientConnectConfig
    database: Database
    desk: PolicyDesk
    core: CoreMetrics | None = None
    client: Client | None = None
    complaints: Listening = field(default_factory=Listening)
    commands: Listening = field(default_factory=Listening)
    published: bool = False
    connecting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def connected(self) -> Client:
        """The client, as soon as there is a server; a worker cannot be built on a lazy one."""
        async with self.connecting:
            while self.client is None:
                try:
                    self.client = await connect(
                        self.temporal, runtime=self.core.runtime if self.core else None
                    )
                except Problem as problem:
                    log.warning("temporal.waiting", detail=str(problem))
                    await asyncio.sleep(RETRY_S)
        return self.client

    async def publish(self) -> None:
        """The policies, as soon as there is a database."""
        while not self.published:
            try:
                await self.desk.publish()
                self.published = True
            except StoreUnavailable as error:
                log.warning("postgresql.waiting", detail=str(error))
                await asyncio.sleep(RETRY_S)

    async def prepared(self, stop: asyncio.Event) -> Client | None:
        """The client, once Temporal and the database are there; None when asked to stop before."""

        async def both() -> Client:
            client = await self.connected()
            await self.publish()
            set_apart()
            return client

        return await unless(stop, both())

    def checks(self) -> dict[str, Callable[[], Awaitable[str | None]]]:
        return {
            "postgresql": self._database,
            "temporal": self._temporal,
            "intake": self.complaints.why_not_ready,
            "commands": self.commands.why_not_ready,
        }

    async def _database(self) -> str | None:
        return await self.database.ping()

    async def _temporal(self) -> str | None:
        if self.client is None:
            return f"no answer yet from {self.temporal.get('target_host')}"
        return await why_not_ready(self.client)

    @property
    def taking_in(self) -> bool:
        """Complaints are read here, and nothing is waited for."""
        return self.complaints.state == "begun" and self.complaints.health.ready()[0]

    def why_not_alive(self) -> str | None:
        """Asks nobody. Only the loops have threads that could hang."""
        return self.complaints.why_not_alive() or self.commands.why_not_alive()


@asynccontextmanager
async def parts(
    settings: Settings,
    temporal: ClientConnectConfig,
    core: CoreMetrics | None,
    name: str,
    policies: dict[str, Policy] | None = None,
) -> AsyncIterator[Parts]:
    """`policies`: by tenant, where they are not those of the packs in the settings."""
    async with open_database(options_of(settings, name, min_size=2)) as database:
        desk = PolicyDesk(policies or load_all(settings), PostgresPolicies(database))
        yield Parts(settings, temporal, database, desk, core)


async def work(on: Parts, stop: asyncio.Event) -> None:
    """Run cases until asked to stop; then let what is in hand finish."""
    client = await on.prepared(stop)
    if client is None:
        return
    journal = CountingJournal(PostgresJournal(on.database))
    worker = build_worker(
        client,
        journal,
        on.desk,
        WorkerOptions(
            task_queue=on.settings.task_queue,
            sandboxed=on.settings.sandboxed,
            max_cached_workflows=on.settings.max_cached_workflows,
        ),
    )
    log.info("worker.started", task_queue=on.settings.task_queue)
    await _run_worker(worker, stop)
    log.info("worker.stopped")


async def _run_worker(worker: Worker, stop: asyncio.Event) -> None:
    running = asyncio.create_task(worker.run())
    asked = asyncio.create_task(stop.wait())
    await asyncio.wait([running, asked], return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if not running.done():
        await worker.shutdown()
    await running
