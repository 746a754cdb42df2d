"""A unit with few cases among very many, hardly any of them closed."""

import psycopg
import pytest
from psycopg import sql

from domain.case.access import Reach
from store.cases.filters import CaseFilter
from store.cases.read_model import PostgresCases
from store.cases.row_access import PersonsDatabase, say, source_of
from store.cases.streams import streams
from store.connection import Connection, Database
from tests.integration.stages import AT

CLOSED, OWN_OPEN, PAGE = 30_000, 300, 10
CASES = """
INSERT INTO sanban.cases (case_id, tenant, tier, stage, urgency, channel, title, level, received_at,
    policy, seq, closed_at, units)
SELECT md5(n::text), 'youchegang', 'assign', 'closed', 'normal', 'hotline', '', 0, now(), 'p1', 9,
    CASE WHEN n <= %(closed)s THEN now() END, CASE WHEN n <= %(closed)s THEN '{squad}'
    ELSE '{village}' END::text[]
FROM generate_series(1, %(closed)s + %(own)s) n
"""
OWN = Reach("lu-fang", "youchegang", ("village",))
ALL = CaseFilter(tenant="youchegang")


@pytest.fixture
def many(superuser: psycopg.Connection) -> None:
    superuser.execute(CASES.encode(), {"closed": CLOSED, "own": OWN_OPEN})
    superuser.execute("VACUUM ANALYZE sanban.cases")


async def plan_of(reader: PersonsDatabase) -> str:
    async def work(connection: Connection) -> str:
        await say(connection, ALL, reader.reach)
        query, params = streams(source_of(reader, ALL), ALL, now=AT, limit=PAGE + 1)
        cursor = await connection.execute(sql.SQL("EXPLAIN (ANALYZE, TIMING OFF) ") + query, params)
        return "\n".join(line for (line,) in await cursor.fetchall())

    return await reader.run(work)


@pytest.mark.usefixtures("many")
async def test_its_list_does_not_look_through_the_closed_cases_of_all_others(
    database: Database,
) -> None:
    reader = PersonsDatabase(database, OWN)

    plan = await plan_of(reader)
    page, total = await PostgresCases(reader).listed(ALL, now=AT, limit=PAGE)

    assert f"Rows Removed by Filter: {CLOSED}" not in plan
    assert "cases_closed_by_units" in plan
    assert len(page.rows) == PAGE
    assert total.number == OWN_OPEN
