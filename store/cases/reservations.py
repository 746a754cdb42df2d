"""Who has which resource of a town, and until when: read from the read model of all cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.case.reservations import OtherReservation
from store.connection import Database

# A case in the archive has none. At `until` it is free again: spans that meet do not overlap.
OVERLAPPING = """
SELECT c.case_id, r.resource, r.start, r.until, r.by, r.at, r.confirmed
FROM ONLY sanban.cases c, jsonb_to_recordset(c.reservations) AS r (
    resource text, start timestamptz, until timestamptz, by text, at timestamptz, confirmed boolean
)
WHERE c.tenant = %s AND c.reservations IS NOT NULL
    AND r.resource = ANY (%s) AND r.start < %s AND r.until > %s
ORDER BY r.resource, r.start, c.case_id
"""
READABLE = "SELECT case_id FROM sanban.cases WHERE case_id = ANY (%s)"


@dataclass(frozen=True, slots=True)
class PostgresReservations:
    database: Database

    async def overlapping(
        self, tenant: str, resources: Sequence[str], start: datetime, until: datetime
    ) -> list[OtherReservation]:
        """Return the reservations of these resources that have some time of the span.

        Raises StoreUnavailable.
        """
        span = (until.astimezone(UTC), start.astimezone(UTC))
        rows = await self.database.fetch(OVERLAPPING, (tenant, [*resources], *span))
        return [OtherReservation(*row) for row in rows]

    async def readable(self, cases: Sequence[str]) -> frozenset[str]:
        """Return those of the cases that the database, which may be a person's, lets read."""
        return frozenset(id_ for (id_,) in await self.database.fetch(READABLE, ([*cases],)))
