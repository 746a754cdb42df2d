"""The patrols that people took off, each with its row of the journal."""

from dataclasses import dataclass
from datetime import UTC, date

from domain.patrols.routes import Cancellation, Patrol
from store.connection import Database
from store.journal.operations import operation_of
from store.patrols.journaled_rows import keep_once
from store.patrols.patrols import PatrolAct

CANCELLED = """
SELECT patrol, day, person, at, why FROM sanban.patrol_cancellations
WHERE tenant = %s AND day BETWEEN %s AND %s ORDER BY at, patrol
"""
CANCEL = """
INSERT INTO sanban.patrol_cancellations (id, tenant, patrol, day, person, at, why)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class PostgresCancellations:
    """Every method raises StoreUnavailable."""

    database: Database

    async def on(self, tenant: str, since: date, until: date) -> list[Cancellation]:
        """Return those of the patrols of these days, both included."""
        rows = await self.database.fetch(CANCELLED, (tenant, since, until))
        return [Cancellation(*row) for row in rows]

    async def cancel(self, patrol: Patrol, act: PatrolAct) -> bool:
        """Journal that a patrol is not to be. Returns False if that was said before."""
        at = act.at.astimezone(UTC)
        row = (act.id, act.tenant, patrol.id, patrol.day, act.person, at, act.why)
        details = [("unit", patrol.unit), ("grids", " ".join(patrol.grids))]
        operation = operation_of("patrol_cancelled", patrol.id, act, details)
        return await keep_once(self.database, operation, CANCEL, row)
