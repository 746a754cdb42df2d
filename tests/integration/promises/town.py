"""A town of one test: topics, database, task queue and processes of its own on real servers."""

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
from kafka.consumer.fetcher import ConsumerRecord
from psycopg import sql
from temporalio.envconfig import ClientConnectConfig

from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Delivery, Producer, ProducerOptions
from runtime.clock import utc_now
from runtime.embedded.child_server import temporary_directory
from runtime.embedded.postgres import EmbeddedPostgres
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.wiring.packs import HOLIDAYS
from runtime.wiring.temporal import connect
from runtime.wiring.temporal_cases import TemporalCases
from schemas.commands import CommandAnswer
from schemas.intake import RecordDecision, Unavailable
from store.connection import Database, DatabaseOptions, open_database
from store.intake.ledger_entries import PostgresLedgerEntries
from store.journal.cases import PostgresJournaledCases
from store.migrate import migrate
from store.packs.loader import load_pack
from tests.fakes.open_town import open_to_all
from tests.integration.promises import broker
from tests.integration.promises.books import MANY, faults
from tests.integration.promises.events import Event
from tests.integration.promises.people import CASES, People
from tests.integration.promises.services import IntakeProcess, Service, WorkerProcess
from tests.integration.promises.unreadable import MEGABYTE
from tests.limits import EVENT_S
from tests.servers.apache_kafka import ApacheKafka
from tests.servers.temporal_cluster import TemporalCluster

T = TypeVar("T")
TemporalServer = EmbeddedTemporal | TemporalCluster

_GLANCE_S = 0.1


@dataclass(frozen=True)
class Servers:
    postgres: EmbeddedPostgres
    kafka: ApacheKafka
    temporal: TemporalServer


@dataclass(frozen=True)
class Town:
    name: str
    servers: Servers
    directory: Path
    environment: Mapping[str, str]
    intake: IntakeProcess
    worker: WorkerProcess
    database: Database
    people: People
    producer: Producer
    topic: str
    commands_topic: str
    dead_letters_topic: str
    receipts_topic: str

    @property
    def source(self) -> str:
        """Return the CloudEvents source of this town alone; case numbers follow from it."""
        return f"/{self.name}"

    def another_intake(self) -> IntakeProcess:
        """Return a second process of the same group."""
        return IntakeProcess(self.directory / "another-intake", self.environment)

    async def start(self) -> None:
        """Start intake and worker and wait until both are ready."""
        await asyncio.gather(self.intake.start(), self.worker.start())

    async def publish(self, *events: Event, patient: bool = False) -> list[Delivery]:
        """Publish in order; `patient` repeats what the broker did not acknowledge."""
        return [await self._send(event, patient=patient) for event in events]

    async def publish_all(self, events: Iterable[Event]) -> None:
        """Publish side by side, each until it is acknowledged."""
        await asyncio.gather(*(self._send(event, patient=True) for event in events))

    async def _send(self, event: Event, *, patient: bool) -> Delivery:
        while True:
            try:
                return await self.producer.send(
                    self.topic, key=event.key, value=event.value, headers=event.headers
                )
            except Unavailable:
                if not patient:
                    raise

    async def outcomes(self) -> dict[str, int]:
        """Return how many records ended how, without outcomes that no record had."""
        counts = await PostgresLedgerEntries(self.database).counts()
        return {outcome.value: number for outcome, number in counts.items() if number}

    async def decisions(self) -> list[RecordDecision]:
        """Return the decisions in the order of their records."""
        entries = await PostgresLedgerEntries(self.database).newest(limit=MANY)
        decisions = [entry.decision for entry in entries]
        return sorted(decisions, key=lambda d: (d.position.partition, d.position.offset))

    async def cases(self) -> set[str]:
        return {case_id for (case_id,) in await self.database.fetch(CASES)}

    async def answered(self) -> int:
        """Return how many commands have had an answer."""
        return len(self.people.answers)

    async def workflows(self) -> int:
        """Return how many workflow runs this town has had."""
        query = f"TaskQueue = '{self.name}'"
        return (await self.people.cases.client.count_workflows(query)).count

    async def records(self) -> set[tuple[int, int]]:
        """Return partition and offset of every record that was ever sent."""
        ends = await broker.ends(self.servers.kafka.bootstrap, self.topic)
        return {(p.partition, offset) for p, end in ends.items() for offset in range(end)}

    async def dead_letters(self) -> list[ConsumerRecord]:
        return await broker.read(self.servers.kafka.bootstrap, self.dead_letters_topic)

    async def receipts(self) -> list[dict[str, Any]]:
        """Return the data of every receipt, in order."""
        records = await broker.read(self.servers.kafka.bootstrap, self.receipts_topic)
        return [json.loads(record.value)["data"] for record in records]

    async def lag(self) -> int:
        """Return how many records have no committed offset yet."""
        return await broker.lag(self.servers.kafka.bootstrap, self.topic, self.name)

    async def faults(self, answers: Mapping[str, CommandAnswer] | None = None) -> list[str]:
        """Return what does not agree in the end (books.py); nothing when all is well."""
        return await faults(
            self.database, await self.records(), self.people.answers if answers is None else answers
        )

    async def until(
        self,
        ask: Callable[[], Awaitable[T]],
        holds: Callable[[T], object],
        *,
        within: float = EVENT_S,
    ) -> T:
        """Return the first answer for which it holds; fail with the last one when there is none in
        time.
        """
        deadline = time.monotonic() + within
        last: object = "nothing"
        while time.monotonic() < deadline:
            with suppress(Unavailable):
                last = answer = await ask()
                if holds(answer):
                    return answer
            await asyncio.sleep(_GLANCE_S)
        pytest.fail(f"not in {within:.0f} s; last seen: {last}\n{self.log_tail()}")

    async def until_cases(self, number: int) -> None:
        await self.until(self.cases, lambda cases: len(cases) >= number)

    async def until_decided(self, number: int) -> dict[str, int]:
        """Return the outcomes as soon as so many records have one."""
        return await self.until(self.outcomes, lambda found: sum(found.values()) >= number)

    def log_tail(self) -> str:
        services: tuple[Service, ...] = (self.intake, self.worker)
        return "\n".join(
            f"{service.title}:\n{service.log_tail()}" for service in services if service.begun
        )


