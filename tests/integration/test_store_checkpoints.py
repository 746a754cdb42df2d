"""What the database keeps of checkpoints and what it refuses; which rows are in the next one."""

import random
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from schemas.records import Batch
from store.connection import Database
from store.errors import StoreError
from store.journal.checkpoints import (
    CheckpointLag,
    Overtaken,
    PostgresCheckpoints,
    StoredCheckpoint,
    StoredKey,
)
from store.journal.leases import Lease
from store.journal.rows import APPEND, PostgresJournal
from tests.integration.leases import taken
from tests.integration.stages import stage

AT = datetime(2026, 3, 5, 12, tzinfo=UTC)
ROW = """INSERT INTO sanban.journal (case_id, seq, at, body, prev, hash, xid)
    VALUES (%s, %s, now(), '', '', %s, %s)"""
AGE = "SELECT extract(epoch FROM now() - min(at))::float8 FROM sanban.journal"
ADD = """INSERT INTO sanban.checkpoints
    VALUES (9, now(), sha256(''), '9', sha256('') || sha256(''), '')"""
ADD_KEY = "INSERT INTO sanban.checkpoint_keys (key, size, at, note) VALUES ('k', 0, now(), 'n')"


def kept(size: int, through: int) -> StoredCheckpoint:
    edge = tuple(bytes([number]) * 32 for number in range(size.bit_count()))
    return StoredCheckpoint(size, AT, bytes([size]) * 32, through, edge, f"note {size}")


@pytest.fixture
def store(database: Database) -> PostgresCheckpoints:
    return PostgresCheckpoints(database)


@asynccontextmanager
async def leading(store: PostgresCheckpoints) -> AsyncIterator[Lease]:
    async with taken(store.lead) as lease:
        yield lease


@contextmanager
def slowly(app_dsn: str, *batches: Batch) -> Iterator[psycopg.Connection]:
    """A transaction that has appended and is still open."""
    with psycopg.connect(app_dsn) as connection:
        for batch in batches:
            bodies = [body.encode() for body in batch.bodies]
            row = Jsonb(batch.row.model_dump(mode="json"))
            connection.execute(APPEND, (batch.case_id, batch.first_seq, bodies, row))
        yield connection


async def read(store: PostgresCheckpoints, after: int, through: int) -> list[bytes]:
    async with aclosing(store.hashes(after, through)) as parts:
        return [each async for part in parts for each in part]


async def test_a_checkpoint_comes_back_as_it_was_kept(store: PostgresCheckpoints) -> None:
    async with leading(store) as lease:
        assert await store.latest() is None
        await store.keep(lease, kept(3, 2), before=0)
        await store.keep(lease, kept(7, 3), before=3)

    assert await store.latest() == kept(7, 3)
    assert await store.of_size(3) == kept(3, 2)
    assert await store.of_size(4) is None
    assert await store.beyond(0) == [kept(3, 2), kept(7, 3)]
    assert await store.beyond(3) == [kept(7, 3)]
    assert await store.beyond(0, 1) == [kept(3, 2)]


async def test_a_checkpoint_goes_on_from_the_last_one_and_grows(
    store: PostgresCheckpoints,
) -> None:
    wrong = kept(7, 3)
    async with leading(store) as lease:
        await store.keep(lease, kept(3, 2), before=0)
        for before in (0, 2, 4):
            with pytest.raises(Overtaken):
                await store.keep(lease, wrong, before=before)
        for size, through in ((3, 3), (2, 3), (4, 2), (4, 1), (0, 3)):
            with pytest.raises(StoreError):
                await store.keep(lease, kept(size, through), before=3)
        with pytest.raises(StoreError):
            await store.keep(lease, replace(wrong, edge=wrong.edge[:2]), before=3)

    assert await store.latest() == kept(3, 2)


async def test_a_checkpoint_cannot_end_with_what_may_still_be_open(
    store: PostgresCheckpoints, app_dsn: str
) -> None:
    async with leading(store) as lease:
        with slowly(app_dsn, stage("c1", 1)) as open_one:
            [(xid,)] = open_one.execute("SELECT pg_current_xact_id()::text::bigint").fetchall()
            for through in (xid, xid + 1000):
                with pytest.raises(StoreError, match="still open"):
                    await store.keep(lease, kept(1, through), before=0)
            open_one.commit()
        await store.keep(lease, kept(1, xid), before=0)


