"""Processes that take checkpoints, with keys, a directory and a topic that may fail; and checks of
all three.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from typing_extensions import override

from consumers.backoff import Backoff
from domain.audit.checkpoints import checkpoint_of
from domain.audit.merkle import leaf, root_of
from gateways.checkpoint_files import CheckpointFiles
from runtime.services.checkpoints.checkpoint_taker import CheckpointTaker
from runtime.services.checkpoints.checkpointer import Checkpointer
from runtime.services.checkpoints.keys import SigningKeys
from schemas.audit.signed_notes import PrivateKey, opened
from schemas.intake import Unavailable
from store.connection import Database
from store.journal.checkpoints import PostgresCheckpoints
from store.journal.leases import Lease
from store.journal.rows import PostgresJournal
from tests.integration.leases import taken
from tests.integration.stages import stage

ORIGIN = "sanban.example/town"
FIRST, SECOND = (PrivateKey(ORIGIN, bytes([number]) * 32) for number in (1, 2))
AT = datetime(2026, 3, 5, 12, tzinfo=UTC)
# Beside the order of the database: by the bytes of Python.
ROWS = "SELECT xid::text::bigint, case_id, seq, hash FROM sanban.journal"
CLOSED = ("ALTER TABLE sanban.{0} DISABLE TRIGGER append_only", "DELETE FROM sanban.{0} WHERE {1}")


@dataclass
class Topic:
    """Keeps what is published, unless it is away."""

    away: bool = False
    kept: list[str] = field(default_factory=list)

    async def put(self, origin: str, note: str) -> None:
        await asyncio.sleep(0)
        if self.away:
            raise Unavailable("kafka", "nobody answers")
        assert origin
        self.kept.append(note)


class Killed(Exception):
    """The process is gone: none of its code goes on."""


@dataclass(frozen=True, slots=True)
class DeadlyFiles(CheckpointFiles):
    """The process is killed as it begins to write a file."""

    @override
    async def write(self, size: int, note: str) -> Path:
        raise Killed


@dataclass
class DeadlyTopic(Topic):
    """The process is killed as it begins to publish."""

    @override
    async def put(self, origin: str, note: str) -> None:
        raise Killed


@dataclass
class Office:
    """What all processes share: a database, a directory and a topic."""

    database: Database
    directory: Path
    topic: Topic = field(default_factory=Topic)

    @property
    def store(self) -> PostgresCheckpoints:
        return PostgresCheckpoints(self.database)

    @property
    def files(self) -> CheckpointFiles:
        return CheckpointFiles(self.directory)

    def taker(self, signing: SigningKeys | None = None) -> CheckpointTaker:
        """Return a process that has just begun."""
        return CheckpointTaker(
            self.store, self.files, self.topic, signing or SigningKeys(FIRST), lambda: AT
        )

    @asynccontextmanager
    async def leading(self) -> AsyncIterator[Lease]:
        async with taken(self.store.lead) as lease:
            yield lease

    async def sizes(self) -> list[int]:
        return [kept.size for kept in await self.store.beyond(0)]

    async def round(self, taker: CheckpointTaker) -> None:
        """Do what a process does between its beginning and its first pause."""
        async with self.leading() as lease:
            await taker.agree(lease)
            await taker.write(lease)
            if await taker.take(lease):
                await taker.write(lease)
            await taker.publish(lease)

    async def faults(self) -> list[str]:
        """Return what is wrong with the checkpoints in the store, on the topic and in files."""
        rows = await self.database.fetch(ROWS)
        ordered = sorted(rows, key=lambda row: (row[0], row[1].encode(), row[2]))
        leaves = [leaf(row[3]) for row in ordered]
        kept = await self.store.beyond(0, 1000)
        found = []
        for each in kept:
            said = checkpoint_of(opened(each.note, [FIRST.public, SECOND.public]).text)
            if said.root != root_of(leaves[: said.size]):
                found.append(f"{said.size}: another root")
            if [row for row in ordered[: said.size] if row[0] > said.through]:
                found.append(f"{said.size}: a row behind its end")
            if [row for row in ordered[said.size :] if row[0] <= said.through]:
                found.append(f"{said.size}: a row skipped")
            path = self.files.path_of(said.size)
            if not path.exists() or path.read_text() != each.note:
                found.append(f"{said.size}: another file")
        if kept and await self.files.latest() != kept[-1].note:
            found.append("the latest file is another")
        published = [
            note for note in dict.fromkeys(self.topic.kept) if "\nkey change\n" not in note
        ]
        if published != [each.note for each in kept]:
            found.append("published: others")
        return found


async def twice(office: Office, journal: PostgresJournal) -> CheckpointTaker:
    """Take two checkpoints of two more rows each, and return the process that took them."""
    taker = office.taker()
    for first in (1, 3):
        await journal.append(stage("c1", first, 2))
        await office.round(taker)
    return taker


@asynccontextmanager
async def running(checkpointer: Checkpointer) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(checkpointer.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


def checkpointer(taker: CheckpointTaker) -> Checkpointer:
    """Return one with very short pauses, or tests would mostly sleep."""
    return Checkpointer(taker, 0.01, Backoff(0.01, 0.02))


def delete(superuser: psycopg.Connection, table: str, where: str) -> None:
    """Delete rows as the database's owner can, or as restoring a backup does."""
    for statement in CLOSED:
        superuser.execute(statement.format(table, where).encode())
