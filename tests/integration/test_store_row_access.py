"""Promise 31: what a person may not read is not there, whatever is asked."""

import json
from dataclasses import replace

import psycopg
import pytest
from psycopg import errors, sql

from domain.case.access import Reach
from store.cases.filters import CaseFilter
from store.cases.read_model import PostgresCases
from store.cases.row_access import PersonsDatabase
from store.connection import Connection, Database, DatabaseOptions, open_database
from store.errors import AmbiguousCase, NoSuchCase, StoreUnavailable
from store.journal.rows import PostgresJournal
from tests.integration.stages import AT, stage

SQUAD = Reach("xu-meng", "town", ("squad", "old-squad"))
WATER = Reach("song-tao", "town", ("water",))
NOBODY = Reach("nobody", "town", ())
DISPATCHER = Reach("zhu-lihua", "town", ("platform",), whole_tenant=True, calls_back=True)
LEADER = Reach("lu-jianming", "town", ("office",), whole_tenant=True)
ELSEWHERE = Reach("li", "city", ("squad", "water"), whole_tenant=True, calls_back=True)
ELSEWHERE_SQUAD = Reach("li", "city", ("squad",))
ODD = Reach("o'hara", 'it\'s {a} "town" \\', ('a"b', "c\\d", "e,f", "{}"))

