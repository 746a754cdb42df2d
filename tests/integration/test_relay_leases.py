"""Relays that take turns under a lease: who is ready, and what a stalled connection does."""

import asyncio
from contextlib import AsyncExitStack

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from runtime.embedded.ports import LOOPBACK
from store.connection import Database, DatabaseOptions, open_database
from store.journal.rows import PostgresJournal
from tests.fakes.waiting import until
from tests.integration.telling import faults, live
from tests.integration.test_relaying import Broker, relay_to, running, until_told
from tests.limits import EVENT_S
from tests.servers.stalling import stalling_way


async def test_a_relay_that_stands_by_is_not_ready_while_no_relay_gets_anything_told(
    app_dsn: str, journal: PostgresJournal
) -> None:
    """Each takes the lease in turn and gives it up again."""
    await live(journal, "E-1")
    broker_away = Broker(fails=["before"] * 100_000)
    async with AsyncExitStack() as stack:
        relays = []
        for _ in range(2):
            options = DatabaseOptions(app_dsn, lease_s=0.2)
            own = await stack.enter_async_context(open_database(options))
            relays.append(relay_to(own, broker_away))
            await stack.enter_async_context(running(relays[-1]))
        said: set[str] = set()
        async with asyncio.timeout(EVENT_S):
            while not any("no process has led with success" in each for each in said):
                said |= {await relay.why_not_ready() or "" for relay in relays}
                await asyncio.sleep(0.001)


async def test_a_relay_whose_way_to_the_database_stalls_is_replaced_and_stands_down(
    app_dsn: str, database: Database, journal: PostgresJournal
) -> None:
    """No connection is closed: neither side hears that the other one is gone."""
    to = Broker()
    parts = conninfo_to_dict(app_dsn)
    socket = f"{parts['host']}/.s.PGSQL.{parts['port']}"
    async with stalling_way(socket) as way, AsyncExitStack() as stack:
        relays = []
        for host, port in ((LOOPBACK, way.port), (parts["host"], parts["port"])):
            dsn = make_conninfo(app_dsn, host=host, port=port, sslmode="disable")
            options = DatabaseOptions(dsn, lease_s=2, patience_s=2, statement_timeout_s=EVENT_S)
            own = await stack.enter_async_context(open_database(options))
            relays.append(relay_to(own, to))
            await stack.enter_async_context(running(relays[-1]))
            await until(lambda: relays[0].status().startswith("tells"))
        first, second = relays
        way.stall()
        await live(journal, "E-1")
        await until(lambda: second.status().startswith("tells"))
        await until_told(database)
        in_time = len(to.kept)
        way.go_on()
        await until(lambda: first.status().startswith("stands by"))
        await live(journal, "E-2")
        await until_told(database)

    assert in_time > 0
    assert await faults(database, to.kept) == []
    assert len({sent.value for sent in to.kept}) == len(to.kept)
