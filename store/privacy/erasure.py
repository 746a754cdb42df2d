"""Erases a person: destroys the keys of their cases and deletes what is kept beside the journal.

The journal keeps its bytes, so every chain still verifies. Kafka keeps the records themselves until
their retention is over; `KeptPersonalData.records` says where.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.privacy.personal import has_unsealed_words
from domain.vocabulary import ENDED_STAGES
from store import ciphers
from store.connection import Connection, Database
from store.journal.operations import Operation, PostgresOperations, chain_of
from store.privacy.keys import PostgresKeys, secret

PERSON_ERASED = "person_erased"
"""The kind of the row in the chain of the town's own acts."""

BY_NUMBER = """
SELECT case_id FROM sanban.keys WHERE tenant = %s AND phone_hash = %s ORDER BY made_at, case_id
"""
# Reports from before there were keys.
BY_PLAIN_NUMBER = """
SELECT case_id FROM sanban.reporters
WHERE tenant = %s AND NOT starts_with(phone, 'sealed.v1.')
    AND right(regexp_replace(phone, '[^0-9]', '', 'g'), %s) = %s
ORDER BY case_id
"""
# A case that another one leads to has its words: sealed with the key of the first one.
FLOW = """
SELECT case_id, convert_from(body, 'UTF8')::jsonb #>> '{fact,follow_on}' FROM sanban.journal
WHERE case_id = ANY (%(cases)s)
    AND convert_from(body, 'UTF8')::jsonb #>> '{fact,kind}' = 'follow_on_opened'
UNION ALL
SELECT convert_from(body, 'UTF8')::jsonb #>> '{fact,plan,origin}', case_id FROM sanban.journal
WHERE case_id = ANY (%(cases)s) AND seq = 1
    AND convert_from(body, 'UTF8')::jsonb #>> '{fact,plan,origin}' IS NOT NULL
"""
# By the chain of the town's own acts; an erasure is rare, and each of its rows is short.
DONE = """
SELECT convert_from(body, 'UTF8') FROM sanban.journal
WHERE case_id = %s AND convert_from(body, 'UTF8')::jsonb @> %s::jsonb
ORDER BY seq DESC LIMIT 1
"""
OPEN_NOW = """
SELECT stage FROM sanban.cases
WHERE case_id = %s AND tenant = %s AND stage <> ALL (%s)
"""
STATE = "SELECT destroyed_at FROM sanban.keys WHERE tenant = %s AND case_id = %s"
BODIES = "SELECT body FROM sanban.journal WHERE case_id = %s ORDER BY seq"
# Also records of the same identity that did not become the case.
RECORDS = """
SELECT l.topic, l.partition, l.at_offset, l.letter_topic, l.letter_partition, l.letter_offset,
       l.settled_at
FROM sanban.intake_ledger l
WHERE l.case_id = %(case)s AND l.tenant = %(tenant)s OR (l.tenant, l.source, l.event_id) IN (
    SELECT i.tenant, i.source, i.event_id FROM sanban.identities i
    WHERE i.case_id = %(case)s AND i.tenant = %(tenant)s AND i.kind = 'filed'
)
ORDER BY l.number
"""
COMPLAINTS = """
SELECT source, complaint_id FROM sanban.identities
WHERE case_id = %s AND tenant = %s AND kind = 'filed'
"""
WAITING = "SELECT count(*) FROM sanban.parked WHERE queue = ANY (%s)"
# Without its content the record is due now and ends as an empty one.
EMPTY = """
UPDATE sanban.parked SET value = NULL, names = '{}', contents = '{}', next_at = now()
WHERE queue = ANY (%s)
"""
DESTROY = "SELECT sanban.key_destroy(%s, %s)"
FORGET = (
    "DELETE FROM sanban.reporters WHERE tenant = %(tenant)s AND case_id = %(case)s",
    "DELETE FROM sanban.reports WHERE tenant = %(tenant)s AND case_id = %(case)s",
    "DELETE FROM sanban.case_words WHERE tenant = %(tenant)s AND case_id = %(case)s",
    "DELETE FROM sanban.undecided_reports WHERE case_id = %(case)s",
    "DELETE FROM sanban.console_drafts WHERE tenant = %(tenant)s AND case_id = %(case)s",
)


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """A place in Kafka that has words of a person, and when intake settled the record."""

    topic: str
    partition: int
    offset: int
    at: datetime


@dataclass(frozen=True, slots=True)
class KeptPersonalData:
    """The personal data that is kept of one case.

    `plain`: how many journal rows have unsealed words, from before there were keys. These cannot be
    erased. `waiting`: how many parked records belong to it.
    """

    tenant: str
    case_id: str
    erased_at: datetime | None
    plain: int
    waiting: int
    records: tuple[RecordPlace, ...]


