"""A record that the broker lost while intake had it in hand: its event is never lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from consumers.decoding import complaint_events
from domain.complaints import workflow_id_of
from runtime.clock import utc_now
from schemas.events.follow_ups import SUPPLEMENTED
from schemas.intake import FILED_KIND, Claim, Position, Record
from store.intake.ledger import PostgresLedger
from tests.fakes.kafka_topics import delete_all
from tests.integration.promises.durability.test_reconcile import (
    CLEAN,
    ODD,
    delete,
    published,
    report,
)
from tests.integration.promises.events import TENANT, Event, event
from tests.integration.promises.people import WITHDRAWN
from tests.integration.promises.test_follow_ups import facts, later
from tests.integration.promises.town import Servers, Town, open_town

AT_ONCE = ("--patience", "0")


@pytest.fixture
async def town(servers: Servers) -> AsyncIterator[Town]:
    """Its topics have one partition."""
    async with open_town(servers, partitions=1) as opened:
        yield opened


@pytest.fixture
def superuser(town: Town) -> Iterator[psycopg.Connection]:
    dsn = town.servers.postgres.dsn(dbname=town.name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection


async def lost_in_hand(town: Town, given: Event, offset: int) -> str:
    """Claim its identity as intake does before a power cut; return where its record was."""
    at = Position("a broker that is gone", town.topic, "gone", 0, offset)
    record = Record(at, given.key, given.value, given.headers)
    read = complaint_events.read(record, now=utc_now())
    claim = Claim(
        at,
        TENANT,
        given.source,
        given.event_id,
        read.digest,
        given.case_id if read.row.kind == FILED_KIND else "",
        kind=read.row.kind,
        complaint_id=read.said.complaint_id,
    )
    await PostgresLedger(town.database).reserve([claim])
    return f"{town.topic}/0/{offset}"


async def lose_all_in_hand(town: Town, superuser: psycopg.Connection) -> None:
    """Undo what intake did after the events had their effect, and let the records be gone."""
    superuser.execute("DELETE FROM sanban.intake_ledger")
    superuser.execute("UPDATE sanban.identities SET state = 'held'")
    await delete_all(town.servers.kafka.bootstrap, town.topic)


async def outcomes_of(town: Town, given: Event) -> list[str]:
    return [each.outcome for each in await town.decisions() if each.event_id == given.event_id]


async def test_sent_again_it_becomes_its_case(town: Town) -> None:
    """Before, its publisher was told for ever that it is a duplicate, of no case at all."""
    lost = event(town.source, "lost")
    await lost_in_hand(town, lost, 7)
    await town.start()
    await published(town, lost, lost, event(town.source, "another"))
    await town.until_cases(2)

    assert await outcomes_of(town, lost) == ["accepted", "duplicate"]
    assert lost.case_id in await town.cases()
    assert await town.workflows() == 2
    assert await report(town, *AT_ONCE) == (CLEAN, [])


async def test_a_case_that_temporal_has_forgotten_is_not_lived_twice(
    town: Town, superuser: psycopg.Connection
) -> None:
    """Its record was lost after the start; it ended; and its event comes after the retention."""
    await town.start()
    over = event(town.source, "over", channel="hotline")
    await published(town, over)
    await town.until_cases(1)
    await town.people.act(over.case_id, WITHDRAWN[0], "its-end")
    await delete(town, over.case_id)
    await lose_all_in_hand(town, superuser)
    lived = await facts(town, over.case_id)
    await published(town, over)

    client = town.people.cases.client
    await client.get_workflow_handle(workflow_id_of(TENANT, over.case_id)).result()

    assert await outcomes_of(town, over) == ["accepted"]
    assert await facts(town, over.case_id) == lived
    assert await report(town, *AT_ONCE) == (CLEAN, [])


async def test_in_two_intakes_at_once_it_becomes_one_case(servers: Servers) -> None:
    async with open_town(servers, partitions=2) as town:
        events = [event(town.source, f"e-{number}") for number in range(40)]
        other = town.another_intake()
        try:
            await asyncio.gather(town.start(), other.start())
            for each in events:  # another key, so that most are in both partitions
                await town.publish(each, each.but(key=f"{each.event_id} again".encode()))
            await town.until_decided(2 * len(events))
            await town.until_cases(len(events))
        finally:
            await other.stop()

        assert await town.outcomes() == {"accepted": 40, "duplicate": 40}
        assert await town.workflows() == len(events)


async def test_reconcile_settles_what_was_lost_in_hand(
    town: Town, superuser: psycopg.Connection
) -> None:
    await town.start()
    ran, never = event(town.source, "ran"), event(town.source, "never")
    more = later(ran, "more", SUPPLEMENTED, text="今晚又响了")
    unheard = later(ran, "unheard", SUPPLEMENTED, text="今晚又响了")
    gone = await published(town, ran, more)
    await town.until_cases(1)
    await town.intake.stop()
    await lose_all_in_hand(town, superuser)
    gone += [await lost_in_hand(town, each, n) for n, each in enumerate((never, unheard), 60)]

    assert await report(town, *AT_ONCE) == (
        ODD,
        sorted(("held", where, False) for where in gone),
    )
    assert await report(town, *AT_ONCE, "--repair") == (
        CLEAN,
        sorted(("held", where, True) for where in gone),
    )
    assert await outcomes_of(town, ran) == ["accepted"]
    assert await outcomes_of(town, more) == ["supplemented"]
    assert await outcomes_of(town, never) == await outcomes_of(town, unheard) == []
    assert await report(town, *AT_ONCE, "--repair") == (CLEAN, [])
    await town.intake.start()
    await published(town, ran, more, never, unheard)
    await town.until_cases(2)
    assert await outcomes_of(town, ran) == ["accepted", "duplicate"]
    assert await outcomes_of(town, more) == ["supplemented", "duplicate"]
    assert await outcomes_of(town, never) == ["accepted"]
    assert await outcomes_of(town, unheard) == ["supplemented"]
    assert (await facts(town, ran.case_id)).count("supplemented") == 2
    assert await town.workflows() == 2
