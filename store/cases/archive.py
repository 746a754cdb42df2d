"""The archive: closed cases, moved to a table for the year in which they were closed.

Lists that ask for closed cases still show them, and the journal keeps all their rows
(docs/adr/0022-reading.md, "The archive").
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from store.connection import Database

MOVE = "SELECT sanban.archive_cases(%s, %s)"


@dataclass(frozen=True, slots=True)
class PostgresArchive:
    """Moves closed cases. Raises StoreUnavailable."""

    database: Database

    async def move(self, before: datetime, most: int = 1000) -> int:
        """Move at most `most` cases that were closed before `before`; return how many.

        0 means that none is left. Each call is one transaction, and several processes may call it.
        """
        [(moved,)] = await self.database.fetch(MOVE, (before.astimezone(UTC), most))
        return int(moved)
