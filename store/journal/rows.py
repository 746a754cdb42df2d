"""The journal: rows of canonical bytes chained by hash, appended together with the read model."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString

from psycopg import errors

from domain.audit.hash_chain import Row
from schemas.records import Batch
from store.connection import Connection, Database
from store.errors import ConflictingRow, GapInJournal

APPEND = "SELECT sanban.case_append(%s, %s, %b, %s::jsonb)"
ROWS_OF_CASE = """
SELECT case_id, seq, prev, hash, body FROM sanban.journal WHERE case_id = %s ORDER BY seq
"""
ALL_ROWS = "SELECT case_id, seq, prev, hash, body FROM sanban.journal ORDER BY case_id, seq"
# Chains of operations are not cases (store/journal/operations.py).
ROWS_OF_CASES = """
SELECT case_id, seq, prev, hash, body FROM sanban.journal
WHERE NOT starts_with(case_id, 'operations/')
    AND case_id NOT IN (SELECT case_id FROM sanban.cases WHERE tenant = %s)
ORDER BY case_id, seq
"""
ALL_CASES = """
SELECT case_id FROM sanban.journal_heads
WHERE NOT starts_with(case_id, 'operations/') ORDER BY case_id
"""
BODIES_FROM = """
SELECT body FROM sanban.journal WHERE case_id = %s AND seq >= %s ORDER BY seq
"""
NEWEST_AT = """
SELECT at FROM sanban.journal WHERE NOT starts_with(case_id, 'operations/')
ORDER BY xid DESC, position DESC LIMIT 1
"""
HEAD = "SELECT seq FROM sanban.journal_heads WHERE case_id = %s"

ROWS_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class PostgresJournal:
    database: Database

    async def append(self, batch: Batch) -> None:
        """Append the rows and write the read-model row in one transaction; repeating is a no-op.

        Raises ConflictingRow, GapInJournal, Unstorable, StoreUnavailable.
        """
        bodies = [body.encode() for body in batch.bodies]
        row = batch.row.model_dump_json()

        async def work(connection: Connection) -> None:
            try:
                await connection.execute(APPEND, (batch.case_id, batch.first_seq, bodies, row))
            except (errors.UniqueViolation, errors.SerializationFailure) as error:
                match error.diag.constraint_name:
                    case "journal_conflict":
                        seq = int(error.diag.message_detail or 0)
                        raise ConflictingRow(batch.case_id, seq) from error
                    case "journal_gap":
                        head = int(error.diag.message_detail or 0)
                        raise GapInJournal(batch.case_id, head, batch.first_seq) from error
                raise

        await self.database.run(work)

    async def read(self, case_id: str) -> list[Row]:
        """Return the rows of one case in order of seq; none if there is no such case."""
        return [Row(*row) for row in await self.database.fetch(ROWS_OF_CASE, (case_id,))]

    async def bodies_from(self, case_id: str, first_seq: int) -> tuple[str, ...]:
        """Return the bodies from `first_seq` on, in order."""
        rows = await self.database.fetch(BODIES_FROM, (case_id, first_seq))
        return tuple(bytes(body).decode() for (body,) in rows)

    async def journaled_seq(self, case_id: str) -> int:
        """Return the seq of the last row; 0 if there is no such case."""
        rows = await self.database.fetch(HEAD, (case_id,))
        return rows[0][0] if rows else 0

    async def newest_at(self) -> datetime | None:
        """Return when the newest row of a case was decided; None if there is none."""
        rows = await self.database.fetch(NEWEST_AT)
        return rows[0][0] if rows else None

    async def stream_rows(self, *, not_of: str = "") -> AsyncGenerator[Row, None]:
        """Yield every row of every case, from one snapshot, ordered by case and seq.

        Without the cases of the tenant `not_of`, as far as the read model has them. It holds a
        connection: a caller that stops early must close it (`contextlib.aclosing`).
        """
        async with self.database.snapshot() as connection:
            async for row in all_rows(connection, ROWS_OF_CASES, (not_of,)):
                yield row

    async def stream_cases(self) -> AsyncGenerator[str, None]:
        """Yield every case id in order, from one snapshot; close it like `stream_rows`."""
        async with (
            self.database.snapshot() as connection,
            connection.cursor("all_cases") as cursor,
        ):
            cursor.itersize = ROWS_AT_A_TIME
            await cursor.execute(ALL_CASES)
            async for (case_id,) in cursor:
                yield case_id


async def all_rows(
    connection: Connection, query: LiteralString = ALL_ROWS, given: Sequence[str] = ()
) -> AsyncGenerator[Row, None]:
    """Yield every row in the caller's snapshot; by default also rows of operations."""
    async with connection.cursor("all_rows", binary=True) as cursor:
        cursor.itersize = ROWS_AT_A_TIME
        await cursor.execute(query, given)
        async for row in cursor:
            yield Row(*row)
