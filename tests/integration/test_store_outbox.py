"""The outbox: nothing is skipped, and one reader at a time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import psycopg
import pytest
from psycopg.types.json import Jsonb

from schemas.records import Batch
from store.connection import Database, DatabaseOptions, open_database
from store.errors import StoreUnavailable
from store.journal.journal_feed import Cursor
from store.journal.leases import Lease, LeaseLost
from store.journal.outbox import CursorMoved, ForeignCursor, Outbox
from store.journal.rows import APPEND, PostgresJournal
from tests.fakes.waiting import until
from tests.integration.leases import taken
from tests.integration.stages import stage

START = Cursor()
ADVISORY = """FROM pg_locks WHERE locktype = 'advisory'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""
ROW = """INSERT INTO sanban.journal (case_id, seq, at, body, prev, hash, xid)
    VALUES ('c1', %s, now(), '', '', '', %s)"""
RESET = "UPDATE sanban.outbox SET xid = %s, position = %s"


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


@asynccontextmanager
async def leading(database: Database) -> AsyncIterator[Lease]:
    async with taken(Outbox(database).lead) as lease:
        yield lease


def append(connection: psycopg.Connection, batch: Batch) -> None:
    bodies = [body.encode() for body in batch.bodies]
    row = Jsonb(batch.row.model_dump(mode="json"))
    connection.execute(APPEND, (batch.case_id, batch.first_seq, bodies, row))


async def test_rows_come_in_order_and_go_on_where_telling_stopped(
    outbox: Outbox, database: Database, journal: PostgresJournal
) -> None:
    await journal.append(stage("c1", 1, 2))
    await journal.append(stage("c2", 1))
    await journal.append(stage("c1", 3))
    async with leading(database) as lease:
        begun = await outbox.cursor()
        first = await outbox.after(begun, 2)
        await outbox.advance(lease, begun, first[-1].cursor)
    async with leading(database) as lease:
        rest = await outbox.after(await outbox.cursor(), 100)

    assert begun == START
    assert [(row.case_id, row.seq) for row in first] == [("c1", 1), ("c1", 2)]
    assert [(row.case_id, row.seq) for row in rest] == [("c2", 1), ("c1", 3)]


async def test_transactions_are_in_the_order_of_their_numbers_not_of_their_digits(
    outbox: Outbox, database: Database, superuser: psycopg.Connection
) -> None:
    for seq, xid in enumerate(("9", "10", "99", "100"), 1):
        superuser.execute(ROW, (seq, xid))
    async with leading(database):
        rows = await outbox.after(START, 2) + await outbox.after(Cursor("10", 2**62), 2)

    assert [row.seq for row in rows] == [1, 2, 3, 4]


async def test_a_transaction_that_commits_late_is_not_overtaken(
    outbox: Outbox, database: Database, journal: PostgresJournal, app_dsn: str
) -> None:
    """By position alone c2 would be told, and c1, which took its number before, never."""
    async with leading(database):
        with psycopg.connect(app_dsn) as slow:
            append(slow, stage("c1", 1, 2))
            await journal.append(stage("c2", 1))
            while_open = await outbox.after(START, 100)
            held = await Outbox(database).lag()
            slow.commit()
        afterwards = await outbox.after(START, 100)

    assert while_open == []
    assert held.held
    assert [(row.case_id, row.seq) for row in afterwards] == [("c1", 1), ("c1", 2), ("c2", 1)]


async def test_a_transaction_that_was_given_up_leaves_no_hole(
    outbox: Outbox, database: Database, journal: PostgresJournal, app_dsn: str
) -> None:
    async with leading(database):
        with psycopg.connect(app_dsn) as slow:
            append(slow, stage("c1", 1))
            await journal.append(stage("c2", 1))
            slow.rollback()
        rows = await outbox.after(START, 100)

    assert [row.case_id for row in rows] == ["c2"]


async def test_chains_of_operations_are_not_of_cases(
    outbox: Outbox, database: Database, journal: PostgresJournal
) -> None:
    await journal.append(stage("operations/youchegang", 1))
    lag = await Outbox(database).lag()
    await journal.append(stage("c1", 1))
    async with leading(database):
        rows = await outbox.after(START, 100)

    assert lag.seconds == 0
    assert [row.case_id for row in rows] == ["c1"]


