"""What a first page shows, of one snapshot: lists, and how many cases each unit has."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg.rows import class_row

from store.cases.filters import Bookmark, CaseFilter
from store.cases.read_model import CaseCount, CasePage, PostgresCases
from store.connection import SNAPSHOT, Connection

# A late case counts at the unit that answers for the deadline, which may not be its holder. The
# index of open cases is read once; what is then added up is a row for each pair of these units.
TALLY = """
WITH counted AS MATERIALIZED (
    SELECT holder, owed_by, count(*) AS open,
        count(*) FILTER (WHERE next_due < %(now)s) AS late,
        count(*) FILTER (WHERE next_due >= %(now)s AND level > 0) AS near,
        count(*) FILTER (WHERE level >= 3) AS high
    FROM sanban.cases WHERE tenant = %(tenant)s AND closed_at IS NULL
    GROUP BY holder, owed_by
)
SELECT unit, sum(open)::int AS open, sum(late)::int AS late, sum(near)::int AS near,
    sum(high)::int AS high
FROM (
    SELECT holder AS unit, open, 0 AS late, 0 AS near, 0 AS high FROM counted
    UNION ALL
    SELECT coalesce(owed_by, holder), 0, late, near, high FROM counted
) added
GROUP BY unit
"""


@dataclass(frozen=True, slots=True)
class UnitTally:
    """The cases of a unit. `open`: it has them, None: the platform. The others are those for whose
    next deadline it answers: `late`, `near` (warned of, and not late), `high` (level 3 or above).
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
    tenant: str | None,
) -> Overview:
    """Return a page and the count of each list (filter, limit, after), and the units' cases.

    `tenant`: whose units are counted; None: none is, because the person sees no other unit.
    """

    async def work(connection: Connection) -> Overview:
        await connection.execute(SNAPSHOT)
        found = [
            await cases.listed_on(connection, wanted, now, limit, after)
            for wanted, limit, after in lists
        ]
        units = await _tallies(connection, tenant, now) if tenant else ()
        return Overview(tuple(found), units)

    return await cases.database.run_in_transaction(work)


async def _tallies(connection: Connection, tenant: str, now: datetime) -> tuple[UnitTally, ...]:
    async with connection.cursor(row_factory=class_row(UnitTally)) as cursor:
        await cursor.execute(TALLY, {"tenant": tenant, "now": now.astimezone(UTC)})
        found = await cursor.fetchall()
    return tuple(sorted(found, key=lambda each: (-each.late, -each.open, each.unit or "")))