@asynccontextmanager
async def open_town(
    servers: Servers,
    *,
    partitions: int = 4,
    largest_record: int = MEGABYTE,
    pack: Path | None = None,
    seconds_to_deliver: float = EVENT_S,
    migrating: Callable[[str], object] = migrate,
) -> AsyncIterator[Town]:
    """Make a town of which nothing is started yet.

    `largest_record`: the limit of its topics, in bytes. `pack`: the policy, by default the shipped
    one, open to every source. `seconds_to_deliver`: how long its publisher waits for the broker
    before it sends an event again. `migrating`: gives its database the schema of a release.
    """
    name = f"town-{uuid.uuid4().hex[:10]}"
    topics = [
        TopicSpec(f"{name}.complaints", partitions, largest_record),
        TopicSpec(f"{name}.case-commands", partitions, largest_record),
        TopicSpec(f"{name}.dead-letters", 1, largest_record),
        TopicSpec(f"{name}.receipts", 1),
    ]
    async with AsyncExitStack() as stack:
        directory = stack.enter_context(temporary_directory())
        pack = pack or open_to_all(directory)
        await stack.enter_async_context(_fresh_database(servers.postgres, name, migrating))
        await ensure_topics(servers.kafka.bootstrap, topics)
        dsn = servers.postgres.dsn("sanban_app", name)
        environment = {
            "SANBAN_DATABASE_URL": dsn,
            "SANBAN_KAFKA_BOOTSTRAP": servers.kafka.bootstrap,
            "SANBAN_KAFKA_SESSION_TIMEOUT_MS": "6000",
            "SANBAN_KAFKA_GROUP": name,
            "SANBAN_COMPLAINTS_TOPIC": f"{name}.complaints",
            "SANBAN_CASE_COMMANDS_TOPIC": f"{name}.case-commands",
            "SANBAN_DEAD_LETTERS_TOPIC": f"{name}.dead-letters",
            "SANBAN_RECEIPTS_TOPIC": f"{name}.receipts",
            "SANBAN_TASK_QUEUE": name,
            "SANBAN_PACKS": json.dumps([str(pack)]),
            "TEMPORAL_ADDRESS": servers.temporal.address,
        }
        database = await stack.enter_async_context(open_database(DatabaseOptions(dsn)))
        options = ProducerOptions(servers.kafka.bootstrap, seconds_to_deliver=seconds_to_deliver)
        producer = await stack.enter_async_context(Producer(options))
        client = await connect(ClientConnectConfig(target_host=servers.temporal.address))
        intake = IntakeProcess(directory / "intake", environment)
        worker = WorkerProcess(directory / "worker", environment)
        for service in (intake, worker):
            stack.push_async_callback(service.stop)
        policy = load_pack(pack, HOLIDAYS)
        journaled = PostgresJournaledCases(database)
        cases = TemporalCases(client, name, utc_now, journaled=journaled)
        people = People(cases, policy, database)
        yield Town(
            name=name,
            servers=servers,
            directory=directory,
            environment=environment,
            intake=intake,
            worker=worker,
            database=database,
            people=people,
            producer=producer,
            topic=f"{name}.complaints",
            commands_topic=f"{name}.case-commands",
            dead_letters_topic=f"{name}.dead-letters",
            receipts_topic=f"{name}.receipts",
        )


@asynccontextmanager
async def _fresh_database(
    postgres: EmbeddedPostgres, name: str, migrating: Callable[[str], object]
) -> AsyncIterator[None]:
    identifier = sql.Identifier(name)
    async with await psycopg.AsyncConnection.connect(postgres.dsn(), autocommit=True) as connection:
        await connection.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
    await asyncio.to_thread(migrating, postgres.dsn(dbname=name))
    yield
    async with await psycopg.AsyncConnection.connect(postgres.dsn(), autocommit=True) as connection:
        await connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))
