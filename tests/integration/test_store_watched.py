"""What the database knows of moments, transactions and drills, each by one cheap statement."""

from datetime import timedelta

import psycopg
import pytest

from runtime.clock import utc_now
from store.connection import Database
from store.journal.rows import PostgresJournal
from store.watched import OLDEST_MOMENT, BackupDrill, PostgresWatched
from tests.integration.stages import AT, stage


@pytest.fixture
def watched(database: Database) -> PostgresWatched:
    return PostgresWatched(database)


async def test_the_oldest_moment_of_all_cases_counts(
    watched: PostgresWatched, journal: PostgresJournal
) -> None:
    now = utc_now()
    await journal.append(stage("waits", 1, next_at=now - timedelta(minutes=11)))
    await journal.append(stage("waits-less", 1, next_at=now - timedelta(minutes=2)))
    await journal.append(stage("has-time", 1, next_at=now + timedelta(days=2)))

    assert await watched.oldest_moment_s() == pytest.approx(660, abs=60)


async def test_nothing_is_owed(watched: PostgresWatched, journal: PostgresJournal) -> None:
    await journal.append(stage("has-time", 1, next_at=utc_now() + timedelta(days=2)))
    await journal.append(stage("over", 1, stage="archived", closed_at=AT))

    assert await watched.oldest_moment_s() == 0


async def test_an_index_answers(
    watched: PostgresWatched, journal: PostgresJournal, superuser: psycopg.Connection
) -> None:
    await journal.append(stage("waits", 1, next_at=AT))
    superuser.execute("SET enable_seqscan = off")
    plan = superuser.execute(f"EXPLAIN {OLDEST_MOMENT}").fetchall()

    assert "cases_by_next" in str(plan)


async def test_an_open_transaction_is_seen_as_soon_as_it_holds_back_what_another_one_wrote(
    watched: PostgresWatched, superuser: psycopg.Connection, journal: PostgresJournal
) -> None:
    with superuser.transaction():
        [mine] = superuser.execute("SELECT pg_current_xact_id()::text").fetchone() or ("",)
        await journal.append(stage("written-meanwhile", 1))
        seen = await watched.oldest_transaction()

        assert seen is not None
        assert int(seen) <= int(mine)
    after = await watched.oldest_transaction()
    assert after is None or int(after) != int(mine)


async def test_the_last_drill_that_verified_counts(watched: PostgresWatched) -> None:
    assert await watched.last_drill_s() == float("inf")
    now = utc_now()
    for days in (40, 3, 20):
        at = now - timedelta(days=days)
        await watched.add_drill(BackupDrill(at, at, 61.5, "7 rows, checkpoint 7"))

    assert await watched.last_drill_s() == pytest.approx(3 * 86400, abs=3600)


async def test_a_drill_that_is_kept_twice_is_one(
    watched: PostgresWatched, superuser: psycopg.Connection
) -> None:
    drill = BackupDrill(AT, AT, 61.5, "7 rows")
    await watched.add_drill(drill)
    await watched.add_drill(drill)

    [count] = superuser.execute("SELECT count(*) FROM sanban.backup_drills").fetchone() or (0,)
    assert count == 1
