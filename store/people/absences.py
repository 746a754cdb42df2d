"""Absences and stand-ins over the roster of the pack: what holds, and who set or ended it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from psycopg import errors
from psycopg.rows import class_row

from domain.people.roster_changes import KeptChange, SetAbsence
from store.connection import Connection, Database
from store.errors import Unstorable
from store.journal.operations import PostgresOperations, operation_of

LISTED: tuple[str, ...] = ("absence_set", "absence_ended")
"""The kinds of rows in the chain."""
KEPT = timedelta(days=30)
"""How long an absence that is over still counts: a clock may ring late, and asks of its moment."""

HOLDING = """
SELECT number, tenant, person, since, until, stand_in, is_back, set_by, why, set_at, ended_by
FROM sanban.absences WHERE until > %(since)s AND %(tenant)s IN ('', tenant) ORDER BY number
"""
SET = """
INSERT INTO sanban.absences (
    id, tenant, person, since, until, stand_in, is_back, set_by, why, set_at
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
END = """
UPDATE sanban.absences SET until = greatest(since, %s), ended_by = %s
WHERE number = %s AND tenant = %s AND until > %s RETURNING number
"""


@dataclass(frozen=True, slots=True)
class StoredAbsence:
    """`ended_by`: who ended it before its time; None if it ran, or runs, to its end."""

    number: int
    tenant: str
    person: str
    since: datetime
    until: datetime
    stand_in: str | None
    is_back: bool
    set_by: str
    why: str
    set_at: datetime
    ended_by: str | None

    @property
    def change(self) -> SetAbsence:
        return SetAbsence(
            self.person, self.since, self.until, self.stand_in, self.is_back, self.set_by
        )

    @property
    def kept(self) -> KeptChange:
        return KeptChange(self.number, self.change, self.set_by)


@dataclass(frozen=True, slots=True)
class Setter:
    """Who sets or ends an absence, and why. `id`: of the operation."""

    id: str
    tenant: str
    person: str
    why: str
    at: datetime


class _Over(Exception):
    """The absence is over, or there is none of that number."""


@dataclass(frozen=True, slots=True)
class PostgresAbsences:
    """Every method raises StoreUnavailable."""

    database: Database

    async def holding(self, now: datetime, tenant: str = "") -> Sequence[StoredAbsence]:
        """Return what holds, or did until a month ago, in the order in which it was set."""
        asked = {"since": (now - KEPT).astimezone(UTC), "tenant": tenant}
        return await self.database.fetch_as(class_row(StoredAbsence), HOLDING, asked)

    async def set(self, change: SetAbsence, who: Setter) -> None:
        """Journal the change and keep it, in one transaction. The same id has one effect."""
        row = (
            *(who.id, who.tenant, change.person),
            *(change.since.astimezone(UTC), change.until.astimezone(UTC)),
            *(change.stand_in, change.is_back, who.person, who.why, who.at.astimezone(UTC)),
        )
        details = [("since", _written(change.since)), ("until", _written(change.until))]
        if change.stand_in:
            details.append(("stand_in", change.stand_in))
        if change.is_back:
            details.append(("is_back", "yes"))

        async def keep(connection: Connection, _seq: int) -> None:
            await connection.execute(SET, row)

        operation = operation_of("absence_set", change.person, who, tuple(details))
        try:
            await PostgresOperations(self.database).append([operation], keep)
        except Unstorable as error:
            if not isinstance(error.__cause__, errors.UniqueViolation):
                raise

    async def end(self, number: int, person: str, who: Setter) -> bool:
        """End an absence now. Returns False if it is over, or there is none of that number."""
        at = who.at.astimezone(UTC)

        async def end(connection: Connection, _seq: int) -> None:
            cursor = await connection.execute(END, (at, who.person, number, who.tenant, at))
            if not await cursor.fetchall():
                raise _Over

        operation = operation_of("absence_ended", person, who, (("absence", str(number)),))
        try:
            await PostgresOperations(self.database).append([operation], end)
        except _Over:
            return False
        return True


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()
