"""Screens on a wall: their tokens, by digest, and the latest escalations that they show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from psycopg.rows import class_row

from domain.case.escalation.facts import RungReached
from domain.sla.ladders import Late
from schemas.journal import event_of
from schemas.screens import Escalation, Screen
from store.connection import Connection, Database
from store.errors import StoreError
from store.journal.operations import Operation, PostgresOperations

SHOWN = 10
_LEAST_LEVEL = 2
"""L1 is a warning to who has the case; an escalation begins with the urge."""

FIND = "SELECT sha256, tenant, name, made_at FROM sanban.console_screens WHERE sha256 = %s"
LISTED = """
SELECT sha256, tenant, name, made_at FROM sanban.console_screens WHERE tenant = %s ORDER BY name
"""
ADD = """
INSERT INTO sanban.console_screens (sha256, tenant, name, made_at) VALUES (%s, %s, %s, %s)
ON CONFLICT DO NOTHING RETURNING name
"""
REMOVE = "DELETE FROM sanban.console_screens WHERE tenant = %s AND name = %s RETURNING name"
# The newest rows of all, so that a screen never reads a whole journal. Bodies are canonical JSON:
# a text of a person has its quotes escaped, and cannot look like a kind.
ESCALATIONS = """
SELECT r.body, r.case_id, c.category, c.grid, c.holder
FROM (
    SELECT case_id, body, xid, position FROM sanban.journal ORDER BY xid DESC, position DESC
    LIMIT 5000
) r JOIN sanban.cases c USING (case_id)
WHERE c.tenant = %s AND position(convert_to('"kind":"rung_reached"', 'UTF8') IN r.body) > 0
ORDER BY r.xid DESC, r.position DESC LIMIT 200
"""


class NoChange(StoreError):
    """There is a screen of this name already, or there is none."""


@dataclass(frozen=True, slots=True)
class PostgresScreens:
    """Implements console.desk.screen_ports.Screens; and changes screens, for operators.

    Each change is journaled in `operations/TENANT`. Every method raises StoreUnavailable.
    """

    database: Database

    async def find(self, sha256: str) -> Screen | None:
        found = await self.database.fetch_as(class_row(Screen), FIND, (sha256,))
        return found[0] if found else None

    async def escalations(self, tenant: str) -> Sequence[Escalation]:
        rows = await self.database.fetch(ESCALATIONS, (tenant,))
        found = list[Escalation]()
        for body, *place in rows:
            event = event_of(bytes(body))
            fact = event.fact
            fired = isinstance(fact, RungReached) and fact.outcome is Late.FIRE
            if isinstance(fact, RungReached) and fired and fact.level >= _LEAST_LEVEL:
                found.append(Escalation(event.at, fact.level, *place))
        return found[:SHOWN]

    async def listed(self, tenant: str) -> Sequence[Screen]:
        return await self.database.fetch_as(class_row(Screen), LISTED, (tenant,))

    async def add(self, operation: Operation, screen: Screen) -> None:
        """Store a screen and journal it. Raises NoChange if there is one of this name."""
        at = screen.made_at.astimezone(UTC)

        async def also(connection: Connection, _seq: int) -> None:
            row = (screen.sha256, screen.tenant, screen.name, at)
            if not (await connection.execute(ADD, row)).rowcount:
                raise NoChange(screen.name)

        await PostgresOperations(self.database).append([operation], also)

    async def remove(self, operation: Operation) -> None:
        """Remove the screen of this name: its link shows nothing any more. Raises NoChange."""

        async def also(connection: Connection, _seq: int) -> None:
            named = (operation.tenant, operation.about)
            if not (await connection.execute(REMOVE, named)).rowcount:
                raise NoChange(operation.about)

        await PostgresOperations(self.database).append([operation], also)
