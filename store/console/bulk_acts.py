"""Acts for many cases: what was asked, what became of each case, and which process works on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC

from psycopg.rows import class_row

from schemas.bulk_acts import KEPT, BulkAct, BulkItem, BulkState
from store.connection import Connection, Database

_MOST_AT_ONCE = 100

FORGET = """
DELETE FROM sanban.bulk_acts WHERE id IN (
    SELECT id FROM sanban.bulk_acts WHERE begun_at < %s ORDER BY begun_at LIMIT %s
    FOR UPDATE SKIP LOCKED
)
"""
BEGIN = """
INSERT INTO sanban.bulk_acts (id, tenant, person, kind, command, query, begun_at)
VALUES (%s, %s, %s, %s, %s::jsonb, %s, %s) ON CONFLICT (id) DO NOTHING
"""
ITEM = """
INSERT INTO sanban.bulk_items (bulk, place, case_id, state, code, detail)
SELECT %s, place, case_id, state, code, detail
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])
    WITH ORDINALITY AS item (case_id, state, code, detail, place)
"""
_COLUMNS = "id, tenant, person, kind, coalesce(command::text, '') AS command, query, begun_at"
FIND = f"""
SELECT {_COLUMNS}, finished_at FROM sanban.bulk_acts
WHERE id = %s AND tenant = %s AND person = %s
"""  # noqa: S608 - columns of ours
ITEMS = """
SELECT case_id, state, code, detail FROM sanban.bulk_items WHERE bulk = %s ORDER BY place
"""
TAKE = f"""
UPDATE sanban.bulk_acts SET holder = %(holder)s, held_until = now() + %(lease)s * interval '1 s'
WHERE id = (
    SELECT id FROM sanban.bulk_acts
    WHERE finished_at IS NULL AND (held_until IS NULL OR held_until < now())
    ORDER BY begun_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING {_COLUMNS}, finished_at
"""  # noqa: S608 - columns of ours
WAITING = """
SELECT case_id FROM sanban.bulk_items
WHERE bulk = %s AND state = 'waiting' ORDER BY tries, place LIMIT %s
"""
HOLD = """
UPDATE sanban.bulk_acts SET held_until = now() + %s * interval '1 s'
WHERE id = %s AND holder = %s RETURNING id
"""
SETTLE = """
UPDATE sanban.bulk_items i
SET state = found.state, code = found.code, detail = found.detail, tries = tries + 1
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[]) AS found (case_id, state, code, detail)
WHERE i.bulk = %s AND i.case_id = found.case_id AND i.state = 'waiting'
"""
FINISH = """
UPDATE sanban.bulk_acts SET finished_at = now(), command = NULL, held_until = NULL
WHERE id = %s AND finished_at IS NULL AND NOT EXISTS (
    SELECT FROM sanban.bulk_items WHERE bulk = id AND state = 'waiting'
)
"""


@dataclass(frozen=True, slots=True)
class PostgresBulkActs:
    """Every method raises StoreUnavailable."""

    database: Database

    async def begin(self, bulk: BulkAct, items: Sequence[BulkItem]) -> None:
        """Store the act, unless one with this id is there; delete some that are too old."""
        at = bulk.begun_at.astimezone(UTC)
        row = (bulk.id, bulk.tenant, bulk.person, bulk.kind, bulk.command, bulk.query, at)

        async def work(connection: Connection) -> None:
            await connection.execute(FORGET, (at - KEPT, _MOST_AT_ONCE))
            begun = await connection.execute(BEGIN, row)
            if begun.rowcount:
                await connection.execute(ITEM, (bulk.id, *_columns(items)))

        await self.database.run_in_transaction(work)

    async def find(
        self, id_: str, tenant: str, person: str
    ) -> tuple[BulkAct, Sequence[BulkItem]] | None:
        """Return an act of the person; None if there is none."""
        found = await self.database.fetch_as(class_row(BulkAct), FIND, (id_, tenant, person))
        if not found:
            return None
        rows = await self.database.fetch(ITEMS, (id_,))
        return found[0], [BulkItem(case, BulkState(state), *why) for case, state, *why in rows]

    async def take(self, holder: str, lease_s: float) -> BulkAct | None:
        """Return an act that no process works on, and lend it to this one for so long."""
        params = {"holder": holder, "lease": lease_s}
        found = await self.database.fetch_as(class_row(BulkAct), TAKE, params)
        return found[0] if found else None

    async def waiting(self, id_: str, limit: int) -> Sequence[str]:
        """Return cases that wait, those first that were tried least."""
        return [case for (case,) in await self.database.fetch(WAITING, (id_, limit))]

    async def settle(
        self, id_: str, holder: str, items: Sequence[BulkItem], lease_s: float
    ) -> bool:
        """Write what became of these cases; return whether the act is still lent to the holder."""

        async def work(connection: Connection) -> bool:
            await connection.execute(SETTLE, (*_columns(items), id_))
            held = await connection.execute(HOLD, (lease_s, id_, holder))
            return held.rowcount > 0

        return await self.database.run_in_transaction(work)

    async def finish(self, id_: str) -> None:
        """End the act if no case waits. What was said is deleted: the cases have it."""
        await self.database.fetch(FINISH, (id_,))


def _columns(items: Sequence[BulkItem]) -> tuple[list[str], ...]:
    return (
        [item.case_id for item in items],
        [str(item.state) for item in items],
        [item.code for item in items],
        [item.detail for item in items],
    )
