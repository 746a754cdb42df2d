"""How many cases of a list are in each grid, and how many of them are late."""

from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import sql
from psycopg.rows import class_row

from store.cases.filters import CaseFilter
from store.cases.row_access import PersonsDatabase, say, source_of
from store.cases.streams import streams
from store.connection import Connection, Database

MOST_COUNTED = 20_000
"""Of a longer list these are counted, and the answer says that there are more."""

COUNT = sql.SQL("""
SELECT grid, count(*) AS number, count(*) FILTER (
    WHERE closed_at IS NULL AND next_due < %(now)s
) AS late
FROM sanban.cases WHERE case_id IN (SELECT case_id FROM ({streams}) s LIMIT %(limit)s)
GROUP BY grid
""")


@dataclass(frozen=True, slots=True)
class GridCount:
    """`grid` is None for cases whose place is not known yet."""

    grid: str | None
    number: int
    late: int


async def by_grid(database: Database, wanted: CaseFilter, now: datetime) -> list[GridCount]:
    """Count the first MOST_COUNTED cases of a list. Raises StoreUnavailable."""

    async def work(connection: Connection) -> list[GridCount]:
        if isinstance(database, PersonsDatabase):
            await say(connection, wanted, database.reach)
        source = source_of(database, wanted)
        found, params = streams(source, wanted, now=now, limit=MOST_COUNTED, ordered=False)
        cursor = connection.cursor(row_factory=class_row(GridCount))
        await cursor.execute(COUNT.format(streams=found), {**params, "now": now.astimezone(UTC)})
        return await cursor.fetchall()

    return await database.run(work)
