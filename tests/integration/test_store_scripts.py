import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest

from runtime.embedded.postgres import EmbeddedPostgres
from store.connection import DatabaseOptions, open_database
from store.errors import MigrationError
from store.migrate import Migration, migrate, shipped
from store.scripts import Script, shipped_scripts

NAMES = tuple(script.name for script in shipped_scripts())
OBJECTS = """
SELECT 'functions/' || proname || '.sql' FROM pg_proc WHERE pronamespace = 'sanban'::regnamespace
UNION SELECT 'views/' || viewname || '.sql' FROM pg_views WHERE schemaname = 'sanban'
"""
RECORDS = "SELECT name, revision, sha256 FROM sanban.scripts ORDER BY name"
SOURCES = """
SELECT oid::regprocedure::text, prosrc FROM pg_proc
WHERE pronamespace = 'sanban'::regnamespace ORDER BY 1
"""
ANSWER = """-- revision: {revision}
CREATE OR REPLACE FUNCTION sanban.answer() RETURNS integer LANGUAGE sql AS 'SELECT {number}';
GRANT EXECUTE ON FUNCTION sanban.answer() TO sanban_app;
"""
BROKEN = Script("views/broken.sql", "-- revision: 1\nCREATE VIEW sanban.broken AS SELECT 1 / zero")


@pytest.fixture
def empty_dsn(postgres_server: EmbeddedPostgres, fresh_database: str) -> str:
    return postgres_server.dsn(dbname=fresh_database)


@pytest.fixture
def superuser(empty_dsn: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(empty_dsn, autocommit=True) as connection:
        yield connection


def answering(number: int, revision: int = 1) -> tuple[Script, ...]:
    text = ANSWER.format(number=number, revision=revision)
    return (Script("functions/answer.sql", text),)


def answer(superuser: psycopg.Connection) -> object:
    [found] = superuser.execute("SELECT sanban.answer()").fetchone() or (None,)
    return found


def test_a_fresh_database_has_the_text_of_every_script(
    empty_dsn: str, superuser: psycopg.Connection
) -> None:
    migrate(empty_dsn)

    recorded = superuser.execute(RECORDS).fetchall()
    assert recorded == sorted((s.name, s.revision, s.sha256) for s in shipped_scripts())


def test_every_function_and_view_has_a_script_of_its_name(
    empty_dsn: str, superuser: psycopg.Connection
) -> None:
    """So that no migration makes one that cannot be changed without repeating it."""
    migrate(empty_dsn)

    assert {name for (name,) in superuser.execute(OBJECTS).fetchall()} == set(NAMES)


def test_a_database_of_before_gets_the_scripts(empty_dsn: str) -> None:
    migrate(empty_dsn, migrations=shipped()[:18])

    assert migrate(empty_dsn) == (*(each.name for each in shipped()[18:]), *NAMES)
    assert migrate(empty_dsn) == ()


def test_a_changed_script_is_applied_alone_and_once(
    empty_dsn: str, superuser: psycopg.Connection
) -> None:
    migrate(empty_dsn, scripts=answering(1))

    assert migrate(empty_dsn, scripts=answering(2, revision=2)) == ("functions/answer.sql",)
    assert migrate(empty_dsn, scripts=answering(2, revision=2)) == ()
    assert answer(superuser) == 2


def test_a_text_without_a_new_revision_is_applied_too(
    empty_dsn: str, superuser: psycopg.Connection
) -> None:
    """While a script is being written nothing is released yet."""
    migrate(empty_dsn, scripts=answering(1))

    assert migrate(empty_dsn, scripts=answering(2)) == ("functions/answer.sql",)
    assert answer(superuser) == 2


def test_an_older_program_leaves_a_newer_script_in_place(
    empty_dsn: str, superuser: psycopg.Connection
) -> None:
    migrate(empty_dsn, scripts=answering(2, revision=2))

    assert migrate(empty_dsn, scripts=answering(1)) == ()
    assert answer(superuser) == 2


def test_a_program_with_fewer_migrations_applies_no_script(
    empty_dsn: str, superuser: psycopg.Connection
) -> None:
    migrate(empty_dsn, scripts=answering(1))
    older = shipped()[:-1]

    assert migrate(empty_dsn, migrations=older, scripts=answering(2, revision=2)) == ()
    assert answer(superuser) == 1


def test_an_old_signature_stays_callable_beside_the_new_one(
    empty_dsn: str, superuser: psycopg.Connection
) -> None:
    [old] = answering(1)
    wider = "CREATE OR REPLACE FUNCTION sanban.answer(p integer) RETURNS integer"
    new = replace(old, text=f"-- revision: 2\n{wider} LANGUAGE sql AS 'SELECT p';\n")
    migrate(empty_dsn, scripts=[old])
    migrate(empty_dsn, scripts=[new])

    assert superuser.execute("SELECT sanban.answer(), sanban.answer(5)").fetchone() == (1, 5)


def test_two_migrators_at_once_apply_each_changed_script_once(
    empty_dsn: str, superuser: psycopg.Connection
) -> None:
    migrate(empty_dsn, scripts=answering(1))
    together = threading.Barrier(2)

    def run() -> tuple[str, ...]:
        together.wait()
        return migrate(empty_dsn, scripts=answering(2, revision=2))

    with ThreadPoolExecutor(2) as threads:
        one, other = (future.result() for future in [threads.submit(run) for _ in range(2)])

    assert one + other == ("functions/answer.sql",)
    assert answer(superuser) == 2


def test_a_script_that_fails_leaves_every_function_and_record_as_it_was(
    empty_dsn: str, superuser: psycopg.Connection
) -> None:
    migrate(empty_dsn, scripts=answering(1))
    records = superuser.execute(RECORDS).fetchall()
    sources = superuser.execute(SOURCES).fetchall()

    with pytest.raises(MigrationError, match=r'views/broken\.sql failed: column "zero" does not'):
        migrate(empty_dsn, scripts=[*answering(2, revision=2), BROKEN])

    assert superuser.execute(RECORDS).fetchall() == records
    assert superuser.execute(SOURCES).fetchall() == sources


def test_a_script_that_fails_takes_back_the_migration_it_belongs_to(
    empty_dsn: str, superuser: psycopg.Connection
) -> None:
    """A table of the new layout must never meet a function of the old one."""
    migrate(empty_dsn, scripts=answering(1))
    following = Migration(len(shipped()) + 1, "9999_next.sql", "CREATE TABLE sanban.next ()")

    with pytest.raises(MigrationError, match="broken"):
        migrate(empty_dsn, migrations=[*shipped(), following], scripts=[BROKEN])

    assert superuser.execute("SELECT to_regclass('sanban.next')").fetchone() == (None,)
    assert superuser.execute("SELECT max(version) FROM sanban.migrations").fetchone() == (
        len(shipped()),
    )


async def test_readiness_names_the_scripts_that_the_database_lacks(empty_dsn: str) -> None:
    migrate(empty_dsn, scripts=shipped_scripts()[1:])
    async with open_database(DatabaseOptions(empty_dsn)) as database:
        behind = await database.ping()
        migrate(empty_dsn)
        ready = await database.ping()

    assert behind == f"the database lacks this program's {NAMES[0]}: run `sanban migrate`"
    assert ready is None


async def test_a_program_is_ready_with_a_newer_script(
    empty_dsn: str, superuser: psycopg.Connection
) -> None:
    migrate(empty_dsn)
    superuser.execute("UPDATE sanban.scripts SET revision = revision + 1, sha256 = 'newer'")

    async with open_database(DatabaseOptions(empty_dsn)) as database:
        assert await database.ping() is None
