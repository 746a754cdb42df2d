"""Promise 31: what a reader asks is evaluated on the rows that they may read, and on no other.

A function that tells what it is given would otherwise see the rows that a view leaves out
afterwards, because PostgreSQL evaluates what is cheap first.
"""

from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql
from psycopg.errors import Diagnostic

from domain.case.access import Reach
from store.cases.filters import CaseFilter, Words
from store.cases.read_model import PostgresCases
from store.cases.row_access import PersonsDatabase, say
from store.connection import Connection, Database
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage

OWN, FOREIGN = 3, 40
SQUAD = Reach("xu-meng", "town", ("squad",))
DISPATCHER = Reach("zhu-lihua", "town", ("platform",), whole_tenant=True)
CALLS_BACK = replace(DISPATCHER, calls_back=True)
LEAK = """
CREATE FUNCTION sanban.leak(what text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS
$$ BEGIN RAISE NOTICE 'seen %', what; RETURN true; END $$
"""
LOOKED_FOR = CaseFilter(inbox=("squad",), words=Words((7,)))
VIEWS = [
    (reach, f"sanban.{whose}_{which}")
    for reach, whose in ((SQUAD, "unit"), (DISPATCHER, "tenant"))
    for which in ("cases", "inbox", "words", "common_words")
]
TABLES = [
    (reach, f"sanban.{table}")
    for reach in (SQUAD, DISPATCHER)
    for table in ("cases", "journal", "journal_heads")
] + [(CALLS_BACK, "sanban.reporters")]
BY_OLDER_PROGRAM = sql.SQL(
    "SELECT case_id FROM sanban.{} WHERE inbox && '{{squad}}' AND words @> '{{7}}'"
)
QUERIES = {
    "WHERE": "SELECT case_id FROM {} v WHERE sanban.leak(v.case_id)",
    "ORDER BY": "SELECT case_id FROM {} v ORDER BY sanban.leak(v.case_id), case_id",
    "SELECT": "SELECT sanban.leak(v.case_id) FROM {} v",
    "GROUP BY": "SELECT count(*) FROM {} v GROUP BY sanban.leak(v.case_id)",
    "JOIN": "SELECT 1 FROM {} v JOIN (SELECT true AS yes) t ON sanban.leak(v.case_id) = t.yes",
    "LEFT JOIN": "SELECT 1 FROM (SELECT 1) t LEFT JOIN {} v ON sanban.leak(v.case_id)",
    "LATERAL": "SELECT l.* FROM {} v, LATERAL (SELECT sanban.leak(v.case_id)) l",
    "a condition before": "SELECT 1 FROM {} v WHERE sanban.leak(v.case_id) AND v.case_id <> 'x'",
    "EXPLAIN": "EXPLAIN ANALYZE SELECT 1 FROM {} v WHERE NOT sanban.leak(v.case_id)",
    "a subquery": "SELECT 1 FROM (SELECT * FROM {} OFFSET 0) v WHERE sanban.leak(v.case_id)",
}


@pytest.fixture(autouse=True)
async def cases(journal: PostgresJournal, superuser: psycopg.Connection) -> None:
    superuser.execute(LEAK)
    for number in range(OWN + FOREIGN):
        tenant = "town" if number < OWN else "city" if number % 2 else "town"
        units = ("squad",) if tenant == "city" or number < OWN else ("water",)
        case_id = f"{'own' if number < OWN else tenant}-{number}"
        await journal.append(stage(case_id, 1, tenant=tenant, units=units, inbox=units))
        superuser.execute(
            "INSERT INTO sanban.case_words (case_id, tenant, words, of_open)"
            " VALUES (%s, %s, '{7}', true)",
            (case_id, tenant),
        )
        superuser.execute(
            "INSERT INTO sanban.reporters (case_id, tenant, name, phone, confidential)"
            " VALUES (%s, %s, 'Li', '1', true)",
            (case_id, tenant),
        )
    superuser.execute("VACUUM ANALYZE sanban.cases, sanban.case_words")


def foreign(reach: Reach, seen: set[str]) -> set[str]:
    theirs = ("own-", "town-") if reach.whole_tenant else ("own-",)
    return {case_id for case_id in seen if not case_id.startswith(theirs)}


@pytest.mark.parametrize(
    ("reach", "relation"), VIEWS + TABLES, ids=lambda value: getattr(value, "person", value)
)
async def test_a_function_that_tells_what_it_is_given_is_given_nothing_foreign(
    database: Database, reach: Reach, relation: str
) -> None:
    seen = dict[str, set[str]]()

    async def work(connection: Connection) -> None:
        await say(connection, LOOKED_FOR, reach)
        for shape, query in QUERIES.items():
            seen[shape] = set()
            tell = _telling(seen[shape])
            connection.add_notice_handler(tell)
            for planned in ("on", "off"):  # by indexes where possible, and without them
                await connection.execute(f"SET LOCAL enable_seqscan = {planned}".encode())
                await connection.execute(query.format(relation).encode())
            connection.remove_notice_handler(tell)

    await PersonsDatabase(database, reach).run(work)

    assert {shape: told for shape in seen if (told := foreign(reach, seen[shape]))} == {}
    assert all(len(told) >= OWN for told in seen.values())


def _telling(seen: set[str]) -> Callable[[Diagnostic], None]:
    return lambda said: seen.add(str(said.message_primary).removeprefix("seen "))


async def test_the_lists_find_what_they_found(database: Database, superuser: object) -> None:
    """Also for a program of the release before, which reads the first two views alone."""
    for reach, number in ((SQUAD, OWN), (DISPATCHER, OWN)):
        reader = PersonsDatabase(database, reach)
        for wanted in (
            LOOKED_FOR,
            CaseFilter(inbox=("squad",)),
            CaseFilter(inbox=("squad",), words=Words((7,), common=True)),
        ):
            page, count = await PostgresCases(reader).listed(wanted, now=AT)
            assert {row.case_id[:4] for row in page.rows} == {"own-"}
            assert count.number == number
        view = sql.Identifier("tenant_cases" if reach.whole_tenant else "unit_cases")
        old = await reader.fetch(BY_OLDER_PROGRAM.format(view))
        assert len(old) == number
