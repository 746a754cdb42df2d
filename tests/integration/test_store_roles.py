"""What PostgreSQL refuses, whatever the program asks."""

import psycopg
import pytest
from psycopg import errors

from store.journal.rows import PostgresJournal
from tests.integration.stages import stage

CHANGES = [
    "UPDATE sanban.journal SET body = ''",
    "UPDATE sanban.journal SET body = '' WHERE false",
    "DELETE FROM sanban.journal",
    "TRUNCATE sanban.journal",
    "DELETE FROM sanban.journal_heads",
    "TRUNCATE sanban.journal_heads",
    "MERGE INTO sanban.journal j USING (VALUES (1)) v (n) ON n = seq WHEN MATCHED THEN DELETE",
]
WRITES = [
    "INSERT INTO sanban.journal VALUES ('c1', 2, now(), '', '', '')",
    "UPDATE sanban.journal_heads SET seq = 0",
    "INSERT INTO sanban.journal_heads VALUES ('c2', 0, '')",
    "UPDATE sanban.cases SET title = ''",
    "INSERT INTO sanban.cases SELECT * FROM sanban.cases",
    "TRUNCATE sanban.cases",
    "DELETE FROM sanban.migrations",
    "SELECT sanban.journal_append('c1', 2, '{}')",
    "SELECT sanban.case_put(c) FROM sanban.cases c",
    "CREATE TABLE sanban.mine ()",
    "CREATE FUNCTION sanban.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'",
    "ALTER TABLE sanban.journal DISABLE TRIGGER append_only",
    "DROP TABLE sanban.journal",
    "SET session_replication_role = replica",
    "SET ROLE sanban_owner",
]


@pytest.fixture(autouse=True)
async def one_row(journal: PostgresJournal) -> None:
    await journal.append(stage("c1", 1))


@pytest.mark.parametrize("statement", CHANGES + WRITES)
def test_the_application_may_only_append(app: psycopg.Connection, statement: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        app.execute(statement.encode())


@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.parametrize(
    "role", ["sanban_owner", "postgres"], ids=["the owner", "a superuser who does not mean it"]
)
@pytest.mark.parametrize("replication", ["origin", "replica"])
def test_triggers_refuse_changes_by_others_too(
    superuser: psycopg.Connection, statement: str, role: str, replication: str
) -> None:
    superuser.execute(f"SET session_replication_role = {replication}")
    superuser.execute(f"SET ROLE {role}")

    with pytest.raises(errors.InsufficientPrivilege, match="refused: it is append-only"):
        superuser.execute(statement.encode())


def test_functions_run_as_an_owner_without_power_and_with_a_pinned_search_path(
    superuser: psycopg.Connection,
) -> None:
    query = """
        SELECT p.proname, r.rolsuper OR r.rolcanlogin, p.proconfig[1],
               has_function_privilege('public', p.oid, 'EXECUTE')
        FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
        WHERE p.pronamespace = 'sanban'::regnamespace
    """
    functions = superuser.execute(query).fetchall()

    assert functions
    for name, powerful, first_setting, public in functions:
        assert powerful is False, name
        assert "search_path=pg_catalog, pg_temp" == first_setting, name
        assert public is False, name


def test_a_temporary_table_cannot_stand_in_for_the_journal(app: psycopg.Connection) -> None:
    app.execute("CREATE TEMP TABLE journal_heads (case_id text, seq int, hash bytea)")
    app.execute("CREATE FUNCTION pg_temp.sha256(bytea) RETURNS bytea LANGUAGE sql AS 'SELECT $1'")
    app.execute("SET search_path = pg_temp, sanban")
    body = '{"at":"2026-11-24T08:00:00Z"}'
    row = stage("c2", 1).row.model_dump_json()

    app.execute("SELECT sanban.case_append('c2', 1, ARRAY[%s]::bytea[], %s)", (body.encode(), row))

    assert (32,) == app.execute(
        "SELECT length(hash) FROM sanban.journal WHERE case_id = 'c2'"
    ).fetchone()
