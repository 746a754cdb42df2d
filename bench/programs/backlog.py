"""A backlog drained: everything lies in Kafka before intake begins, as after an outage.

Stages: `publish` fills one topic a block; `raw` starts as many workflows at once as intake has in
flight, of inputs made beforehand; `drain` takes in one block, with ledger, receipts and commits.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace

import psutil
from temporalio.client import Client

from bench.programs.parts import client_of, database_of
from bench.programs.starts import NoLetters, RawStarts, intake_of
from bench.spec import Spec, Staged
from bench.town import complaints, filed
from consumers.health import Health
from consumers.kafka.source import KafkaSource, SourceOptions
from consumers.kafka.watchdog import Watchdog
from consumers.loop import Loop
from consumers.outcomes.outcome_sink import OutcomeSink
from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Producer, ProducerOptions
from gateways.receipts import KafkaReceipts
from runtime.clock import utc_now
from runtime.jobs.publish import STRUCTURED
from schemas.intake import Claim, Outcome, Record, RecordDecision, Standing
from store.connection import Database
from store.intake.ledger import PostgresLedger

PARTITIONS = 4
RAW = 1000
SENT_AT_ONCE = 2000


@dataclass(frozen=True)
class TimedLedger(PostgresLedger):
    """`seconds` that its callers waited, by method."""

    seconds: dict[str, float] = field(default_factory=lambda: {"reserve": 0.0, "settle": 0.0})

    async def reserve(self, claims: Sequence[Claim]) -> list[Standing]:
        begun = time.perf_counter()
        found = await PostgresLedger.reserve(self, claims)
        self.seconds["reserve"] += time.perf_counter() - begun
        return found

    async def settle(self, decisions: Sequence[RecordDecision]) -> None:
        begun = time.perf_counter()
        await PostgresLedger.settle(self, decisions)
        self.seconds["settle"] += time.perf_counter() - begun


@dataclass
class Backlog:
    spec: Spec
    client: Client
    database: Database
    producer: Producer
    blocks: int = 0
    raws: int = 0
    drained: int = 0

    async def stage(self, name: str) -> Mapping[str, object]:
        match name:
            case "publish":
                return await self._publish()
            case "raw":
                return await self._raw()
            case "drain":
                return await self._drain()
        raise ValueError(name)

    def _topic(self, block: int) -> str:
        return f"bench-{self.spec.run}-{block}"

    async def _publish(self) -> Mapping[str, object]:
        topic = self._topic(self.blocks)
        await ensure_topics(
            self.spec.kafka, [TopicSpec(topic, PARTITIONS), TopicSpec("receipts", 1)]
        )
        made = complaints(f"{self.spec.run}-{self.blocks}", self.spec.count)
        self.blocks += 1
        for first in range(0, len(made), SENT_AT_ONCE):
            async with asyncio.TaskGroup() as sending:
                for each in made[first : first + SENT_AT_ONCE]:
                    key, value = each.event_id.encode(), filed(each)
                    sending.create_task(
                        self.producer.send(topic, key=key, value=value, headers=STRUCTURED)
                    )
        return {}

    async def _raw(self) -> Mapping[str, object]:
        starts = RawStarts(self.spec, self.client)
        made = complaints(f"{self.spec.run}-raw-{self.raws}", RAW)
        self.raws += 1
        await starts.prepare(made)
        begun = time.perf_counter()
        await starts.work(made)
        return {"seconds": time.perf_counter() - begun, "starts": RAW}

    async def _drain(self) -> Mapping[str, object]:
        topic, health = self._topic(self.drained), Health()
        self.drained += 1
        ledger = TimedLedger(self.database)
        receipts = KafkaReceipts(self.producer, utc_now, "receipts")
        intake = await intake_of(self.spec, self.client, self.database)
        outcomes = OutcomeSink(NoLetters(), receipts)
        intake = replace(intake, context=replace(intake.context, ledger=ledger, outcomes=outcomes))
        decided: asyncio.Queue[Sequence[Outcome]] = asyncio.Queue()

        async def handle(records: Sequence[Record]) -> None:
            decided.put_nowait(await intake.handle(records))

        source = KafkaSource(
            SourceOptions(self.spec.kafka, (topic,), topic), health, Watchdog(health)
        )
        loop = Loop(source, handle, health)
        running = asyncio.create_task(loop.run())
        first = await decided.get()  # joining the group is no part of the rate
        begun, waiting = time.perf_counter(), self.spec.count - len(first)
        while waiting > 0:
            outcomes = await decided.get()
            if set(outcomes) != {Outcome.ACCEPTED}:
                raise AssertionError(f"not all accepted: {set(outcomes)}")
            waiting -= len(outcomes)
        seconds = time.perf_counter() - begun
        loop.stop()
        await running
        return {
            "seconds": seconds,
            "records": self.spec.count - len(first),
            "memory_mb": psutil.Process().memory_info().rss / 1e6,
            "ledger_s": ledger.seconds,
        }


@asynccontextmanager
async def backlog(spec: Spec) -> AsyncIterator[Staged]:
    async with AsyncExitStack() as stack:
        client = await client_of(spec)
        database = await stack.enter_async_context(database_of(spec))
        producer = await stack.enter_async_context(Producer(ProducerOptions(spec.kafka)))
        yield Backlog(spec, client, database, producer)
