"""Signed checkpoints in the database, and the rows that the next one will cover.

The order of the tree is (xid, chain, seq). A checkpoint ends with a whole transaction below the
oldest open one (store/journal/journal_feed.py), so no row can appear before its end later. The
process that has the lease takes them.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

from store.connection import Database
from store.errors import StoreUnavailable
from store.journal.leases import Lease, Leases, constraint_of

LEASE = "checkpoints"
"""The name of the lease for taking checkpoints; functions of the database name it too."""

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
# `kept.xid` in ORDER BY: a bare xid would be the selected text, in which 1000 < 999.
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

HASHES_AT_A_TIME = 4096  # a power of two, so that each part is one subtree
_HASH_BYTES = 32


class Overtaken(StoreUnavailable):
    """Another process has taken a checkpoint, or changed the key, in the meantime."""

    def __init__(self) -> None:
        super().__init__("another process has taken a checkpoint")


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """A checkpoint in the database. `edge` is the right edge of the tree, where rows are added."""

    size: int
    at: datetime
    root: bytes
    through: int
    edge: tuple[bytes, ...]
    note: str


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as text, the size and instant from which it signs, and the note of the key change.

    The first key has no note.
    """

    key: str
    size: int
    at: datetime
    note: str | None


@dataclass(frozen=True, slots=True)
class CheckpointLag:
    """How many rows no checkpoint covers, and the age of the oldest of them in seconds."""

    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class PostgresCheckpoints:
    """Checkpoints and their keys in the database. Every method raises StoreUnavailable."""

    database: Database

    def lead(self) -> AbstractAsyncContextManager[Lease | None]:
        """Lend the exclusive right to take checkpoints; None if another process has it."""
        return self.leases.lead()

    @property
    def leases(self) -> Leases:
        return Leases(self.database, LEASE)

    async def latest(self) -> StoredCheckpoint | None:
        rows = await self.database.fetch(LATEST)
        return _kept(rows[0]) if rows else None

    async def of_size(self, size: int) -> StoredCheckpoint | None:
        rows = await self.database.fetch(OF_SIZE, (size,))
        return _kept(rows[0]) if rows else None

    async def keys(self) -> list[StoredKey]:
        """Return all keys that ever signed, in order."""
        return [StoredKey(*row) for row in await self.database.fetch(KEYS)]

    async def is_foreign(self, through: int) -> bool:
        """Say if this server has not reached that transaction: its rows are of another server."""
        [(foreign,)] = await self.database.fetch(FOREIGN, (str(through),))
        return bool(foreign)

    async def settled(self, after: int) -> int | None:
        """Return the last transaction after `after` that may end a checkpoint, or None."""
        rows = await self.database.fetch(SETTLED, (str(after),))
        return int(rows[0][0]) if rows else None

    async def hashes(self, after: int, through: int) -> AsyncGenerator[list[bytes], None]:
        """Yield the hashes of the rows after `after` through `through`, in the order of the tree.

        `through` must be settled. A caller that stops early must close the generator
        (`contextlib.aclosing`).
        """
        async with (
            self.database.snapshot() as connection,
            connection.cursor("hashes", binary=True) as cursor,
        ):
            await cursor.execute(HASHES, (str(after), str(through)))
            while rows := await cursor.fetchmany(HASHES_AT_A_TIME):
                yield [hash_ for (hash_,) in rows]

    async def keep(self, lease: Lease, kept: StoredCheckpoint, *, before: int) -> None:
        """Append a checkpoint after the one with `before` rows (0: none).

        Raises Overtaken if that is not the last one.
        """
        values = (kept.at, kept.root, str(kept.through), b"".join(kept.edge), kept.note)
        await _as_leader(lease, APPEND, (before, kept.size, *values))

    async def keep_key(self, lease: Lease, kept: StoredKey, *, before: str | None) -> None:
        """Append a key after `before` (None: the first). Raises Overtaken if that is not last."""
        await _as_leader(lease, APPEND_KEY, (before, kept.key, kept.size, kept.at, kept.note))

    async def beyond(self, size: int, limit: int = 100) -> list[StoredCheckpoint]:
        """Return the checkpoints of more rows than `size`, in order."""
        return [_kept(row) for row in await self.database.fetch(BEYOND, (size, limit))]

    async def published_size(self) -> int:
        """Return the size of the largest checkpoint that the topic has; 0 if it has none."""
        [(size,)] = await self.database.fetch(PUBLISHED_SIZE)
        return int(size)

    async def published(self, lease: Lease, size: int) -> None:
        """Record that the topic has the checkpoint of that size, and all before it."""
        await lease.execute(PUBLISHED, (size,))

    async def lag(self) -> CheckpointLag:
        [(rows, seconds)] = await self.database.fetch(LAG)
        return CheckpointLag(rows, max(0.0, seconds))


async def _as_leader(lease: Lease, function: LiteralString, params: Sequence[object]) -> None:
    """Call a function under the lease, so that a process without it writes nothing."""
    try:
        await lease.call(function, params)
    except StoreUnavailable as error:
        if constraint_of(error) == "checkpoint_overtaken":
            raise Overtaken from error
        raise


def _kept(row: tuple[Any, ...]) -> StoredCheckpoint:
    size, at, root, through, edge, note = row
    return StoredCheckpoint(size, at, root, int(through), hashes_in(edge), note)


def hashes_in(edge: bytes) -> tuple[bytes, ...]:
    """Split the concatenated hashes of a tree's edge, which is how a column keeps them."""
    return tuple(edge[start : start + _HASH_BYTES] for start in range(0, len(edge), _HASH_BYTES))
