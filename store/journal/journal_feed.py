"""Reads rows of cases in an order in which no row appears before the cursor later.

The order is (xid, position). Nothing at or after the oldest open transaction is shown, so the rows
of a slow transaction come after the cursor when it commits.
"""

from dataclasses import dataclass

from store.connection import Database

# `kept.xid` in ORDER BY: a bare xid would be the selected text, in which 1000 < 999.
AFTER = """
SELECT kept.xid::text, kept.position, kept.case_id, kept.seq, kept.body FROM sanban.journal kept
WHERE (kept.xid, kept.position) > (%s::xid8, %s)
    AND kept.xid < pg_snapshot_xmin(pg_current_snapshot())
    AND NOT starts_with(kept.case_id, 'operations/')
ORDER BY kept.xid, kept.position LIMIT %s
"""


END = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between rows. The default is before every row."""

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

    async def end(self) -> Cursor:
        """Return the place after every row that is visible now. Raises StoreUnavailable."""
        [(xid,)] = await self.database.fetch(END)
        return Cursor(xid)

    async def after(self, cursor: Cursor, limit: int = 500) -> list[FeedRow]:
        """Return the next rows; none if nothing new is visible. Raises StoreUnavailable."""
        rows = await self.database.fetch(AFTER, (cursor.xid, cursor.position, limit))
        return [
            FeedRow(Cursor(xid, position), case_id, seq, body)
            for xid, position, case_id, seq, body in rows
        ]
