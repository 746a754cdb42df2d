"""The closed cases that no person has looked back at, among those that the reader may read."""

from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg.rows import class_row

from domain.patrols.look_backs import ClosedCase
from store.connection import Database

MOST = 20_000
"""The oldest of them: these are due first."""

CLOSED = """
SELECT case_id, category, closed_at, holder, grid FROM sanban.cases
WHERE tenant = %s AND stage = 'closed' AND looked_back_at IS NULL AND closed_at > %s
ORDER BY closed_at, case_id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class PostgresLookBacks:
    """`database` may be a person's: then only the cases that the person reads are found."""

    database: Database

    async def closed_since(self, tenant: str, since: datetime) -> list[ClosedCase]:
        """Return them, the oldest first. Raises StoreUnavailable."""
        asked = (tenant, since.astimezone(UTC), MOST)
        return await self.database.fetch_as(class_row(ClosedCase), CLOSED, asked)