@dataclass(frozen=True, slots=True)
class ErasedBy:
    """Who erased the personal data of a case, when and why, as the town's own chain has it.

    `row`: CHAIN:SEQ of that row. `for_person`: the absent person whose deputy did it.
    """

    at: datetime
    person: str
    why: str
    row: str
    for_person: str | None = None


class StillOpen(Exception):
    """The case was opened again, or went on, since it was looked at: nothing is erased."""


class _Before(Exception):
    """The case was erased before."""


@dataclass(frozen=True, slots=True)
class PostgresErasure:
    """Finds and erases personal data. Every method raises StoreUnavailable."""

    database: Database

    async def cases_of(self, tenant: str, phone: str) -> list[str]:
        """Return the cases reported with a phone number, in any spelling, that are not erased."""

        async def work(connection: Connection) -> bytes:
            return await secret(connection, self.database.wrapping)

        hashed = ciphers.phone_hash(await self.database.run(work), tenant, phone)
        if hashed is None:
            return []
        plain = (tenant, ciphers.SAME_NUMBER, ciphers.digits_of(phone))
        rows = [
            *await self.database.fetch(BY_NUMBER, (tenant, hashed)),
            *await self.database.fetch(BY_PLAIN_NUMBER, plain),
        ]
        return [*dict.fromkeys(case_id for (case_id,) in rows)]

    async def of_one_flow(self, cases: Sequence[str]) -> list[str]:
        """Return these cases, and all that led to them or that they led to: one person's words."""
        known = dict.fromkeys(cases)
        new = [*known]
        while new:
            rows = await self.database.fetch(FLOW, {"cases": new})
            new = [each for row in rows for each in row if each not in known]
            known |= dict.fromkeys(new)
        return [*known]

    async def found(self, tenant: str, case_id: str) -> KeptPersonalData:
        about = {"tenant": tenant, "case": case_id}
        state = await self.database.fetch(STATE, (tenant, case_id))
        bodies = await self.database.fetch(BODIES, (case_id,))
        queues = await self._queues(tenant, case_id)
        [(waiting,)] = await self.database.fetch(WAITING, (queues,))
        records = await self.database.fetch(RECORDS, about)
        return KeptPersonalData(
            tenant,
            case_id,
            state[0][0] if state else None,
            sum(has_unsealed_words(bytes(body)) for (body,) in bodies),
            waiting,
            tuple(place for row in records for place in _places(*row)),
        )

    async def erase(self, operation: Operation, case_id: str) -> bool:
        """Erase the case and journal that, in one transaction.

        Returns False if it was erased before; then nothing is journaled. What is kept beside the
        journal is deleted in either case. Raises StillOpen for a case that has not ended.
        """
        about = {"tenant": operation.tenant, "case": case_id}
        queues = await self._queues(operation.tenant, case_id)

        async def forget(connection: Connection) -> None:
            for statement in FORGET:
                await connection.execute(statement, about)
            await connection.execute(EMPTY, (queues,))

        async def also(connection: Connection, _seq: int) -> None:
            cursor = await connection.execute(DESTROY, (operation.tenant, case_id))
            [(done,)] = await cursor.fetchall()
            if not done:
                raise _Before
            asked = (case_id, operation.tenant, sorted(ENDED_STAGES))
            if await (await connection.execute(OPEN_NOW, asked)).fetchall():
                raise StillOpen(case_id)
            await forget(connection)

        try:
            await PostgresOperations(self.database).append([operation], also)
        except _Before:
            await self.database.run_in_transaction(forget)
            return False
        return True

    async def by(self, tenant: str, case_id: str) -> ErasedBy | None:
        """Return who erased the case; None if it was not, or no row of the chain says so."""
        chain = chain_of(tenant)
        said = json.dumps({"kind": PERSON_ERASED, "about": case_id})
        if not await PostgresKeys(self.database).erased(tenant, case_id):
            return None
        for (body,) in await self.database.fetch(DONE, (chain, said)):
            row = json.loads(body)
            return ErasedBy(
                datetime.fromisoformat(row["at"]),
                row["person"],
                row["why"],
                f"{chain}:{row['seq']}",
                row.get("for_person"),
            )
        return None

    async def _queues(self, tenant: str, case_id: str) -> list[str]:
        """Return the queues of records that wait for the case or its complaint."""
        complaints = await self.database.fetch(COMPLAINTS, (case_id, tenant))
        names = [(tenant, case_id), *((tenant, *each) for each in complaints)]
        return [json.dumps(name, ensure_ascii=False) for name in names]


def _places(*row: Any) -> Sequence[RecordPlace]:
    topic, partition, offset, letter_topic, letter_partition, letter_offset, at = row
    record = RecordPlace(topic, partition, offset, at)
    if letter_topic is None:
        return [record]
    return [record, RecordPlace(letter_topic, letter_partition, letter_offset, at)]
