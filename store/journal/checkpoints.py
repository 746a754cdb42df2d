"""Signed checkpoints as the database keeps them, and the rows that the next one is to cover.

The order of the tree is (xid, chain, seq). A checkpoint ends with a whole transaction below the
oldest one that is open (store/journal/journal_feed.py): nothing can appear before its end any more.
One process takes them, the one that has the lease.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from psycopg import errors

from store.connection import Database, Params, translated
from store.errors import StoreUnavailable
from store.journal.outbox import SECONDS_TO_ANSWER, Lease, Outbox

READER = "checkpoints"
"""The name of the lock under which they are taken (store/journal/outbox.py)."""

LATEST = """
SELECT size, at, root, through::text, edge, note FROM sanban.checkpoints ORDER BY size DESC LIMIT 1
"""
OF_SIZE = """
SELECT size, at, root, through::text, edge, note FROM sanban.checkpoints WHERE size = %s
"""
BEYOND = """
SELECT size, at, root, through::text, edge, note FROM sanban.checkpoints
WHERE size > %s ORDER BY size LIMIT %s
"""
PUBLISHED_SIZE = "SELECT size FROM sanban.checkpoints_published"
PUBLISHED = "UPDATE sanban.checkpoints_published SET size = greatest(size, %s)"
APPEND = "SELECT sanban.checkpoint_append(%s, %s, %s, %b, %s::xid8, %b, %s)"
KEYS = "SELECT key, size, at, note FROM sanban.checkpoint_keys ORDER BY number"
APPEND_KEY = "SELECT sanban.checkpoint_key_append(%s, %s, %s, %s, %s)"
# `kept.xid` throughout: a bare xid would be the text that is selected, and 1000 < 999.
SETTLED = """
SELECT kept.xid::text FROM sanban.journal kept
WHERE kept.xid > %s::xid8 AND kept.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY kept.xid DESC, kept.position DESC LIMIT 1
"""
HASHES = """
SELECT kept.hash FROM sanban.journal kept
WHERE kept.xid > %s::xid8 AND kept.xid <= %s::xid8
ORDER BY kept.xid, kept.case_id, kept.seq
"""
FOREIGN = "SELECT %s::xid8 >= pg_snapshot_xmax(pg_current_snapshot())"
LAG = """
SELECT count(*), coalesce(extract(epoch FROM now() - min(kept.at)), 0)::float8
FROM sanban.journal kept WHERE kept.xid > coalesce(
    (SELECT through FROM sanban.checkpoints ORDER BY size DESC LIMIT 1), '0'
)
"""

HASHES_AT_A_TIME = 4096  # a power of two: each part is one subtree, from the beginning on
_HASH_BYTES = 32


class Overtaken(StoreUnavailable):
    """Somebody else has taken checkpoints in the meantime, or changed the key."""

    def __init__(self) -> None:
        super().__init__("another process has taken a checkpoint")


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint as it is kept. `edge`: the tree's right edge, from which it grows on."""

    size: int
    at: datetime
    root: bytes
    through: int
    edge: tuple[bytes, ...]
    note: str


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as text, since when it signs, and the change of keys; the first one has none."""

    key: str
    size: int
    at: datetime
    note: str | None


@dataclass(frozen=True, slots=True)
class CheckpointLag:
    """Rows that no checkpoint covers, and how old the oldest of them is, in seconds."""

    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class PostgresCheckpoints:
    """Every method raises StoreUnavailable."""

    database: Database

    def lead(self) -> AbstractAsyncContextManager[Lease | None]:
        """The right to take checkpoints, while nobody else can have it; None when somebody has."""
        return Outbox(self.database, READER).lead()

    async def latest(self) -> StoredCheckpoint | None:
        rows = await self.database.fetch(LATEST)
        return _kept(rows[0]) if rows else None

    async def of_size(self, size: int) -> StoredCheckpoint | None:
        rows = await self.database.fetch(OF_SIZE, (size,))
        return _kept(rows[0]) if rows else None

    async def keys(self) -> list[StoredKey]:
        """All that ever signed, in order."""
        return [StoredKey(*row) for row in await self.database.fetch(KEYS)]

    async def is_foreign(self, through: int) -> bool:
        """Whether this server has not come to that transaction: the rows are of another one."""
        [(foreign,)] = await self.database.fetch(FOREIGN, (str(through),))
        return bool(foreign)

    async def settled(self, after: int) -> int | None:
        """The last transaction behind `after` that a checkpoint may end with; None: nothing new."""
        rows = await self.database.fetch(SETTLED, (str(after),))
        return int(rows[0][0]) if rows else None

    async def hashes(self, after: int, through: int) -> AsyncGenerator[list[bytes], None]:
        """Of the rows behind `after` up to and with `through`, in the order of the tree, by many.

        `through` must be settled. Whoever leaves before the end closes it.
        """
        async with (
            self.database.snapshot() as connection,
            connection.cursor("hashes", binary=True) as cursor,
        ):
            await cursor.execute(HASHES, (str(after), str(through)))
            while rows := await cursor.fetchmany(HASHES_AT_A_TIME):
                yield [hash_ for (hash_,) in rows]

    async def keep(self, lease: Lease, kept: StoredCheckpoint, *, before: int) -> None:
        """Behind the one of `before` rows (0: none). Raises Overtaken when that is not the last."""
        values = (kept.at, kept.root, str(kept.through), b"".join(kept.edge), kept.note)
        await _on(lease, APPEND, (before, kept.size, *values))

    async def keep_key(self, lease: Lease, kept: StoredKey, *, before: str | None) -> None:
        """Behind that key (None: the first). Raises Overtaken when that is not the last."""
        await _on(lease, APPEND_KEY, (before, kept.key, kept.size, kept.at, kept.note))

    async def beyond(self, size: int, limit: int = 100) -> list[StoredCheckpoint]:
        """Those of more rows than that, in order."""
        return [_kept(row) for row in await self.database.fetch(BEYOND, (size, limit))]

    async def published_size(self) -> int:
        """Of the last one that the topic has, and all before it; 0 when it has none."""
        [(size,)] = await self.database.fetch(PUBLISHED_SIZE)
        return int(size)

    async def published(self, size: int) -> None:
        """The topic has the one of that size, and all before it."""
        await self.database.fetch(PUBLISHED, (size,))

    async def lag(self) -> CheckpointLag:
        [(rows, seconds)] = await self.database.fetch(LAG)
        return CheckpointLag(rows, max(0.0, seconds))


async def _on(lease: Lease, query: LiteralString, params: Params) -> None:
    """On the session that holds the lock: who has lost it keeps nothing more."""
    with translated():
        try:
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                await lease.connection.execute(query, params)
        except errors.SerializationFailure as error:
            if error.diag.constraint_name == "checkpoint_overtaken":
                raise Overtaken from error
            raise


def _kept(row: tuple[Any, ...]) -> StoredCheckpoint:
    size, at, root, through, edge, note = row
    return StoredCheckpoint(size, at, root, int(through), hashes_in(edge), note)


def hashes_in(edge: bytes) -> tuple[bytes, ...]:
    """The hashes of a tree's edge, as a column keeps them: one behind the other."""
    return tuple(edge[start : start + _HASH_BYTES] for start in range(0, len(edge), _HASH_BYTES))
