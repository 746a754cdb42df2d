"""The rows of cases in the order in which they became visible: for a relay, or a screen.

Rows of a transaction that is still open are not skipped: nothing at or beyond the oldest open
transaction is shown, so a slow writer cannot slip in behind the cursor.
"""

from dataclasses import dataclass

from store.connection import Database

# `kept.xid` throughout: a bare xid in ORDER BY would be the text that is selected, and 1000 < 999.
AFTER = """
SELECT kept.xid::text, kept.position, kept.case_id, kept.seq, kept.body FROM sanban.journal kept
WHERE (kept.xid, kept.position) > (%s::xid8, %s)
    AND kept.xid < pg_snapshot_xmin(pg_current_snapshot())
    AND NOT starts_with(kept.case_id, 'operations/')
ORDER BY kept.xid, kept.position LIMIT %s
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
