"""The journal: rows of canonical bytes chained by hash, appended together with the read model."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
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
# Chains of operations are no cases (store/journal/operations.py).
ROWS_OF_CASES = """
SELECT case_id, seq, prev, hash, body FROM sanban.journal
WHERE NOT starts_with(case_id, 'operations/') ORDER BY case_id, seq
"""
ALL_CASES = """
SELECT case_id FROM sanban.journal_heads
WHERE NOT starts_with(case_id, 'operations/') ORDER BY case_id
"""
BODIES_FROM = """
SELECT body FROM sanban.journal WHERE case_id = %s AND seq >= %s ORDER BY seq
"""
HEAD = "SELECT seq FROM sanban.journal_heads WHERE case_id = %s"

ROWS_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class PostgresJournal:
    database: Database

    async def append(self, batch: Batch) -> None:
        """Keep the rows and the read-model row, in one transaction. Repeating changes nothing.

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
        """The rows of one case in order of seq; none when there is no such case."""
        return [Row(*row) for row in await self.database.fetch(ROWS_OF_CASE, (case_id,))]

    async def bodies_from(self, case_id: str, first_seq: int) -> tuple[str, ...]:
        """The bodies held for that seq and all after it, in order."""
        rows = await self.database.fetch(BODIES_FROM, (case_id, first_seq))
        return tuple(bytes(body).decode() for (body,) in rows)

    async def journaled_seq(self, case_id: str) -> int:
        """The seq of the last row kept; 0 when there is no such case."""
        rows = await self.database.fetch(HEAD, (case_id,))
        return rows[0][0] if rows else 0

    async def stream_rows(self) -> AsyncGenerator[Row, None]:
        """Every row of a case, case by case in order of seq, as of now, in little memory.

        Whoever leaves before the end closes it (`contextlib.aclosing`): it holds a connection.
        """
        async with self.database.snapshot() as connection:
            async for row in all_rows(connection, ROWS_OF_CASES):
                yield row

    async def stream_cases(self) -> AsyncGenerator[str, None]:
        """Every case id in order, as of now; leave it as you would `stream_rows`."""
        async with (
            self.database.snapshot() as connection,
            connection.cursor("all_cases") as cursor,
        ):
            cursor.itersize = ROWS_AT_A_TIME
            await cursor.execute(ALL_CASES)
            async for (case_id,) in cursor:
                yield case_id


async def all_rows(
    connection: Connection, query: LiteralString = ALL_ROWS
) -> AsyncGenerator[Row, None]:
    """Every row in a snapshot somebody else opened, those of chains that are no cases included."""
    async with connection.cursor("all_rows", binary=True) as cursor:
        cursor.itersize = ROWS_AT_A_TIME
        await cursor.execute(query)
        async for row in cursor:
            yield Row(*row)
