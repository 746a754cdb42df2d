"""A workbench of dead letters on real servers, and records that became letters."""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from gateways.dead_letters import KafkaDeadLetters
from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Producer
from gateways.kafka.record_reader import KafkaReader, ReaderOptions
from runtime.jobs.dead_letters import Lost, Sent, Workbench
from runtime.wiring.operators import Operator
from schemas.intake import Outcome, Position, Record, RecordDecision, RejectReason
from store.connection import Database
from store.intake.dead_letter_states import DeadLetter, LetterState, PostgresDeadLetters
from store.intake.ledger import PostgresLedger
from store.intake.ledger_entries import LedgerFilter

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TANG = Operator("town", "tang-ke", "the pack is installed")
HEADERS = (("content-type", b"application/json"), ("x", b"\xff\x00"), ("x", b"twice"))
ANY = LedgerFilter()


@dataclass(frozen=True)
class Office:
    """A workbench, with the topics and the journal that it works on."""

    bench: Workbench
    ledger: PostgresLedger
    producer: Producer
    topic: str
    letters_topic: str
    bootstrap: str

    async def bury(
        self,
        value: bytes | None = b"{}",
        *,
        key: bytes | None = b"k",
        reason: RejectReason = RejectReason.UNKNOWN_TENANT,
        headers: Sequence[tuple[str, bytes | None]] = HEADERS,
    ) -> Record:
        """Publish a record that became a dead letter."""
        # What this client cannot send, others can.
        sendable = [(name, content or b"") for name, content in headers]
        delivery = await self.producer.send(self.topic, key=key, value=value, headers=sendable)
        cluster, topic, topic_id = await self.bench.reader.place_of(self.topic)
        position = Position(cluster, topic, topic_id, delivery.partition, delivery.offset)
        record = Record(position, key, value, tuple(headers))
        gateway = KafkaDeadLetters(self.producer, lambda: NOW, self.letters_topic)
        letter = await gateway.put(record, reason, "why")
        decision = RecordDecision(
            position, Outcome.REJECTED, reason, "why", record=record, letter=letter
        )
        await self.ledger.settle([decision])
        return record

    async def letters(self, state: LetterState | None = None) -> list[DeadLetter]:
        return await self.bench.letters.page(ANY, state)

    async def replay(self, *letters: DeadLetter, who: Operator = TANG) -> list[Sent | Lost]:
        # Each command line is a command of its own.
        bench = replace(self.bench, command=str(uuid.uuid4()))
        return [each async for each in bench.replay(letters, who)]


@asynccontextmanager
async def open_office(
    database: Database, bootstrap: str, topic: str, producer: Producer, *, largest: int = 20_000_000
) -> AsyncIterator[Office]:
    """Open a workbench whose topic of letters takes records of `largest` bytes."""
    letters_topic = f"{topic}-letters"
    await ensure_topics(bootstrap, [TopicSpec(letters_topic, 1, largest_record=largest)])
    async with KafkaReader(ReaderOptions(bootstrap)) as reader:
        bench = Workbench(PostgresDeadLetters(database), reader, producer, lambda: NOW)
        yield Office(bench, PostgresLedger(database), producer, topic, letters_topic, bootstrap)