async def test_keys_follow_each_other_by_signed_notes(store: PostgresCheckpoints) -> None:
    first, second = StoredKey("first", 0, AT, None), StoredKey("second", 3, AT, "note")
    async with leading(store) as lease:
        await store.keep_key(lease, first, before=None)
        await store.keep(lease, kept(3, 2), before=0)
        with pytest.raises(Overtaken):
            await store.keep_key(lease, second, before="another")
        with pytest.raises(Overtaken):
            await store.keep_key(lease, StoredKey("second", 2, AT, "note"), before="first")
        with pytest.raises(StoreError, match="by a signed note"):
            await store.keep_key(lease, StoredKey("second", 3, AT, None), before="first")
        await store.keep_key(lease, second, before="first")
        with pytest.raises(StoreError):
            await store.keep_key(lease, StoredKey("first", 3, AT, "note"), before="second")

    assert await store.keys() == [first, second]


async def test_one_takes_checkpoints_at_a_time(store: PostgresCheckpoints) -> None:
    async with leading(store), store.lead() as second:
        assert second is None


async def test_what_is_published_never_becomes_less(store: PostgresCheckpoints) -> None:
    assert await store.published_size() == 0
    async with leading(store) as lease:
        await store.published(lease, 7)
        await store.published(lease, 3)

    assert await store.published_size() == 7


# --- Rows.


async def test_rows_are_in_the_order_of_transaction_chain_and_seq(
    store: PostgresCheckpoints, superuser: psycopg.Connection
) -> None:
    """Whatever their order of insertion: transactions by number, and chains by their bytes."""
    keys = [
        (xid, chain, seq)
        for xid in (9, 10, 99, 100, 2**33)
        for chain in ("B", "a", "operations/t", "é", "日", "\U0001f600", "￿")
        for seq in (2, 9, 10)
    ]
    shuffled = random.Random(7).sample(keys, len(keys))  # noqa: S311
    names = {key: f"{number:032}".encode() for number, key in enumerate(keys)}
    for key in shuffled:
        xid, chain, seq = key
        superuser.execute(ROW, (f"{chain}-{xid}", seq, names[key], str(xid)))

    wanted = sorted(keys, key=lambda key: (key[0], key[1].encode(), key[2]))
    assert await read(store, 0, 2**34) == [names[key] for key in wanted]
    assert await store.settled(0) == 100  # the last one is still to come
    assert await read(store, 9, 10) == [names[key] for key in wanted if key[0] == 10]


async def test_nothing_behind_an_open_transaction_is_settled(
    store: PostgresCheckpoints, journal: PostgresJournal, app_dsn: str
) -> None:
    await journal.append(stage("c0", 1))
    before = await store.settled(0)
    assert before is not None
    with slowly(app_dsn, stage("c1", 1, 2)) as open_one:
        await journal.append(stage("c2", 1))
        while_open = await store.settled(0)
        open_one.commit()
    after = await store.settled(before)
    assert after is not None

    assert while_open == before
    assert len(await read(store, before, after)) == 3
    assert await store.settled(after) is None


async def test_a_transaction_of_another_server_is_known_as_such(
    store: PostgresCheckpoints, journal: PostgresJournal
) -> None:
    await journal.append(stage("c1", 1))
    through = await store.settled(0)
    assert through is not None

    assert not await store.is_foreign(through)
    assert await store.is_foreign(through + 1_000_000)


async def test_lag_is_of_the_rows_that_no_checkpoint_covers(
    store: PostgresCheckpoints, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    assert await store.lag() == CheckpointLag(0, 0.0)
    await journal.append(stage("c1", 1, 2))
    through = await store.settled(0)
    assert through is not None
    lag = await store.lag()
    [(age,)] = superuser.execute(AGE).fetchall()
    async with leading(store) as lease:
        await store.keep(lease, kept(2, through), before=0)

    assert lag.rows == 2
    assert abs(lag.seconds - max(0, age)) < 60
    assert await store.lag() == CheckpointLag(0, 0.0)


# --- What nobody may do.

CHANGES = [
    f"{change} sanban.{table}"
    for table in ("checkpoints", "checkpoint_keys")
    for change in ("DELETE FROM", "TRUNCATE")
] + [
    "UPDATE sanban.checkpoints SET note = ''",
    "UPDATE sanban.checkpoints SET note = '' WHERE false",
    "UPDATE sanban.checkpoint_keys SET note = ''",
]


def test_the_application_cannot_change_a_checkpoint_or_slip_one_in(app: psycopg.Connection) -> None:
    for statement in [*CHANGES, ADD, ADD_KEY]:
        with pytest.raises(errors.InsufficientPrivilege):
            app.execute(statement.encode())


def test_triggers_refuse_changes_by_others_too(superuser: psycopg.Connection) -> None:
    superuser.execute("SET session_replication_role = replica")
    for role, statement in product(("sanban_owner", "postgres"), CHANGES):
        superuser.execute(f"SET ROLE {role}")
        with pytest.raises(errors.InsufficientPrivilege, match="refused: it is append-only"):
            superuser.execute(statement.encode())
