"""The rows of cases in the order in which they became visible: for a relay, or a screen.

Rows of a transaction that is still open are not skipped: nothing at or beyond the oldest open
transaction is shown, so a slow writer cannot slip in behind the cursor.
"""

from dataclasses import dataclass

from store.connection import Database

AFTER = """
SELECT xid::text, position, case_id, seq, body FROM sanban.journal
WHERE (xid, position) > (%s::xid8, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())
    AND NOT starts_with(case_id, 'operations/')
ORDER BY xid, position LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where reading stopped. The beginning is before every row."""

    xid: str = "0"
    position: int = 0


@dataclass(frozen=True, slots=True)
class FeedRow:
    cursor: Cursor
    case_id: str
    seq: int
    body: bytes


@dataclass(frozen=True, slots=True)
class JournalFeed:
    database: Database

    async def after(self, cursor: Cursor, limit: int = 500) -> list[FeedRow]:
        """The next rows; none when there is nothing new to see. Raises StoreUnavailable."""
        rows = await self.database.fetch(AFTER, (cursor.xid, cursor.position, limit))
        return [
            FeedRow(Cursor(xid, position), case_id, seq, body)
            for xid, position, case_id, seq, body in rows
        ]
