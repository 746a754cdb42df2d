"""What happens to cases is told to outsiders: nothing skipped, in order, whoever is killed."""

import asyncio
import json

import psycopg
import pytest

from store.journal.rows import PostgresJournal
from tests.integration.promises.events import event
from tests.integration.promises.people import HANDLED, WITHDRAWN
from tests.integration.promises.relays import living, open_relays
from tests.integration.promises.town import Town
from tests.integration.telling import faults, live

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]


async def test_two_relays_and_a_kill_at_any_moment_skip_nothing_and_keep_the_order(
    town: Town,
) -> None:
    """Whoever tells is killed with SIGKILL, again and again, while cases live on."""
    journal = PostgresJournal(town.database)
    async with open_relays(town) as relays:
        lives = [asyncio.create_task(living(journal, number)) for number in range(4)]
        for _ in range(4):
            leader = await town.until(relays.leader, lambda found: found is not None)
            assert leader is not None
            leader.kill()
            await leader.start()
        for task in lives:
            task.cancel()
        await asyncio.gather(*lives, return_exceptions=True)
        await relays.until_told()
        codes = [await relay.terminate() for relay in relays.both]
        records = await relays.records()

    assert codes == [0, 0]
    assert len(records) > 100
    assert await faults(town.database, records) == []


async def test_a_long_open_transaction_delays_and_loses_nothing(town: Town) -> None:
    journal = PostgresJournal(town.database)
    async with open_relays(town) as relays:
        with psycopg.connect(town.servers.postgres.dsn(dbname=town.name)) as slow:
            slow.execute("SELECT pg_current_xact_id()")
            await live(journal, "E-1")
            await asyncio.sleep(1)
            while_open = await relays.records()
            slow.rollback()
        await relays.until_told()
        afterwards = await relays.records()

    assert while_open == []
    assert await faults(town.database, afterwards) == []


async def test_cases_of_the_engine_itself_are_told_and_a_second_relay_stands_by(
    town: Town,
) -> None:
    """Intake and worker make them; what is told tells no person and none of their words."""
    stories = {
        event(town.source, "E-1").case_id: HANDLED,
        event(town.source, "E-2").case_id: WITHDRAWN,
    }
    async with open_relays(town) as relays:
        await town.start()
        await town.publish(event(town.source, "E-1"), event(town.source, "E-2"))
        await town.people.play(stories)
        await relays.until_told()
        standing = sorted([await relays.how(relay) for relay in relays.both])
        leader = await relays.leader()
        records = await relays.records()
    told = [json.loads(record.value) for record in records]
    stages = {each["data"]["case"]: each["data"]["stage"] for each in told}

    assert leader is not None
    assert standing[0].startswith("stands by: another relay tells, ")
    assert f"/{leader.pid}/" in standing[0]
    assert standing[1].startswith("tells; leads since 2")
    assert stages.keys() == stories.keys()
    assert "withdrawn" in stages.values()
    assert b"".join(record.value for record in records).count("音响".encode()) == 0