async def test_of_two_only_one_leads_and_the_other_can_when_its_session_is_gone(
    outbox: Outbox, database: Database, app_dsn: str, superuser: psycopg.Connection
) -> None:
    other = DatabaseOptions(app_dsn, name="sanban other")
    async with open_database(other) as beside, leading(database) as first:
        async with Outbox(beside).lead() as second:
            assert second is None
        superuser.execute(f"SELECT pg_terminate_backend(pid) {ADVISORY}")
        await until(lambda: advisory_locks(superuser) == 0)
        async with leading(beside):
            with pytest.raises(LeaseLost):
                await outbox.advance(first, START, Cursor("9", 9))
            with pytest.raises(StoreUnavailable):
                await first.check()
        assert await outbox.cursor() == START


async def test_the_lock_ends_with_the_lease(
    database: Database, superuser: psycopg.Connection
) -> None:
    for _ in range(20):  # more often than there are connections in the pool
        async with leading(database):
            assert advisory_locks(superuser) == 1
        await until(lambda: advisory_locks(superuser) == 0)


async def test_a_cursor_that_another_has_moved_is_not_moved_again(
    outbox: Outbox, database: Database, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    """As behind a pooler that shares one session among several clients."""
    await journal.append(stage("c1", 1, 3))
    async with leading(database) as lease:
        rows = await outbox.after(START, 100)
        superuser.execute(RESET, (rows[1].cursor.xid, rows[1].cursor.position))
        with pytest.raises(CursorMoved):
            await outbox.advance(lease, START, rows[0].cursor)

        assert await outbox.cursor() == rows[1].cursor


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sanban.outbox SET position = 7",
        "DELETE FROM sanban.outbox",
        "SELECT sanban.outbox_advance('case-events', '9', 9, '8', 10)",
        "SELECT sanban.outbox_advance('case-events', '9', 9, '9', 9)",
    ],
)
def test_the_application_cannot_turn_the_cursor_back(app: psycopg.Connection, change: str) -> None:
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.DataError)):
        app.execute(change.encode())


async def test_a_cursor_of_another_server_is_noticed(
    outbox: Outbox, database: Database, superuser: psycopg.Connection
) -> None:
    """A dump restored elsewhere: its new rows have lower transaction ids than the cursor."""
    superuser.execute(RESET, ("999999999999", 1))
    async with leading(database):
        with pytest.raises(ForeignCursor, match="copied here from another server"):
            await outbox.cursor()


async def test_lag_is_the_age_of_the_oldest_row_that_is_not_told(
    database: Database, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    outbox = Outbox(database)
    before = await outbox.lag()
    await journal.append(stage("c1", 1, 2))
    between = await outbox.lag()
    [(age,)] = superuser.execute(
        "SELECT extract(epoch FROM now() - at)::float8 FROM sanban.journal WHERE seq = 1"
    ).fetchall()
    async with leading(database) as lease:
        rows = await outbox.after(START, 100)
        await outbox.advance(lease, START, rows[-1].cursor)
    after = await outbox.lag()

    assert before.seconds == 0
    assert after.seconds == 0
    assert timedelta(seconds=abs(between.seconds - max(0, age))) < timedelta(minutes=1)
    assert not between.held


async def test_earlier_rows_are_those_before_the_row_that_is_named(
    database: Database, journal: PostgresJournal
) -> None:
    cases = {f"c{number}": number + 2 for number in range(60)}  # more than are asked for at once
    for case_id in cases:
        await journal.append(stage(case_id, 1, 4))

    found = await Outbox(database).earlier(cases)

    for case_id, seq in cases.items():
        kept = await journal.read(case_id)
        assert found[case_id] == [row.body for row in kept[: seq - 1]]


def advisory_locks(connection: psycopg.Connection) -> int:
    [(number,)] = connection.execute(f"SELECT count(*) {ADVISORY}").fetchall()
    return int(number)
