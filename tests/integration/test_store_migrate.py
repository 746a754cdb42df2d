import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from runtime.embedded.postgres import EmbeddedPostgres
from store.connection import Database, DatabaseOptions, open_database
from store.errors import MigrationError, StoreUnavailable
from store.migrate import Migration, migrate, shipped
from store.scripts import shipped_scripts

ALL = (*(each.name for each in shipped()), *(each.name for each in shipped_scripts()))


@pytest.fixture
def empty_dsn(postgres_server: EmbeddedPostgres, fresh_database: str) -> str:
    return postgres_server.dsn(dbname=fresh_database)


def test_migrating_again_changes_nothing(empty_dsn: str) -> None:
    first = migrate(empty_dsn)
    second = migrate(empty_dsn)

    assert first == ALL
    assert () == second


def test_two_migrators_at_once_apply_each_migration_once(empty_dsn: str) -> None:
    together = threading.Barrier(2)

    def run() -> tuple[str, ...]:
        together.wait()
        return migrate(empty_dsn)

    with ThreadPoolExecutor(2) as threads:
        one, other = (future.result() for future in [threads.submit(run) for _ in range(2)])

    assert sorted(ALL) == sorted(one + other)


def test_a_changed_migration_that_has_run_is_named_and_nothing_is_applied(empty_dsn: str) -> None:
    migrate(empty_dsn)
    changed = Migration(1, "0001_journal.sql", shipped()[0].text + "-- innocent\n")
    following = Migration(2, "0002_more.sql", "CREATE TABLE sanban.never ()")

    with pytest.raises(MigrationError, match=r"0001_journal\.sql is not what was applied"):
        migrate(empty_dsn, migrations=[changed, following])

    with psycopg.connect(empty_dsn) as connection:
        assert (None,) == connection.execute("SELECT to_regclass('sanban.never')").fetchone()


def test_a_migration_that_fails_leaves_nothing_and_no_record(empty_dsn: str) -> None:
    good = Migration(1, "0001_good.sql", "CREATE TABLE sanban.good ()")
    bad = Migration(2, "0002_bad.sql", "CREATE TABLE sanban.half (); SELECT 1 / 0")

    with pytest.raises(MigrationError, match=r"0002_bad\.sql failed: division by zero"):
        migrate(empty_dsn, migrations=[good, bad])

    with psycopg.connect(empty_dsn) as connection:
        assert [(1,)] == connection.execute("SELECT version FROM sanban.migrations").fetchall()
        assert (None,) == connection.execute("SELECT to_regclass('sanban.half')").fetchone()


def test_an_older_program_leaves_a_newer_database_in_peace(empty_dsn: str) -> None:
    migrate(empty_dsn)

    assert () == migrate(empty_dsn, migrations=shipped()[:1])


def test_a_numbering_with_a_gap_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0001_one.sql").write_text("")
    (tmp_path / "0003_three.sql").write_text("")

    with pytest.raises(MigrationError, match="not numbered"):
        shipped(tmp_path)


def test_windows_newlines_are_no_change(tmp_path: Path) -> None:
    (tmp_path / "0001_one.sql").write_bytes(b"SELECT 1;\r\n")

    assert Migration(1, "0001_one.sql", "SELECT 1;\n").sha256 == shipped(tmp_path)[0].sha256


def test_an_ordinary_administrator_can_migrate(
    postgres_server: EmbeddedPostgres, fresh_database: str
) -> None:
    """Without being superuser: a managed database gives no superuser to anybody."""
    with psycopg.connect(postgres_server.dsn(dbname=fresh_database), autocommit=True) as superuser:
        superuser.execute("CREATE ROLE town_dba LOGIN CREATEROLE")
        superuser.execute(f"GRANT CREATE ON DATABASE {fresh_database} TO town_dba")
        for role in ("sanban_owner", "sanban_app"):  # left by other tests of this session
            if superuser.execute("SELECT to_regrole(%s)", (role,)).fetchone() != (None,):
                superuser.execute(f"GRANT {role} TO town_dba WITH ADMIN TRUE")
        try:
            applied = migrate(postgres_server.dsn(user="town_dba", dbname=fresh_database))
        finally:
            superuser.execute("DROP SCHEMA sanban CASCADE")
            superuser.execute("DROP OWNED BY town_dba")
            superuser.execute("DROP ROLE town_dba")

    assert applied == ALL


def test_a_member_of_the_owner_needs_no_other_right_for_later_migrations(
    postgres_server: EmbeddedPostgres, fresh_database: str
) -> None:
    superuser_dsn = postgres_server.dsn(dbname=fresh_database)
    migrate(superuser_dsn, migrations=shipped()[:1])
    with psycopg.connect(superuser_dsn, autocommit=True) as superuser:
        superuser.execute("CREATE ROLE deployer LOGIN IN ROLE sanban_owner")
        try:
            applied = migrate(postgres_server.dsn(user="deployer", dbname=fresh_database))
        finally:
            superuser.execute("DROP ROLE deployer")

    assert applied == ALL[1:]


def test_a_database_that_is_away_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="No such file or directory"):
        migrate(f"host={tmp_path}")


async def test_readiness_says_which_migration_is_missing(empty_dsn: str) -> None:
    async with open_database(DatabaseOptions(empty_dsn)) as database:
        bare = await database.ping()
        migrate(empty_dsn, migrations=shipped()[:1])
        behind = await database.ping()
        migrate(empty_dsn)

        assert bare is not None
        assert "the schema is not ready" in bare
        assert "run `sanban migrate`" in bare
        needs = f"the database is at migration 1, this program needs {len(shipped())}"
        assert f"{needs}: run `sanban migrate`" == behind
        assert None is await database.ping()


async def test_the_application_sees_a_migrated_database_as_ready(database: Database) -> None:
    assert None is await database.ping()
