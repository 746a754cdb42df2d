"""What `sanban audit checkpoint run` does: every minute a signed checkpoint of the journal.

One process takes them and the others stand by. Each is stored, then written to a file outside the
database, then published; after a kill between these the next one goes on where it stopped. Where
what is kept cannot all be true, it stops for good: it says so, and signs nothing.
"""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import structlog

from console.health import Check, Note, health_app
from consumers.pausing import stopped_within
from gateways.checkpoint_files import CheckpointFiles
from gateways.kafka.producer import Producer, ProducerOptions
from runtime.metrics import (
    CHECKPOINT_CONTRADICTED,
    CHECKPOINT_LAG,
    CHECKPOINT_LEADS,
    CHECKPOINT_ROWS,
    CHECKPOINT_ROWS_LEFT,
)
from runtime.services.checkpoints.keys import Contradiction, Signing, signing_of
from runtime.services.checkpoints.taking import Proved, Taking
from runtime.settings import Settings
from runtime.wiring.http_server import metrics, serving
from runtime.wiring.process import unless
from schemas.intake import Unavailable
from store.connection import Database, DatabaseOptions, open_database
from store.errors import StoreUnavailable
from store.journal.checkpoints import PostgresCheckpoints
from store.journal.outbox import Lease

log = structlog.stdlib.get_logger()

HEADERS = (("content-type", b"text/plain; charset=UTF-8"),)
STANDBY_S = 1.0
MEASURE_S = 15.0
"""Not at every look: what no checkpoint covers is counted, which may be many rows."""
SHORTEST_REST_S = 0.5
LONGEST_REST_S = 10.0
SECONDS_TO_CONNECT = 5
SECONDS_TO_DELIVER = 15


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class KafkaTopic:
    producer: Producer
    name: str

    async def put(self, origin: str, note: str) -> None:
        await self.producer.send(
            self.name, key=origin.encode(), value=note.encode(), headers=HEADERS
        )


@dataclass
class Checkpointer:
    """`every_s`: from one checkpoint to the next, where there are new rows."""

    taking: Taking
    every_s: float
    shortest_rest_s: float = SHORTEST_REST_S
    longest_rest_s: float = LONGEST_REST_S
    _waits: str | None = field(default="has not begun yet", init=False)
    _stands: str = field(default="", init=False)
    _measured: float = field(default=-math.inf, init=False)
    _rest: float = field(init=False)

    def __post_init__(self) -> None:
        self._rest = self.shortest_rest_s

    async def why_not_ready(self) -> str | None:
        """None also for one that stands by: it is ready to take over."""
        return self._waits

    def standing(self) -> str:
        return self._stands

    async def run(self, stop: asyncio.Event) -> None:
        """Until asked to stop; also after a contradiction, so that it can be asked why."""
        CHECKPOINT_CONTRADICTED.set(0)
        while not stop.is_set():
            pause = STANDBY_S
            try:
                async with self.taking.store.lead() as lease:
                    if lease is not None:
                        await self._lead(lease, stop)
                        break
                self._say(None, "stands by: another process takes checkpoints")
                await self._measure()
            except Contradiction as error:
                CHECKPOINT_CONTRADICTED.set(1)
                CHECKPOINT_LEADS.set(0)
                self._say(f"signs nothing any more: {error}", "stopped, see docs/RUNBOOK.md")
                log.error("checkpoints.contradiction", detail=str(error))  # noqa: TRY400
                await stop.wait()
            except Unavailable as error:
                # Without the lease: a process that can do better takes over meanwhile.
                pause, self._rest = self._rest, min(2 * self._rest, self.longest_rest_s)
                self._say(str(error), "waits")
                log.warning("checkpoints.waiting", detail=str(error), seconds=pause)
                await self._measure()
            finally:
                CHECKPOINT_LEADS.set(0)
            await stopped_within(stop, pause)

    async def _lead(self, lease: Lease, stop: asyncio.Event) -> None:
        self._say("reads the journal to prove the last checkpoint", "begins")
        await unless(stop, self._agree(lease))
        CHECKPOINT_LEADS.set(1)
        while not stop.is_set():
            if not await self.taking.agrees_still():
                await self._agree(lease)
            kept = await self.taking.take(lease)
            if kept is not None:
                await self.taking.write()
                log.info("checkpoint.taken", size=kept.size, root=kept.root.hex())
            self._rest = self.shortest_rest_s
            self._say(await self._publish(), "takes checkpoints")
            await self._measure()
            await stopped_within(stop, self.every_s)

    async def _agree(self, lease: Lease) -> None:
        """And what a process that was killed has left undone."""
        await self.taking.agree(lease)
        await self.taking.write()

    async def _publish(self) -> str | None:
        """Why not, where the broker is away: that keeps no checkpoint from being taken."""
        try:
            await self.taking.publish()
        except StoreUnavailable:
            raise
        except Unavailable as error:
            log.warning("checkpoints.unpublished", detail=str(error))
            return f"checkpoints are taken and not published: {error}"
        return None

    def _say(self, waits: str | None, stands: str) -> None:
        if stands != self._stands:
            log.info("checkpoints.stands", how=stands)
        self._waits, self._stands = waits, stands

    async def _measure(self) -> None:
        if time.monotonic() - self._measured < MEASURE_S:
            return
        self._measured = time.monotonic()
        try:
            lag, latest = await self.taking.store.lag(), await self.taking.store.latest()
        except StoreUnavailable:
            return  # what it was is the best that is known
        CHECKPOINT_LAG.set(lag.seconds)
        CHECKPOINT_ROWS_LEFT.set(lag.rows)
        CHECKPOINT_ROWS.set(latest.size if latest else 0)


