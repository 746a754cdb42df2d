"""What has changed since the console last looked: new rows of the journal, a case once."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from console.desk.live import CaseChange
from store.connection import Database
from store.journal.journal_feed import Cursor, JournalFeed

READERS = """
SELECT case_id, seq, tenant, units FROM sanban.cases WHERE case_id = ANY (%s)
"""
_BATCH = 500
_FORGOTTEN_S = 60.0
"""After so long without a page that listens, what happened meanwhile is of no interest."""


@dataclass
class JournalChanges:
    """Implements console.desk.live.Changes; one for each process."""

    database: Database
    _cursor: Cursor | None = None
    _asked_at: float = field(default=0.0)

    async def next(self) -> Sequence[CaseChange]:
        feed, now = JournalFeed(self.database), asyncio.get_running_loop().time()
        if self._cursor is None or now - self._asked_at > _FORGOTTEN_S:
            self._cursor = await feed.end()
        self._asked_at = now
        rows = await feed.after(self._cursor, _BATCH)
        if not rows:
            return ()
        numbers = list(dict.fromkeys(row.case_id for row in rows))
        found = await self.database.fetch(READERS, (numbers,))
        self._cursor = rows[-1].cursor
        return [
            CaseChange(number, seq, tenant, tuple(units)) for number, seq, tenant, units in found
        ]