TABLES = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'sanban'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
ORDER BY 1
"""
OPEN_TO_READERS = {
    "cases", "journal", "journal_heads", "reporters", "tenant_cases", "unit_cases",
    "tenant_inbox", "unit_inbox", "tenant_words", "unit_words",
    "tenant_common_words", "unit_common_words", "unit_open", "open_marks",
}  # fmt: skip

CASES: dict[str, dict[str, object]] = {
    "held": {"holder": "squad", "units": ("squad",), "inbox": ("squad",)},
    "asked": {"holder": "water", "units": ("squad", "water"), "inbox": ("squad", "water")},
    "had": {"holder": "water", "units": ("old-squad", "water"), "inbox": ("water",)},
    "hers": {"holder": "water", "units": ("water",), "inbox": ("water",)},
    "new": {"holder": None, "units": (), "inbox": ("platform",)},
    "closed": {"holder": "squad", "units": ("squad",), "inbox": (), "closed_at": AT},
}
SQUADS = {"held", "asked", "had", "closed"}


@pytest.fixture(autouse=True)
async def town(journal: PostgresJournal, superuser: psycopg.Connection) -> None:
    for case_id, changes in CASES.items():
        await journal.append(stage(case_id, 1, 2, tenant="town", **changes))
    await journal.append(stage("theirs", 1, tenant="city", units=("squad",), inbox=("squad",)))
    for case_id in (*CASES, "theirs"):
        superuser.execute(
            "INSERT INTO sanban.reporters VALUES (%s, %s, '王', '138', %s)",
            (case_id, "city" if case_id == "theirs" else "town", case_id != "held"),
        )


async def ids(database: Database, table: str) -> set[str]:
    query = sql.SQL("SELECT case_id FROM sanban.{}").format(sql.Identifier(table))
    return {case_id for (case_id,) in await database.fetch(query)}


READERS = [
    (SQUAD, SQUADS),
    (WATER, {"asked", "had", "hers"}),
    (NOBODY, set[str]()),
    (DISPATCHER, {*CASES}),
    (LEADER, {*CASES}),
    (ELSEWHERE, {"theirs"}),
    (ELSEWHERE_SQUAD, {"theirs"}),
    (ODD, set[str]()),
]


async def test_the_marks_of_a_case_are_read_by_those_who_read_the_case(database: Database) -> None:
    for reach, expected in READERS:
        found = await ids(PersonsDatabase(database, reach), "open_marks")
        assert found == expected - {"closed"}, reach


@pytest.mark.parametrize("table", ["cases", "journal", "journal_heads"])
async def test_each_reads_the_cases_of_their_reach_and_no_other(
    database: Database, table: str
) -> None:
    for reach, expected in READERS:
        assert await ids(PersonsDatabase(database, reach), table) == expected, reach


async def test_lists_and_counts_have_what_may_be_read_by_every_way_of_asking(
    database: Database,
) -> None:
    everybody = ("squad", "old-squad", "water", "platform", "office")
    for reach, expected in READERS:
        cases = PostgresCases(PersonsDatabase(database, reach))
        for wanted, those in (
            (CaseFilter(), expected),
            (CaseFilter(tenant="town"), expected if reach.tenant == "town" else set()),
            (CaseFilter(tenant="city"), expected if reach.tenant == "city" else set()),
            (CaseFilter(inbox=everybody), expected - {"closed"}),
            (CaseFilter(holder="water"), expected & {"asked", "had", "hers"}),
        ):
            page, total = await cases.listed(wanted, now=AT)
            assert {row.case_id for row in page.rows} == those, (reach, wanted)
            assert total.number == len(those)
            assert total.and_more is False
            assert await cases.count(wanted, now=AT) == total


async def test_a_case_of_others_is_no_case_by_its_number_its_rows_or_as_a_candidate(
    database: Database,
) -> None:
    persons = PersonsDatabase(database, SQUAD)
    cases, journal = PostgresCases(persons), PostgresJournal(persons)

    with pytest.raises(AmbiguousCase) as caught:
        await cases.get("h")
    assert caught.value.candidates == ("had", "held")
    for other in ("hers", "her", "new", "theirs"):
        with pytest.raises(NoSuchCase):
            await cases.get(other)
        assert await journal.read(other) == []
        assert await journal.bodies_from(other, 1) == ()
        assert await journal.journaled_seq(other) == 0
        assert await cases.seq(other) == 0
    assert len(await journal.read("asked")) == 2
    assert {row.case_id async for row in journal.stream_rows()} == SQUADS


async def test_every_other_table_is_closed_to_who_reads_as_a_person(
    database: Database, superuser: psycopg.Connection
) -> None:
    tables = {name for (name,) in superuser.execute(TABLES).fetchall()}
    assert OPEN_TO_READERS < tables

    for reach in (SQUAD, DISPATCHER):
        for table in sorted(tables - OPEN_TO_READERS):
            query = sql.SQL("SELECT FROM sanban.{}").format(sql.Identifier(table))
            with pytest.raises(StoreUnavailable) as caught:
                await PersonsDatabase(database, reach).fetch(query)
            assert isinstance(caught.value.__cause__, errors.InsufficientPrivilege), table


def caller(unit: str) -> Reach:
    return Reach("caller", "town", (unit,), whole_tenant=True, calls_back=True)


async def test_a_name_is_read_by_who_calls_back_and_in_confidence_never_by_a_unit_it_is_about(
    database: Database,
) -> None:
    for reach, expected in (
        (DISPATCHER, {*CASES}),
        (LEADER, set[str]()),
        (SQUAD, set[str]()),
        (ELSEWHERE, set[str]()),  # the one in their tenant is about their unit
        (ELSEWHERE_SQUAD, set[str]()),
        # Of a unit that has or had a part nobody, whatever their role; "held" is no secret.
        (caller("water"), {"held", "new", "closed"}),
        (caller("squad"), {"held", "had", "hers", "new"}),
        (replace(caller("squad"), whole_tenant=False), set[str]()),
    ):
        assert await ids(PersonsDatabase(database, reach), "reporters") == expected, reach


async def test_a_reader_writes_nothing(database: Database) -> None:
    async def work(connection: Connection) -> None:
        await connection.execute("DELETE FROM sanban.cases")

    with pytest.raises(Exception, match=r"read-only|permission denied"):
        await PersonsDatabase(database, DISPATCHER).run(work)


async def test_a_connection_that_was_a_person_s_is_nobody_s_afterwards(app_dsn: str) -> None:
    async with open_database(DatabaseOptions(app_dsn, max_size=1)) as only:
        assert await ids(PersonsDatabase(only, SQUAD), "cases") == SQUADS
        assert await ids(only, "cases") == {*CASES, "theirs"}
        assert await ids(PersonsDatabase(only, WATER), "cases") == {"asked", "had", "hers"}
        with pytest.raises(Exception, match="division by zero"):
            await PersonsDatabase(only, SQUAD).fetch("SELECT 1 / 0")
        assert await ids(only, "cases") == {*CASES, "theirs"}


@pytest.mark.parametrize("role", ["sanban_reader", "sanban_unit_reader"])
def test_a_role_without_a_person_reads_nothing(app: psycopg.Connection, role: str) -> None:
    """Also where settings were made before in the session, and are empty now."""
    for _ in range(2):
        with app.transaction():
            app.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
            for table in ("cases", "journal", "journal_heads", "reporters"):
                rows = app.execute(sql.SQL("SELECT 1 FROM sanban.{}").format(sql.Identifier(table)))
                assert rows.fetchall() == []
        with app.transaction():
            app.execute("SET LOCAL sanban.tenant = 'x'; SET LOCAL sanban.units = '{}'")
            app.execute("SET LOCAL sanban.calls_back = 'yes'")


def test_neither_role_can_log_in_pass_by_the_rules_or_become_another(
    superuser: psycopg.Connection, app: psycopg.Connection
) -> None:
    rows = superuser.execute(
        "SELECT rolname, rolcanlogin, rolbypassrls, rolsuper FROM pg_roles"
        " WHERE rolname IN ('sanban_reader', 'sanban_unit_reader', 'sanban_app') ORDER BY 1"
    ).fetchall()

    assert rows == [
        ("sanban_app", True, False, False),
        ("sanban_reader", False, False, False),
        ("sanban_unit_reader", False, False, False),
    ]
    # The services get nothing from the readers' grants: there is a view that they cannot read.
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute("SELECT * FROM sanban.tenant_cases")


async def test_what_an_older_program_writes_is_read_by_its_holder_and_takes_nothing_from_others(
    app: psycopg.Connection, database: Database
) -> None:
    for case_id, first in (("asked", 3), ("older", 1)):
        batch = stage(case_id, first, tenant="town", holder="squad")
        known = batch.row.model_dump(mode="json", exclude={"units", "inbox"})
        bodies = [body.encode() for body in batch.bodies]
        app.execute(
            "SELECT sanban.case_append(%s, %s, %b, %s::jsonb)",
            (case_id, first, bodies, json.dumps(known)),
        )

    assert "older" in await ids(PersonsDatabase(database, SQUAD), "cases")
    assert await ids(PersonsDatabase(database, WATER), "cases") == {"asked", "had", "hers"}
    mine, _ = await PostgresCases(PersonsDatabase(database, SQUAD)).listed(
        CaseFilter(inbox=SQUAD.units), now=AT
    )
    assert {row.case_id for row in mine.rows} == {"held", "asked", "older"}
