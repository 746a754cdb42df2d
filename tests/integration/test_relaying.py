"""The relay over a real journal: nothing skipped or out of order, whatever fails meanwhile."""

import asyncio
import json
import random
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import psycopg
import pytest

from consumers.backoff import Backoff
from domain.complaints import SuperiorOrder
from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Delivery, Headers, Producer, ProducerOptions, RecordTooLarge
from runtime.problems import Problem
from runtime.services.relay.order_replies import OrderReplies
from runtime.services.relay.relay import BATCH, Relay
from schemas.intake import Unavailable
from store.connection import Database, DatabaseOptions, open_database
from store.journal.journal_feed import Cursor
from store.journal.outbox import Outbox
from store.journal.rows import PostgresJournal
from store.privacy.keys import PostgresKeys
from tests.fakes.waiting import until
from tests.integration.leases import taken
from tests.integration.promises import broker
from tests.integration.stages import stage
from tests.integration.telling import faults, live
from tests.limits import LOAD_S

CASES = 12
LEFT = """SELECT count(*) FROM sanban.journal kept, sanban.outbox told
    WHERE (kept.xid, kept.position) > (told.xid, told.position)
        AND NOT starts_with(kept.case_id, 'operations/')"""
CUT = """SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


@dataclass
class Sent:
    key: bytes | None
    value: bytes | None
    topic: str = "t"


@dataclass
class Broker:
    """Keeps what arrives. `fails` says of each record what happens to it: nothing, lost before it
    arrives, or lost afterwards, which looks the same.
    """

    fails: Sequence[str] = ()
    too_large: bytes = b"nothing"
    kept: list[Sent] = field(default_factory=list)
    tries: int = 0

    async def send(
        self, topic: str, *, key: bytes | None, value: bytes | None, headers: Headers = ()
    ) -> Delivery:
        await asyncio.sleep(0)
        if self.too_large in (value or b""):
            raise RecordTooLarge("1 MB is too much")
        fate = self.fails[self.tries] if self.tries < len(self.fails) else "arrives"
        self.tries += 1
        if fate != "before":
            self.kept.append(Sent(key, value, topic))
        if fate != "arrives":
            raise Unavailable("kafka", fate)
        return Delivery(0, len(self.kept))


@asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(relay.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


def relay_to(
    database: Database, to: Broker | Producer, topic: str = "t", batch: int = BATCH
) -> Relay:
    """It rests briefly after a failure, or these tests would mostly sleep."""
    outbox = Outbox(database)
    return Relay(outbox, to, topic, batch, Backoff(0.01, 0.02))  # type: ignore[arg-type]


async def until_told(database: Database) -> None:
    """Whether the cursor is at the end, asked beside the relay that leads."""
    async with asyncio.timeout(LOAD_S):
        while (await database.fetch(LEFT))[0][0]:  # noqa: ASYNC110  # the database tells nobody
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("batch", [1, 7, 500])
async def test_every_case_is_told_in_order_and_once(
    batch: int, database: Database, journal: PostgresJournal
) -> None:
    to = Broker()
    await asyncio.gather(*(live(journal, f"E-{number}") for number in range(CASES)))
    async with running(relay_to(database, to, batch=batch)):
        await live(journal, "E-late")
        await until_told(database)

    assert await faults(database, to.kept) == []
    assert len({sent.value for sent in to.kept}) == len(to.kept)


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_is_lost_on_the_way_nothing_is_skipped_or_out_of_order(
    seed: int, database: Database, journal: PostgresJournal
) -> None:
    chance = random.Random(seed)  # noqa: S311
    to = Broker(fails=chance.choices(["arrives", "before", "after"], [8, 1, 1], k=300))
    await asyncio.gather(*(live(journal, f"E-{number}") for number in range(CASES)))
    async with running(relay_to(database, to, batch=chance.choice([3, 40, 500]))):
        await until_told(database)

    assert await faults(database, to.kept) == []
    repeated = len(to.kept) - len({sent.value for sent in to.kept})
    # What was acknowledged is not sent again.
    assert repeated == to.fails[: to.tries].count("after")
    assert to.tries > len(to.kept)


async def test_a_relay_that_begins_in_the_middle_of_a_case_knows_where_it_stands(
    database: Database, journal: PostgresJournal
) -> None:
    to = Broker()
    await live(journal, "E-1", ("sign", "progress"))
    async with running(relay_to(database, to)):
        await until_told(database)
    for batch in (1, 500):
        await live(journal, f"E-{batch}-beside")
        async with running(relay_to(database, to, batch=batch)):
            await until_told(database)
    await live_on(journal)
    async with running(relay_to(database, to)):
        await until_told(database)

    assert await faults(database, to.kept) == []
    last = [sent.value or b"" for sent in to.kept][-1]
    assert b'"stage":"in_progress"' in last


async def test_a_superior_gets_its_reply_and_case_events_have_no_words(
    database: Database, journal: PostgresJournal
) -> None:
    # The first record is lost after it arrives, and so is the reply.
    to = Broker(fails=["after", *["arrives"] * 9, "after"])
    case = await live(journal, "E-ordered", order=SuperiorOrder("13", "市局"))
    await live(journal, "E-other")
    relay = relay_to(database, to)
    relay.replies = OrderReplies(relay.outbox, PostgresKeys(database))
    relay.replies_topic = "replies"
    async with running(relay):
        await until_told(database)
    replies = [sent for sent in to.kept if sent.topic == "replies"]
    events = [sent.value or b"" for sent in to.kept if sent.topic != "replies"]
    data = [json.loads(sent.value or b"")["data"] for sent in replies]

    assert {case} == {each["case"] for each in data}
    assert {"The stalls are gone."} == {each["reply"] for each in data}
    assert {b"https://12345.example/hotline 2026-000731"} == {sent.key for sent in replies}
    assert {sent.value for sent in replies} == {replies[0].value}
    assert not any(b"are gone" in event for event in events)


async def live_on(journal: PostgresJournal) -> None:
    """One more step of the first case: everything before is kept already, and kept once."""
    await live(journal, "E-1", ("sign", "progress", "comment", "progress"))


async def test_an_event_that_the_broker_does_not_take_stops_the_relay_and_its_case(
    database: Database, journal: PostgresJournal
) -> None:
    case_id = await live(journal, "E-1")
    to = Broker(too_large=b'"kind":"signed"')
    with pytest.raises(Problem, match=f"the event {case_id}/4 is too large"):
        await relay_to(database, to).run(asyncio.Event())

    assert [(sent.value or b"").count(b"signed") for sent in to.kept] == [0, 0, 0]
    assert await first_cursor(database) == Cursor()


async def test_a_row_that_it_cannot_read_stops_the_relay_before_anything_of_it_is_told(
    database: Database, journal: PostgresJournal
) -> None:
    await journal.append(stage("a-case", 1))
    to = Broker()
    with pytest.raises(Problem, match="row a-case/1 is of no event that this release knows"):
        await relay_to(database, to).run(asyncio.Event())

    assert to.kept == []
    assert await first_cursor(database) == Cursor()


async def test_a_cursor_of_another_server_stops_the_relay(
    database: Database, superuser: psycopg.Connection
) -> None:
    superuser.execute("UPDATE sanban.outbox SET xid = '999999999999'")
    with pytest.raises(Problem, match=r"copied here from another server -- see docs/RUNBOOK.md"):
        await relay_to(database, Broker()).run(asyncio.Event())


async def first_cursor(database: Database) -> Cursor:
    """As soon as the server has noticed that the relay before is gone."""
    async with taken(Outbox(database).lead):
        return await Outbox(database).cursor()


async def test_of_two_one_tells_and_the_other_is_ready_and_says_so(
    database: Database, journal: PostgresJournal
) -> None:
    to = Broker()
    first, second = (relay_to(database, to) for _ in range(2))
    assert await first.why_not_ready() == "has not begun yet"
    async with running(first):
        await until(lambda: first.status().startswith("tells; leads since"))
        async with running(second):
            await until(lambda: second.status().startswith("stands by"))
            assert await second.why_not_ready() is None
            await live(journal, "E-1")
            await until_told(database)

    assert await faults(database, to.kept) == []


async def test_while_the_broker_is_away_it_is_not_ready_and_says_why(
    database: Database, journal: PostgresJournal
) -> None:
    relay = relay_to(database, Broker(fails=["before"] * 10_000))
    await live(journal, "E-1")
    async with running(relay):
        await until(lambda: relay.status() == "waits")
        reason = await relay.why_not_ready()

    assert reason == "kafka is unavailable: before"


async def test_while_the_database_is_away_it_is_not_ready_and_says_why() -> None:
    nowhere = DatabaseOptions("postgresql://127.0.0.1:1/x", wait_s=0.1, patience_s=1)
    async with open_database(nowhere) as database:
        relay = relay_to(database, Broker())
        async with running(relay):
            await until(lambda: relay.status() == "waits")

            assert "postgresql is unavailable" in (await relay.why_not_ready() or "")


# --- With a real broker.


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
async def test_two_relays_on_apache_kafka_take_turns_at_whatever_moment(
    database: Database,
    journal: PostgresJournal,
    app_dsn: str,
    superuser: psycopg.Connection,
    bootstrap: str,
) -> None:
    """Whoever leads is cut from the database, again and again, while cases live on."""
    topic = f"t-{uuid.uuid4().hex[:8]}"
    await ensure_topics(bootstrap, [TopicSpec(topic, 4)])
    cuts = 0
    async with AsyncExitStack() as stack:
        lives = await stack.enter_async_context(asyncio.TaskGroup())
        for name in ("one", "another"):
            options = DatabaseOptions(app_dsn, name=f"sanban {name}")
            own = await stack.enter_async_context(open_database(options))
            producer = await stack.enter_async_context(Producer(ProducerOptions(bootstrap)))
            await stack.enter_async_context(running(relay_to(own, producer, topic, batch=20)))
        for number in range(4 * CASES):
            lives.create_task(live(journal, f"E-{number}"))
            await asyncio.sleep(0.05)
            cuts += len(superuser.execute(CUT).fetchall()) if number % 3 == 0 else 0
        await until_told(database)
    records = await broker.read(bootstrap, topic)

    assert cuts > 1
    assert await faults(database, records) == []
