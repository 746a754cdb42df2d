"""The pool and the database's absences. The server here is the test's own: it is killed."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from runtime.embedded.ports import free_port
from runtime.embedded.postgres import EmbeddedPostgres
from store.connection import Connection, Database, DatabaseOptions, open_database
from store.errors import StoreUnavailable, Unstorable
from store.journal.rows import PostgresJournal
from store.migrate import migrate
from tests.fakes.waiting import until
from tests.integration.stages import stage
from tests.limits import EVENT_S

TERMINATE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'sanban_app'
"""

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
IN_TIME_S = 25
"""Less than the thirty seconds that a pool of psycopg waits when nobody tells it how long."""


@pytest.fixture(scope="module")
async def own_server(servers_directory: Path) -> AsyncIterator[EmbeddedPostgres]:
    async with EmbeddedPostgres(
        servers_directory / "mortal", port=free_port(), settings={"fsync": "off"}
    ) as server:
        migrate(server.dsn())
        yield server


def options(server: EmbeddedPostgres, **more: float) -> DatabaseOptions:
    return DatabaseOptions(
        server.dsn(user="sanban_app"),
        min_size=4,
        max_size=4,
        wait_s=more.get("wait_s", EVENT_S),
        patience_s=more.get("patience_s", EVENT_S),
    )


async def fill(database: Database) -> None:
    """Every connection of the pool is open and has been used."""
    await until_ready(database)
    await asyncio.gather(*(database.fetch("SELECT pg_sleep(0.1)") for _ in range(4)))


async def until_ready(database: Database) -> None:
    deadline = time.monotonic() + EVENT_S
    while reason := await database.ping():
        assert time.monotonic() < deadline, reason
        await asyncio.sleep(0.05)


async def test_terminated_connections_are_replaced_without_anybody_noticing(
    own_server: EmbeddedPostgres,
) -> None:
    async with open_database(options(own_server)) as database:
        await fill(database)
        with psycopg.connect(own_server.dsn(), autocommit=True) as superuser:
            superuser.execute(TERMINATE)

        assert [(1,)] == await database.fetch("SELECT 1")
        await fill(database)


async def test_a_killed_server_is_reported_in_time_and_its_return_noticed(
    own_server: EmbeddedPostgres,
) -> None:
    async with open_database(options(own_server, wait_s=1, patience_s=5)) as database:
        journal = PostgresJournal(database)
        await fill(database)
        await journal.append(stage("c1", 1))

        own_server.kill()
        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            await journal.append(stage("c1", 2))
        reason = await database.ping()
        assert time.monotonic() - started < IN_TIME_S
        assert reason is not None
        assert "connection" in reason
        await asyncio.sleep(4)  # long enough for the pool to have given up trying
        await own_server.start()
        started = time.monotonic()
        await until_ready(database)
        await journal.append(stage("c1", 2))

        assert time.monotonic() - started < IN_TIME_S
        assert 2 == await journal.journaled_seq("c1")


async def test_a_restart_between_two_calls_costs_none_of_them(
    own_server: EmbeddedPostgres,
) -> None:
    async with open_database(options(own_server)) as database:
        journal = PostgresJournal(database)
        await fill(database)
        own_server.kill()
        await own_server.start()

        await asyncio.gather(*(journal.append(stage(f"r{number}", 1)) for number in range(8)))

        assert 1 == await journal.journaled_seq("r7")


async def test_a_program_may_start_before_its_database(own_server: EmbeddedPostgres) -> None:
    await own_server.stop()
    try:
        async with open_database(options(own_server, wait_s=1)) as database:
            reason = await database.ping()
            assert reason is not None
            assert "No such file or directory" in reason
            await own_server.start()
            await until_ready(database)
    finally:
        await own_server.start()


async def test_a_frozen_server_does_not_hold_its_callers_for_ever(
    own_server: EmbeddedPostgres,
) -> None:
    async with open_database(options(own_server, patience_s=1.0)) as database:
        await fill(database)
        backends = [
            pid
            for (pid,) in await database.fetch(
                "SELECT pid FROM pg_stat_activity WHERE usename = 'sanban_app'"
            )
        ]
        for pid in [*backends, own_server.pid]:
            os.kill(pid, signal.SIGSTOP)
        try:
            started = time.monotonic()
            with pytest.raises(StoreUnavailable, match="no answer in time"):
                await database.fetch("SELECT 1")
            assert time.monotonic() - started < EVENT_S
        finally:
            for pid in [own_server.pid, *backends]:
                os.kill(pid, signal.SIGCONT)

        assert [(1,)] == await database.fetch("SELECT 1")


async def test_busy_connections_are_a_reason_too(own_server: EmbeddedPostgres) -> None:
    async with open_database(options(own_server, wait_s=1)) as database:
        await fill(database)
        with psycopg.connect(own_server.dsn(), autocommit=True) as superuser:
            superuser.execute("SELECT pg_advisory_lock(1)")
            busy = [
                asyncio.create_task(database.fetch("SELECT pg_advisory_lock_shared(1)"))
                for _ in range(4)
            ]
            await until(lambda: superuser.execute(WAITING).fetchone() == (4,))

            reason = "postgresql is unavailable: all 4 connections are busy"
            assert await database.ping() == reason
            superuser.execute("SELECT pg_advisory_unlock(1)")
            await asyncio.gather(*busy)


