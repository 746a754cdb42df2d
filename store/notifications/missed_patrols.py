"""Patrols that were missed, and of which no person has been told yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.notifications.notices import MissedPatrol, Notice
from store.connection import Connection, Database
from store.intake.identities import columns
from store.journal.leases import Lease
from store.notifications.deliveries import keep_notices

TOLD_FOR = timedelta(days=2)
"""An older miss, which was journaled after an outage of that length, is told to no person."""

# Only when all misses of a patrol are journaled: each has a transaction of its own.
UNTOLD = """
SELECT s.tenant, s.patrol, s.unit, s.at, array_agg(s.grid ORDER BY s.grid)
FROM sanban.patrol_stops s JOIN sanban.patrol_watch w ON w.tenant = s.tenant AND w.until >= s.at
WHERE NOT s.passed AND s.at > %s AND NOT EXISTS (
    SELECT FROM sanban.patrols_told t WHERE t.tenant = s.tenant AND t.patrol = s.patrol
)
GROUP BY s.tenant, s.patrol, s.unit, s.at ORDER BY s.at, s.tenant, s.patrol LIMIT 100
"""
TELL = """
INSERT INTO sanban.patrols_told (tenant, patrol)
SELECT new.tenant, new.patrol FROM unnest(%s::text[], %s::text[]) AS new (tenant, patrol)
ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class MissedPatrols:
    """Every method raises StoreUnavailable."""

    database: Database

    async def untold(self, now: datetime) -> list[MissedPatrol]:
        rows = await self.database.fetch(UNTOLD, (now - TOLD_FOR,))
        return [
            MissedPatrol(tenant, patrol, unit, closed_at, tuple(grids))
            for tenant, patrol, unit, closed_at, grids in rows
        ]

    async def tell(
        self,
        lease: Lease,
        patrols: Sequence[MissedPatrol],
        notices: Sequence[Notice],
        now: datetime,
    ) -> None:
        """Store the notices, and that these patrols are told, in one transaction."""
        rows = [(each.tenant, each.patrol) for each in patrols]

        async def work(connection: Connection) -> None:
            await connection.execute(TELL, columns(rows))
            await keep_notices(connection, notices, now)

        await lease.fenced(work)
