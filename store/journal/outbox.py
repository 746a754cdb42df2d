"""The journal as an outbox: one process at a time reads it, in an order that skips no row.

Rows of open transactions are not skipped, because nothing at or after the oldest open transaction
is shown (store/journal/journal_feed.py). Any process may read; the cursor moves only under the
lease of its reader (store/journal/leases.py), and only from where this reader left it.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from store.connection import Connection, Database
from store.errors import StoreError, StoreUnavailable
from store.journal.journal_feed import AFTER, Cursor, FeedRow
from store.journal.leases import Lease, Leases

CASE_EVENTS = "case-events"

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
HIDDEN = """
SELECT count(*) FROM sanban.journal WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())
"""
EARLIER = """
SELECT kept.case_id, kept.body
FROM unnest(%s::text[], %s::integer[]) AS wanted (case_id, seq)
JOIN sanban.journal kept ON kept.case_id = wanted.case_id COLLATE "C" AND kept.seq < wanted.seq
ORDER BY kept.case_id, kept.seq
"""

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
class Outbox:
    """The journal as one reader reads it. Methods raise StoreUnavailable."""

    database: Database
    reader: str = CASE_EVENTS

    @property
    def leases(self) -> Leases:
        return Leases(self.database, self.reader)

    def lead(self) -> AbstractAsyncContextManager[Lease | None]:
        """Lend the right to move the cursor; None if another process has it."""
        return self.leases.lead()

    async def cursor(self) -> Cursor:
        """Return where reading stopped. Raises ForeignCursor."""
        [(xid, position, foreign)] = await self.database.fetch(CURSOR, (self.reader,))
        if foreign:
            raise ForeignCursor(xid)
        return Cursor(xid, position)

    async def after(self, cursor: Cursor, limit: int) -> list[FeedRow]:
        """Return the next rows of cases, in order; none if nothing new is visible."""
        rows = await self.database.fetch(AFTER, (cursor.xid, cursor.position, limit))
        return [
            FeedRow(Cursor(xid, position), case_id, seq, body)
            for xid, position, case_id, seq, body in rows
        ]

    async def advance(self, lease: Lease, cursor: Cursor, to: Cursor) -> None:
        """Move the cursor to `to`. Raises CursorMoved if it is not at `cursor`; then it stays."""
        [(moved,)] = await lease.call(ADVANCE, self._ends(cursor, to))
        if not moved:
            raise CursorMoved

    async def advance_on(self, connection: Connection, cursor: Cursor, to: Cursor) -> None:
        """Do the same within a transaction that is fenced already."""
        found = await connection.execute(ADVANCE, self._ends(cursor, to))
        [(moved,)] = await found.fetchall()
        if not moved:
            raise CursorMoved

    async def lag(self) -> OutboxLag:
        """Return how far the reader is behind."""
        rows = await self.database.fetch(OLDEST, {"reader": self.reader})
        return OutboxLag(max(0.0, rows[0][0]), rows[0][1]) if rows else NO_LAG

    async def hidden(self) -> int:
        """Return how many rows no reader sees yet, because an open transaction is older."""
        [(number,)] = await self.database.fetch(HIDDEN)
        return int(number)

    async def earlier(self, before: Mapping[str, int]) -> dict[str, list[bytes]]:
        """Return the bodies of each case below the given seq, in order."""
        found: dict[str, list[bytes]] = {case_id: [] for case_id in before}
        wanted: Sequence[str] = [*before]
        for first in range(0, len(wanted), CASES_AT_A_TIME):
            some = wanted[first : first + CASES_AT_A_TIME]
            rows = await self.database.fetch(EARLIER, (some, [before[each] for each in some]))
            for case_id, body in rows:
                found[case_id].append(body)
        return found

    def _ends(self, cursor: Cursor, to: Cursor) -> tuple[object, ...]:
        return (self.reader, cursor.xid, cursor.position, to.xid, to.position)
