"""Which patrol found a case."""

from dataclasses import dataclass

from store.connection import Database
from store.patrols.patrols import PatrolFinding

FOUND_CASE = """
SELECT id, patrol, grid, day, case_id, person, at FROM sanban.patrol_findings
WHERE tenant = %s AND case_id = %s ORDER BY at LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class PostgresFoundCases:
    """Reads the findings of patrols by their case. Raises StoreUnavailable."""

    database: Database

    async def of(self, tenant: str, case_id: str) -> PatrolFinding | None:
        """Return the finding that became the case; None if no patrol found it."""
        rows = await self.database.fetch(FOUND_CASE, (tenant, case_id))
        return PatrolFinding(*rows[0]) if rows else None
