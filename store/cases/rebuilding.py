"""The queries of a rebuild: cases in stretches, so that no snapshot is held for long.

A stretch is read in one snapshot: heads, journal rows and read-model rows of its cases belong
together, whatever is written meanwhile.
"""

import json
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import get_args

from psycopg import sql
from psycopg.rows import class_row

from domain.audit.hash_chain import Row
from domain.case.commands import BetweenCases
from schemas.records import CaseRow
from store.cases.read_model import CASES
from store.cases.search_index import add_order_numbers
from store.connection import Connection, Database

NUMBER = """
SELECT count(*) FROM sanban.journal_heads WHERE NOT starts_with(case_id, 'operations/')
"""
BEGINNING_WITH = """
SELECT case_id FROM sanban.journal_heads
WHERE starts_with(case_id, %s) AND NOT starts_with(case_id, 'operations/')
ORDER BY case_id LIMIT %s
"""
HEADS_AFTER = """
SELECT case_id, seq FROM sanban.journal_heads
WHERE case_id > %s AND NOT starts_with(case_id, 'operations/') ORDER BY case_id LIMIT %s
"""
HEADS_OF = "SELECT case_id, seq FROM sanban.journal_heads WHERE case_id = ANY(%s) ORDER BY case_id"
ROWS_OF = """
SELECT case_id, seq, prev, hash, body FROM sanban.journal WHERE case_id = ANY(%s)
ORDER BY case_id, seq
"""
SHOWN = sql.SQL("{cases} WHERE case_id = ANY(%s)").format(cases=CASES)
# In the order given, which is that of their ids: of two rebuilds at once one waits for the other,
# and they never deadlock.
RESTORE = """
SELECT said.shown ->> 'case_id' FROM unnest(%s::text[]::jsonb[]) AS said (shown)
WHERE sanban.case_restore(said.shown)
"""
# case_put keeps a spot that is there. After case_restore the head is locked, so no other
# transaction can be about to write the row.
DROP_WITH_SPOT = """
DELETE FROM sanban.cases WHERE case_id = ANY(%s) AND spot IS NOT NULL RETURNING case_id
"""
UNJOURNALED = """
SELECT c.case_id FROM sanban.cases c
WHERE NOT EXISTS (SELECT FROM sanban.journal_heads h WHERE h.case_id = c.case_id)
ORDER BY c.case_id
"""
WRONG_MARKS = """
WITH wanted AS (
    SELECT c.case_id, said.mark, c.tenant, c.next_due, c.stage, bool_or(said.reads) AS reads,
        NOT bool_and(said.reads) AS waits, c.units
    FROM ONLY sanban.cases c
    CROSS JOIN LATERAL (
        SELECT unnest(c.units), true UNION ALL SELECT unnest(c.inbox), false
    ) said (mark, reads)
    WHERE c.closed_at IS NULL AND said.mark IS NOT NULL GROUP BY c.case_id, said.mark
), kept AS (
    SELECT case_id, mark, tenant, next_due, stage, reads, waits, units FROM sanban.open_marks
)
SELECT DISTINCT case_id FROM (
    (TABLE wanted EXCEPT TABLE kept) UNION ALL (TABLE kept EXCEPT TABLE wanted)
) wrong ORDER BY case_id
"""
PUT_MARKS = "SELECT sanban.open_marks_put(%s::text[])"
_KINDS = [
    field.default for act in get_args(BetweenCases) for field in fields(act) if field.name == "kind"
]
# Bodies are canonical JSON, so a row of such a command has exactly these bytes. A text that quotes
# them has backslashes before the quotation marks.
_OF_A_CASE = sql.SQL(" OR ").join(
    sql.SQL("position({}::bytea IN body) > 0").format(sql.Literal(f'"command":"{kind}"'))
    for kind in _KINDS
)
HEARD = sql.SQL("""
SELECT case_id, body FROM sanban.journal WHERE case_id = ANY(%s) AND ({of_a_case})
""").format(of_a_case=_OF_A_CASE)

_CASES_AT_A_TIME = 200
_ROWS_AT_A_TIME = 5000


@dataclass(frozen=True, slots=True)
class StoredCase:
    """What the database keeps of one case: `head` is the seq of its head, `shown` its list row."""

    case_id: str
    head: int
    rows: tuple[Row, ...]
    shown: CaseRow | None