@dataclass
class Checkpointing:
    """The checkpointer of this process, and how it stands before and while it runs."""

    settings: Settings
    signing: Signing
    _checkpointer: Checkpointer | None = field(default=None, init=False)

    def checks(self) -> dict[str, Check]:
        return {"checkpoints": self._why_not_ready}

    def notes(self) -> dict[str, Note]:
        return {"checkpoints": lambda: self._checkpointer.standing() if self._checkpointer else ""}

    async def run(self, database: Database, stop: asyncio.Event) -> None:
        """Until asked to stop."""
        settings = self.settings
        async with producer_of(settings) as producer:
            taking = taking_of(settings, database, self.signing, producer, Proved())
            self._checkpointer = Checkpointer(taking, settings.checkpoint_seconds)
            await self._checkpointer.run(stop)

    async def _why_not_ready(self) -> str | None:
        if self._checkpointer is None:
            return "has not begun yet"
        return await self._checkpointer.why_not_ready()


async def serve_checkpoints(
    settings: Settings, stop: asyncio.Event, say: Callable[[str], None]
) -> None:
    """Checkpoints beside health and metrics, until asked to stop. Raises Problem."""
    settings.need("checkpoint_dir")
    checkpointing = Checkpointing(settings, signing_of(settings))
    options = DatabaseOptions(settings.need("database_url"), name="sanban checkpoints")
    async with open_database(options) as database:
        app = health_app(
            lambda: None, checkpointing.checks(), lambda: metrics(None), notes=checkpointing.notes()
        )
        async with serving(app, settings.http_host, settings.http_port) as url:
            say(f"checkpoints: health and metrics at {url}/readyz and {url}/metrics")
            await checkpointing.run(database, stop)


def producer_of(settings: Settings) -> Producer:
    return Producer(
        ProducerOptions(
            settings.need("kafka_bootstrap"),
            client=settings.kafka_security,
            seconds_to_connect=SECONDS_TO_CONNECT,
            seconds_to_deliver=SECONDS_TO_DELIVER,
        )
    )


def taking_of(
    settings: Settings,
    database: Database,
    signing: Signing,
    producer: Producer | None,
    proved: Proved,
) -> Taking:
    topic = KafkaTopic(producer, settings.checkpoints_topic) if producer else None
    files = CheckpointFiles(Path(settings.need("checkpoint_dir")))
    return Taking(PostgresCheckpoints(database), files, topic, signing, utc_now, proved)
