"""Cases whose story is over, moved to where they disturb nobody: tables for the years of closing.

They stay in every list that asks for closed cases, and the journal keeps them as it keeps all.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from store.connection import Database

MOVE = "SELECT sanban.archive_cases(%s, %s)"


@dataclass(frozen=True, slots=True)
class PostgresArchive:
    """Every method raises StoreUnavailable."""

    database: Database

    async def move(self, before: datetime, most: int = 1000) -> int:
        """Some of the cases that were closed before, in a transaction; how many, 0 in the end.

        May be ended at any moment, run again, and run by several at once.
        """
        [(moved,)] = await self.database.fetch(MOVE, (before.astimezone(UTC), most))
        return int(moved)
