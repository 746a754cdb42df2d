"""Standing by for a lease: what it costs the database, and what is said of a lease that is lost."""

import asyncio

import psycopg
import pytest

from store.connection import Database
from store.journal.leases import LeaseLost, Leases
from store.journal.outbox import Outbox
from tests.integration.leases import taken

NAME = "case-events"
SESSIONS = "SELECT sessions FROM pg_stat_database WHERE datname = current_database()"


async def test_standing_by_opens_no_session_and_logs_nothing(
    database: Database, superuser: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    """It asks every second for as long as another process leads."""

    def sessions() -> object:
        superuser.execute("SELECT pg_stat_force_next_flush(), pg_stat_clear_snapshot()")
        return superuser.execute(SESSIONS).fetchone()

    await asyncio.gather(*(database.fetch("SELECT pg_sleep(0.2)") for _ in range(8)))
    async with taken(Outbox(database).lead):
        before = sessions()
        for _ in range(10):
            async with Leases(database, NAME).lead() as lease:
                assert lease is None
        after = sessions()

    assert after == before
    assert [each.message for each in caplog.records if each.name.startswith("psycopg")] == []


async def test_a_lost_lease_is_not_called_a_database_that_is_away(
    database: Database, superuser: psycopg.Connection
) -> None:
    async with taken(Outbox(database).lead) as lease:
        superuser.execute("UPDATE sanban.leases SET token = token + 1")
        with pytest.raises(LeaseLost) as caught:
            await lease.check()

    assert str(caught.value).startswith("the lease of case-events has ended")