@dataclass(frozen=True, slots=True)
class PostgresRebuilding:
    """Reads cases for a rebuild and writes their rows. Every method raises StoreUnavailable."""

    database: Database

    async def number(self) -> int:
        """Return how many cases the journal has."""
        [(number,)] = await self.database.fetch(NUMBER)
        return int(number)

    async def beginning_with(self, beginning: str, limit: int = 5) -> list[str]:
        """Return case ids with this beginning, from the journal: the read model may be lost."""
        rows = await self.database.fetch(BEGINNING_WITH, (beginning, limit))
        return [case_id for (case_id,) in rows]

    async def stretches(self) -> AsyncIterator[list[StoredCase]]:
        """Yield every case in the order of ids, in stretches of one snapshot each."""
        after = ""
        while True:
            async with self.database.snapshot() as connection:
                heads = await _heads(connection, after)
                stored = await _stored(connection, heads)
            if not stored:
                return
            yield stored
            after = stored[-1].case_id

    async def stored(self, case_ids: Collection[str]) -> list[StoredCase]:
        """Return those of these cases that the journal has, in the order of their ids."""
        async with self.database.snapshot() as connection:
            cursor = await connection.execute(HEADS_OF, (sorted(case_ids),))
            return await _stored(connection, await cursor.fetchall())

    async def heads(self, case_ids: Collection[str]) -> dict[str, int]:
        """Return the seq of the last row of each case, by case id."""
        return dict(await self.database.fetch(HEADS_OF, (sorted(case_ids),)))

    async def restore(self, rows: Sequence[CaseRow]) -> set[str]:
        """Write these rows, except those of cases that have moved on; return the ids written.

        A row without a spot needs two steps: case_put keeps the spot that is there, because a
        program of an older release writes none. So such a row is dropped and written again.
        """
        given = {row.case_id: row for row in sorted(rows, key=lambda row: row.case_id)}

        async def work(connection: Connection) -> set[str]:
            done = await _restore(connection, given.values())
            without = [id_ for id_ in done if given[id_].spot is None]
            cursor = await connection.execute(DROP_WITH_SPOT, (without,))
            dropped = {id_ for (id_,) in await cursor.fetchall()}
            if dropped:
                await _restore(connection, [given[id_] for id_ in sorted(dropped)])
            return done

        return await self.database.run_in_transaction(work)

    async def find_by_orders(self, orders: Sequence[tuple[str, str, str]]) -> None:
        """Let cases (case, tenant, order number) be found by the number of a superior's order."""
        await add_order_numbers(self.database, orders)

    async def unjournaled(self) -> list[str]:
        """Return the cases that the read model has and the journal does not."""
        return [case_id for (case_id,) in await self.database.fetch(UNJOURNALED)]

    async def wrong_marks(self) -> list[str]:
        """Return the cases whose marks (sanban.open_marks) are not as their rows say."""
        async with self.database.snapshot() as connection:
            cursor = await connection.execute(WRONG_MARKS)
            return [case_id for (case_id,) in await cursor.fetchall()]

    async def put_marks(self, case_ids: Sequence[str]) -> None:
        for first in range(0, len(case_ids), _CASES_AT_A_TIME):
            some = [*case_ids[first : first + _CASES_AT_A_TIME]]
            await self.database.fetch(PUT_MARKS, (some,))

    async def heard(self, case_ids: Collection[str]) -> dict[str, set[str]]:
        """Return the ids of messages from other cases that each of these has a row of."""
        found = {case_id: set[str]() for case_id in case_ids}
        for case_id, body in await self.database.fetch(HEARD, (sorted(case_ids),)):
            with suppress(ValueError):  # an altered body is reported where the case is folded
                found[case_id].add(json.loads(bytes(body))["command_id"])
        return found


async def _heads(connection: Connection, after: str) -> list[tuple[str, int]]:
    """Return the next heads: at least one, and together not more rows than fit in a stretch."""
    cursor = await connection.execute(HEADS_AFTER, (after, _CASES_AT_A_TIME))
    heads, rows = list[tuple[str, int]](), 0
    for case_id, seq in await cursor.fetchall():
        rows += seq
        if heads and rows > _ROWS_AT_A_TIME:
            break
        heads.append((case_id, seq))
    return heads


async def _stored(connection: Connection, heads: Sequence[tuple[str, int]]) -> list[StoredCase]:
    ids = [case_id for case_id, _ in heads]
    rows: dict[str, list[Row]] = {case_id: [] for case_id in ids}
    async with connection.cursor(binary=True) as cursor:
        await cursor.execute(ROWS_OF, (ids,))
        for row in await cursor.fetchall():
            rows[row[0]].append(Row(*row))
    async with connection.cursor(row_factory=class_row(CaseRow)) as cursor:
        await cursor.execute(SHOWN, (ids,))
        shown = {row.case_id: row for row in await cursor.fetchall()}
    return [StoredCase(id_, seq, tuple(rows[id_]), shown.get(id_)) for id_, seq in heads]


async def _restore(connection: Connection, rows: Collection[CaseRow]) -> set[str]:
    given = [row.model_dump_json() for row in rows]
    cursor = await connection.execute(RESTORE, (given,))
    return {case_id for (case_id,) in await cursor.fetchall()}
