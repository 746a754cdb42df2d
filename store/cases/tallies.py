"""What a first page shows, of one snapshot: lists, and how many cases each unit has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg.rows import class_row

from store.cases.filters import Bookmark, CaseFilter
from store.cases.read_model import CaseCount, CasePage, PostgresCases
from store.connection import SNAPSHOT, Connection

TALLY = """
SELECT holder AS unit, count(*) AS open,
    count(*) FILTER (WHERE next_due < %(now)s) AS late,
    count(*) FILTER (WHERE next_due >= %(now)s AND level > 0) AS near,
    count(*) FILTER (WHERE level >= 3) AS high
FROM sanban.cases WHERE tenant = %(tenant)s AND closed_at IS NULL
GROUP BY holder
"""


@dataclass(frozen=True, slots=True)
class UnitTally:
    """The open cases of a unit; None: the platform. `near`: warned of, and not late; `high`: of
    level 3 or above.
    """

    unit: str | None
    open: int
    late: int
    near: int
    high: int


@dataclass(frozen=True, slots=True)
class Overview:
    """`lists` in the order in which they were asked for; `units`: the most late ones first."""

    lists: tuple[tuple[CasePage, CaseCount], ...]
    units: tuple[UnitTally, ...]


async def overview(
    cases: PostgresCases,
    lists: Sequence[tuple[CaseFilter, int, Bookmark | None]],
    *,
    now: datetime,
    tenant: str,
) -> Overview:
    """Return a page and the count of each list (filter, limit, after), and the units' cases."""

    async def work(connection: Connection) -> Overview:
        await connection.execute(SNAPSHOT)
        found = [
            await cases.listed_on(connection, wanted, now, limit, after)
            for wanted, limit, after in lists
        ]
        return Overview(tuple(found), await _tallies(connection, tenant, now))

    return await cases.database.run_in_transaction(work)


async def _tallies(connection: Connection, tenant: str, now: datetime) -> tuple[UnitTally, ...]:
    async with connection.cursor(row_factory=class_row(UnitTally)) as cursor:
        await cursor.execute(TALLY, {"tenant": tenant, "now": now.astimezone(UTC)})
        found = await cursor.fetchall()
    return tuple(sorted(found, key=lambda each: (-each.late, -each.open, each.unit or "")))
