"""What no counter shows: moments that passed without an act, transactions that do not end, and
when a backup was last restored and found whole.
"""

from dataclasses import dataclass
from datetime import datetime

from store.connection import Database

OLDEST_MOMENT = """
SELECT coalesce(greatest(extract(epoch FROM clock_timestamp() - min(next_at)), 0), 0)::float8
FROM ONLY sanban.cases WHERE next_at IS NOT NULL
"""
OPEN = """
SELECT pg_snapshot_xmin(now.shot)::text,
    pg_snapshot_xmin(now.shot) < pg_snapshot_xmax(now.shot)
FROM (SELECT pg_current_snapshot() AS shot) AS now
"""
LAST_DRILL = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - max(verified_at)), 'Infinity')::float8
FROM sanban.backup_drills
"""
ADD_DRILL = """
INSERT INTO sanban.backup_drills (verified_at, backup_of, took_s, found) VALUES (%s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class BackupDrill:
    """A backup that was restored, and whose content was found to verify.

    `backup_of`: the moment to which it was restored. `found`: in a few words, what was compared.
    """

    verified_at: datetime
    backup_of: datetime
    took_s: float
    found: str


@dataclass(frozen=True, slots=True)
class PostgresWatched:
    """Each method is one statement that an index answers. Raises StoreUnavailable."""

    database: Database

    async def oldest_moment_s(self) -> float:
        """Return for how long the engine has owed a case its next act; 0 if it owes none."""
        [(seconds,)] = await self.database.fetch(OLDEST_MOMENT, ())
        return float(seconds)

    async def oldest_transaction(self) -> str | None:
        """Return the number of the oldest open transaction behind which others have written; None:
        there is none. Asks for no right to see what other users do.
        """
        [(xid, is_open)] = await self.database.fetch(OPEN, ())
        return str(xid) if is_open else None

    async def last_drill_s(self) -> float:
        """Return the seconds since the last drill that verified, infinite if there was none."""
        [(seconds,)] = await self.database.fetch(LAST_DRILL, ())
        return float(seconds)

    async def add_drill(self, drill: BackupDrill) -> None:
        """Keep that a drill verified. One that did not adds nothing."""
        row = (drill.verified_at, drill.backup_of, drill.took_s, drill.found)
        await self.database.fetch(ADD_DRILL, row)
