"""Leases by the database's clock: a leader that stood still writes nothing when it goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest

from store.connection import Connection, Database, DatabaseOptions, open_database
from store.errors import StoreUnavailable
from store.journal.checkpoints import PostgresCheckpoints, StoredKey
from store.journal.journal_feed import Cursor
from store.journal.leases import Lease, LeaseLost, Leases
from store.journal.outbox import Outbox
from store.notifications.deliveries import Deliveries
from tests.fakes.waiting import until
from tests.integration.leases import taken
from tests.integration.notices import LATER, NOW, keep_as, notice
from tests.limits import EVENT_S
from tests.town import at

SHORT_S = 3.0
START, NEXT = Cursor(), Cursor("9", 9)
NAME = "case-events"
# What programs of before the leases do, on one session.
OLD_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('sanban.outbox.' || %s::text, 0))"
OLD_ADVANCE = "SELECT sanban.outbox_advance('case-events', '0', 0, '9', 9)"
OLD_CHECKPOINT = "SELECT sanban.checkpoint_key_append(NULL, 'key', 0, now(), NULL)"


@asynccontextmanager
async def short(dsn: str) -> AsyncIterator[Database]:
    """Open a database whose leases are short."""
    options = DatabaseOptions(dsn, wait_s=EVENT_S, patience_s=EVENT_S, lease_s=SHORT_S)
    async with open_database(options) as opened:
        yield opened


@asynccontextmanager
async def frozen(database: Database, name: str = NAME) -> AsyncIterator[Lease]:
    """Take a lease as a process that stands still from then on: no clock of it goes on.

    So does the monotonic clock of a machine that sleeps: it wakes up and thinks no time is gone.
    """
    async with database.session() as connection:
        lease = await until_taken(Leases(database, name), connection)
        yield lease


async def until_taken(leases: Leases, connection: Connection) -> Lease:
    async with asyncio.timeout(EVENT_S):
        while (lease := await leases._taken(connection)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    return lease


async def test_another_leads_as_soon_as_the_lease_of_a_frozen_one_has_ended(app_dsn: str) -> None:
    async with short(app_dsn) as database, short(app_dsn) as beside:
        outbox = Outbox(beside)
        async with frozen(database) as first:
            async with outbox.lead() as too_early:
                assert too_early is None
            async with taken(outbox.lead) as second:
                await outbox.advance(second, START, NEXT)
                with pytest.raises(LeaseLost):
                    await first.check()
                for write in (
                    Outbox(database).advance(first, NEXT, Cursor("9", 10)),
                    first.execute("DELETE FROM sanban.notices", ()),
                ):
                    with pytest.raises(LeaseLost):
                        await write
                await second.check()

        assert second.token == first.token + 1
        assert first.lost.is_set()
        assert await outbox.cursor() == NEXT


async def test_a_frozen_leader_writes_nothing_although_no_other_process_has_led(
    app_dsn: str,
) -> None:
    """An old program could have: it takes no lease."""
    async with short(app_dsn) as database, frozen(database) as lease:
        await ended(database)

        with pytest.raises(LeaseLost):
            await Outbox(database).advance(lease, START, NEXT)
        assert await Outbox(database).cursor() == START


async def ended(database: Database) -> None:
    async with asyncio.timeout(EVENT_S):
        while (await Leases(database, NAME).seen()).holds:  # noqa: ASYNC110 - no one tells
            await asyncio.sleep(0.01)


async def test_one_that_freezes_within_a_write_holds_up_nobody_for_longer_than_a_lease(
    app_dsn: str,
) -> None:
    async with short(app_dsn) as database, short(app_dsn) as beside, frozen(database) as first:
        freezes = asyncio.Event()

        async def half(connection: Connection) -> None:
            await connection.execute("DELETE FROM sanban.notices")
            freezes.set()
            await asyncio.sleep(EVENT_S)

        writing = asyncio.create_task(first.fenced(half))
        await freezes.wait()
        async with taken(Outbox(beside).lead) as second:
            await second.check()
        writing.cancel()
        await asyncio.wait([writing])


async def test_a_lease_that_is_renewed_outlasts_its_length(app_dsn: str) -> None:
    async with short(app_dsn) as database, taken(Outbox(database).lead) as lease:
        until_first = await untils(database)
        async with asyncio.timeout(EVENT_S):
            while await untils(database) == until_first:  # noqa: ASYNC110 - no one tells
                await asyncio.sleep(0.01)
        await lease.check()


async def untils(database: Database) -> list[tuple[object, ...]]:
    return await database.fetch("SELECT until FROM sanban.leases")


async def test_others_see_who_leads_since_when_and_if_its_work_succeeds(app_dsn: str) -> None:
    async with short(app_dsn) as database, taken(Outbox(database).lead) as lease:
        await database.fetch("SELECT pg_sleep(0.2)")
        before = await Leases(database, NAME).seen()
        lease.report(works=True)
        async with asyncio.timeout(EVENT_S):
            while (await Leases(database, NAME).seen()).silent_s >= before.silent_s:  # noqa: ASYNC110
                await asyncio.sleep(0.01)

        assert before.holder == lease.holder
        assert before.since == lease.since
        assert before.holds
        assert before.silent_s >= 0.2
        assert not before.is_older


async def test_a_lease_that_ends_is_free_at_once(database: Database) -> None:
    for _ in range(20):  # more often than there are connections in the pool
        async with Leases(database, NAME).lead() as lease:
            assert lease is not None
        async with asyncio.timeout(EVENT_S):
            while (await locks(database))[0][0]:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def locks(database: Database) -> list[tuple[int]]:
    return await database.fetch(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
    )


# --- Beside a program of the release before, which has the lock and knows no lease.


async def test_while_an_old_program_leads_a_new_one_stands_by_and_says_so(
    database: Database, app: psycopg.Connection
) -> None:
    app.execute(OLD_LOCK, (NAME,))
    async with Leases(database, NAME).lead() as lease:
        assert lease is None
    seen = await Leases(database, NAME).seen()

    assert seen.is_older
    assert app.execute(OLD_ADVANCE).fetchall() == [(True,)]


async def test_while_a_new_program_leads_an_old_one_stands_by(
    database: Database, app: psycopg.Connection
) -> None:
    async with taken(Outbox(database).lead):
        assert app.execute(OLD_LOCK, (NAME,)).fetchall() == [(False,)]
        assert not (await Leases(database, NAME).seen()).is_older


async def test_an_old_program_that_takes_the_lock_of_a_cut_session_writes_nothing_beside_the_lease(
    app_dsn: str, app: psycopg.Connection
) -> None:
    """It takes the lock before the new one knows that its session is gone."""
    async with short(app_dsn) as database:
        async with frozen(database) as lease:
            async with frozen(database, "checkpoints"):
                await lease.connection.close()
                await until(lambda: app.execute(OLD_LOCK, (NAME,)).fetchall() == [(True,)])

                assert app.execute(OLD_ADVANCE).fetchall() == [(False,)]
                with pytest.raises(psycopg.errors.SerializationFailure):
                    app.execute(OLD_CHECKPOINT)
            await ended(database)

        assert app.execute(OLD_ADVANCE).fetchall() == [(True,)]


# --- After a failover, to a database that lacks the last seconds of the one before.


async def test_a_leader_of_a_lost_database_writes_nothing_although_its_token_comes_again(
    database: Database, superuser: psycopg.Connection
) -> None:
    async with taken(Outbox(database).lead) as lease:
        superuser.execute("UPDATE sanban.leases SET holder = 'another/1/abc'")
        with pytest.raises(LeaseLost):
            await Outbox(database).advance(lease, START, NEXT)
        superuser.execute("DELETE FROM sanban.leases")
        with pytest.raises(LeaseLost):
            await lease.check()

    async with taken(Outbox(database).lead) as later:
        await Outbox(database).advance(later, START, NEXT)


async def test_without_its_session_a_leader_has_no_lease(
    database: Database, superuser: psycopg.Connection
) -> None:
    async with taken(Outbox(database).lead) as lease:
        superuser.execute("SELECT pg_terminate_backend(backend) FROM sanban.leases")
        with pytest.raises(StoreUnavailable):
            await lease.check()

        assert lease.lost.is_set()


# --- Every write of a leader.


async def test_every_write_of_a_leader_is_refused_once_it_leads_no_more(
    database: Database, superuser: psycopg.Connection
) -> None:
    deliveries, checkpoints = Deliveries(database), PostgresCheckpoints(database)
    outbox = deliveries.outbox
    async with taken(deliveries.lead) as lease, taken(checkpoints.lead) as signing:
        await keep_as(lease, notice(1), notice(2))
        cursor, key = await outbox.cursor(), StoredKey("key", 0, at("2026-07-01 12:00"), None)
        before = await everything(database)
        superuser.execute("UPDATE sanban.leases SET token = token + 1")
        for write in (
            outbox.advance(lease, cursor, Cursor(cursor.xid, cursor.position + 1)),
            deliveries.take(lease, [notice(3)], cursor, Cursor(cursor.xid, 9), NOW),
            deliveries.attempt(lease, (notice(1),), "id", NOW, LATER),
            deliveries.rest(lease, [notice(1)], LATER),
            deliveries.delivered(lease, (notice(1),), "mailto", NOW),
            deliveries.forget(lease, [notice(1)]),
            deliveries.heard(lease, []),
            checkpoints.keep_key(signing, key, before=None),
            checkpoints.published(signing, 7),
        ):
            with pytest.raises(LeaseLost):
                await write

        assert await everything(database) == before


async def everything(database: Database) -> list[list[tuple[object, ...]]]:
    return [
        await database.fetch("SELECT * FROM sanban.outbox ORDER BY reader"),
        await database.fetch("SELECT * FROM sanban.notices ORDER BY id"),
        await database.fetch("SELECT * FROM sanban.notices_sent"),
        await database.fetch("SELECT * FROM sanban.notice_reports"),
        await database.fetch("SELECT * FROM sanban.checkpoint_keys"),
        await database.fetch("SELECT * FROM sanban.checkpoints_published"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sanban.leases SET token = 7",
        "DELETE FROM sanban.leases",
        "INSERT INTO sanban.leases VALUES ('x', 1, 'x', 1, now(), now(), now())",
    ],
)
def test_the_application_cannot_write_a_lease_itself(app: psycopg.Connection, change: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(change.encode())
