"""The journal as an outbox: one process at a time reads it, in an order that skips no row.

Rows of open transactions are not skipped, because nothing at or after the oldest open transaction
is shown (store/journal/journal_feed.py). The leader holds an advisory lock on one session, and
reads and moves the cursor on the same session. If the session ends, it loses all three at once.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, LiteralString

from store.connection import Connection, Database, Params, translated
from store.errors import StoreError, StoreUnavailable
from store.journal.journal_feed import AFTER, Cursor, FeedRow

CASE_EVENTS = "case-events"

LOCK = "SELECT pg_try_advisory_lock(hashtextextended('sanban.outbox.' || %s::text, 0))"
# The server must notice that the machine of a leader is gone; by default that takes hours.
KEEPALIVES = """
SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3
"""
CURSOR = """
SELECT xid::text, position, xid >= pg_snapshot_xmax(pg_current_snapshot())
FROM sanban.outbox WHERE reader = %s
"""
ADVANCE = "SELECT sanban.outbox_advance(%s, %s::xid8, %s, %s::xid8, %s)"
# The oldest row that the reader has not passed, and if an open transaction still hides it.
OLDEST = """
SELECT extract(epoch FROM now() - at)::float8, xid >= pg_snapshot_xmin(pg_current_snapshot())
FROM sanban.journal
WHERE (xid, position) > (
        (SELECT xid FROM sanban.outbox WHERE reader = %(reader)s),
        (SELECT position FROM sanban.outbox WHERE reader = %(reader)s)
    )
    AND NOT starts_with(case_id, 'operations/')
ORDER BY xid, position LIMIT 1
"""
EARLIER = """
SELECT kept.case_id, kept.body
FROM unnest(%s::text[], %s::integer[]) AS wanted (case_id, seq)
JOIN sanban.journal kept ON kept.case_id = wanted.case_id COLLATE "C" AND kept.seq < wanted.seq
ORDER BY kept.case_id, kept.seq
"""

SECONDS_TO_ANSWER = 10.0
CASES_AT_A_TIME = 50


class ForeignCursor(StoreError):
    """The cursor comes from another server, so new rows would never be read."""

    def __init__(self, xid: str) -> None:
        super().__init__(
            f"the outbox stands at transaction {xid}, which this PostgreSQL has not reached: the "
            "database was copied here from another server"
        )


class CursorMoved(StoreUnavailable):
    """Another process has led in the meantime."""

    def __init__(self) -> None:
        super().__init__("another relay has moved the cursor")


@dataclass(frozen=True, slots=True)
class OutboxLag:
    """Age in seconds of the oldest row that was not read yet, 0 if all were.

    `held`: an open transaction holds it back.
    """

    seconds: float
    held: bool


NO_LAG = OutboxLag(0.0, held=False)


@dataclass(frozen=True, slots=True)
class Lease:
    """The exclusive right to read on, for as long as its session lives.

    Every method raises StoreUnavailable; after that the lease is lost.
    """

    connection: Connection
    reader: str

    async def cursor(self) -> Cursor:
        """Return where reading stopped. Raises ForeignCursor."""
        [(xid, position, foreign)] = await self._fetch(CURSOR, (self.reader,))
        if foreign:
            raise ForeignCursor(xid)
        return Cursor(xid, position)

    async def after(self, cursor: Cursor, limit: int) -> list[FeedRow]:
        """Return the next rows of cases, in order; none if nothing new is visible."""
        rows = await self._fetch(AFTER, (cursor.xid, cursor.position, limit))
        return [
            FeedRow(Cursor(xid, position), case_id, seq, body)
            for xid, position, case_id, seq, body in rows
        ]

    async def advance(self, cursor: Cursor, to: Cursor) -> None:
        """Move the cursor to `to`. Raises CursorMoved if it is not at `cursor`; then it stays."""
        ends = (cursor.xid, cursor.position, to.xid, to.position)
        [(moved,)] = await self._fetch(ADVANCE, (self.reader, *ends))
        if not moved:
            raise CursorMoved

    async def _fetch(self, query: LiteralString, params: Params) -> list[tuple[Any, ...]]:
        with translated():
            async with asyncio.timeout(SECONDS_TO_ANSWER):
                found = await self.connection.execute(query, params)
                return await found.fetchall()


@dataclass(frozen=True, slots=True)
class Outbox:
    database: Database
    reader: str = CASE_EVENTS

    @asynccontextmanager
    async def lead(self) -> AsyncIterator[Lease | None]:
        """Lend the lease; None if another process has it. Raises StoreUnavailable.

        The session is closed with the lease, so that the lock is released in any case.
        """
        async with self.database.session() as connection:
            with translated():
                async with asyncio.timeout(SECONDS_TO_ANSWER):
                    await connection.execute(KEEPALIVES)
                    [(led,)] = await (await connection.execute(LOCK, (self.reader,))).fetchall()
            yield Lease(connection, self.reader) if led else None

    async def lag(self) -> OutboxLag:
        """Return how far the reader is behind. Raises StoreUnavailable."""
        rows = await self.database.fetch(OLDEST, {"reader": self.reader})
        return OutboxLag(max(0.0, rows[0][0]), rows[0][1]) if rows else NO_LAG

    async def earlier(self, before: Mapping[str, int]) -> dict[str, list[bytes]]:
        """Return the bodies of each case below the given seq, in order. Raises StoreUnavailable."""
        found: dict[str, list[bytes]] = {case_id: [] for case_id in before}
        wanted: Sequence[str] = [*before]
        for first in range(0, len(wanted), CASES_AT_A_TIME):
            some = wanted[first : first + CASES_AT_A_TIME]
            rows = await self.database.fetch(EARLIER, (some, [before[each] for each in some]))
            for case_id, body in rows:
                found[case_id].append(body)
        return found
