"""Journals that a person reads personal data, before the data is shown."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.privacy.readings import Purpose
from schemas.intake import Reporter
from store.connection import Connection, Database
from store.journal.operations import Operation, PostgresOperations, chain_of
from store.privacy.keys import PostgresKeys
from store.privacy.reporters import PostgresReporters

# A form that is sent again comes soon after: beyond these rows it is one more reading.
NOTED = """
SELECT EXISTS (
    SELECT FROM sanban.journal WHERE case_id = %s AND seq < %s AND seq >= %s
        AND convert_from(body, 'UTF8')::jsonb ->> 'id' = %s
)
"""
_LOOKED_AT = 1000
ORIGIN = """
SELECT convert_from(body, 'UTF8')::jsonb #>> '{fact,plan,origin}' FROM sanban.journal
WHERE case_id = %s AND seq = 1
"""
_MOST_ORIGINS = 20


class ReadingKind(StrEnum):
    """What was read, as the row of the chain names it."""

    REPORTER = "reporter_read"
    LETTER = "dead_letter_read"


@dataclass(frozen=True, slots=True)
class PersonalReading:
    """A person of `tenant` is about to read; `about` is a case, or the place of a dead letter.

    `door`: where (console, terminal). `for_person`: the absent person whose deputy this one is, if
    only that gives the right. `also_told`: tenants in whose chains the reading is journaled, too.
    """

    id: str
    kind: ReadingKind
    at: datetime
    tenant: str
    person: str
    about: str
    purpose: Purpose
    why: str
    door: str
    for_person: str | None = None
    also_told: tuple[str, ...] = ()

    @property
    def operation(self) -> Operation:
        details = [("purpose", self.purpose.value), ("door", self.door)]
        if self.for_person:
            details.append(("for_person", self.for_person))
        return Operation(
            id=self.id,
            kind=self.kind,
            at=self.at,
            tenant=self.tenant,
            person=self.person,
            why=self.why.strip(),
            about=self.about,
            details=tuple(details),
        )


class _Noted(Exception):
    """A reading of this id is journaled already."""


@dataclass(frozen=True, slots=True)
class PostgresReadings:
    """Every method raises StoreUnavailable."""

    database: Database

    async def note(self, reading: PersonalReading) -> bool:
        """Journal the reading. Returns False if one of this id was journaled just before: then
        nothing may be shown for it again.
        """

        async def also(connection: Connection, seq: int) -> None:
            place = (chain_of(reading.tenant), seq, seq - _LOOKED_AT, reading.id)
            cursor = await connection.execute(NOTED, place)
            [(noted,)] = await cursor.fetchall()
            if noted:
                raise _Noted

        try:
            said = reading.operation
            copies = [said.copied_to(tenant) for tenant in reading.also_told]
            await PostgresOperations(self.database).append([said], also, copies)
        except _Noted:
            return False
        return True


async def reporter_for(
    reader: Database, services: Database, tenant: str, case_id: str
) -> Reporter | None:
    """Return who reported a case, or else the case that led to it, as far as `reader` may read it.

    None if that may not be read, or was anonymous. Raises StoreUnavailable.
    """
    kept = PostgresReporters(reader, PostgresKeys(services))
    number: str | None = case_id
    for _ in range(_MOST_ORIGINS):
        if number is None:
            break
        if (found := await kept.of_case(tenant, number)) is not None:
            return found
        rows = await reader.fetch(ORIGIN, (number,))
        number = rows[0][0] if rows else None
    return None