async def test_a_statement_that_takes_too_long_is_given_up(own_server: EmbeddedPostgres) -> None:
    limited = DatabaseOptions(own_server.dsn(user="sanban_app"), statement_timeout_s=0.2)
    async with open_database(limited) as database:
        with pytest.raises(StoreUnavailable, match="statement timeout"):
            await database.fetch("SELECT pg_sleep(600)")


async def test_a_forgotten_transaction_is_ended_by_the_server(
    own_server: EmbeddedPostgres,
) -> None:
    limited = DatabaseOptions(
        own_server.dsn(user="sanban_app"), max_size=1, statement_timeout_s=0.2
    )
    async with open_database(limited) as database:

        async def forget(connection: Connection) -> None:
            await connection.execute("SELECT 1")
            await asyncio.sleep(4)  # twice as long as it may be forgotten
            await connection.execute("SELECT 1")

        with pytest.raises(StoreUnavailable, match="idle-in-transaction"):
            await database.run_in_transaction(forget)


async def test_a_failed_transaction_leaves_nothing(own_server: EmbeddedPostgres) -> None:
    async with open_database(options(own_server)) as database:

        async def half(connection: Connection) -> None:
            await connection.execute("INSERT INTO sanban.policies VALUES ('h', '')")
            await connection.execute("INSERT INTO sanban.policies VALUES ('h', '')")

        with pytest.raises(Unstorable, match="duplicate key value") as caught:
            await database.run_in_transaction(half)

        assert "(h)" not in str(caught.value)  # DETAIL would quote the values
        assert [] == await database.fetch("SELECT hash FROM sanban.policies WHERE hash = 'h'")


async def test_a_mistake_in_our_own_sql_is_not_mistaken_for_an_absence(
    own_server: EmbeddedPostgres,
) -> None:
    async with open_database(options(own_server)) as database:
        with pytest.raises(psycopg.errors.SyntaxError):
            await database.fetch("SELEKT 1")


async def test_an_unknown_database_is_named(
    own_server: EmbeddedPostgres,
) -> None:
    nowhere = own_server.dsn(dbname="nowhere")
    async with open_database(DatabaseOptions(nowhere, wait_s=0.5)) as database:
        reason = await database.ping()

        assert reason is not None
        assert 'database "nowhere" does not exist' in reason


async def test_the_application_can_be_given_a_password(own_server: EmbeddedPostgres) -> None:
    migrate(own_server.dsn(), app_password="it's 'secret'")  # noqa: S106
    conninfo = make_conninfo(own_server.tcp_dsn(), user="sanban_app", password="it's 'secret'")  # noqa: S106

    async with open_database(DatabaseOptions(conninfo)) as database:
        assert None is await database.ping()
    wrong = make_conninfo(conninfo, password="another")  # noqa: S106
    async with open_database(DatabaseOptions(wrong, wait_s=0.3)) as database:
        reason = str(await database.ping())
        assert "password authentication failed" in reason
        assert reason.endswith(": correct the password, or the user, in SANBAN_DATABASE_URL")
        # Every call says the server's reason, as the log of a service that waits does.
        for call in (database.fetch("SELECT 1"), PostgresJournal(database).journaled_seq("c1")):
            with pytest.raises(StoreUnavailable, match="password authentication failed"):
                await call
        with pytest.raises(StoreUnavailable, match="password authentication failed"):
            async with database.snapshot():
                pass
        with pytest.raises(StoreUnavailable, match="password authentication failed"):
            async with database.session():
                pass


async def test_a_server_that_does_not_answer_a_new_client_is_not_called_busy(
    own_server: EmbeddedPostgres,
) -> None:
    """It listens, and its postmaster stands still."""
    conninfo = make_conninfo(own_server.tcp_dsn(), connect_timeout=60)
    os.kill(own_server.pid, signal.SIGSTOP)
    try:
        async with open_database(DatabaseOptions(conninfo, wait_s=0.3)) as database:
            reason = str(await database.ping())
    finally:
        os.kill(own_server.pid, signal.SIGCONT)

    assert "the server does not answer" in reason


async def test_what_the_conninfo_says_has_precedence(own_server: EmbeddedPostgres) -> None:
    conninfo = own_server.dsn(user="sanban_app") + (
        "&application_name=mine&options=-c%20statement_timeout%3D1234"
    )
    async with open_database(DatabaseOptions(conninfo, name="ours")) as database:
        [settings] = await database.fetch(
            "SELECT current_setting('application_name'), current_setting('statement_timeout'),"
            " current_setting('search_path'), current_setting('TimeZone')"
        )

        assert ("mine", "1234ms", "sanban,pg_temp", "UTC") == settings
