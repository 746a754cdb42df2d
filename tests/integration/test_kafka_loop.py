"""The loop on a real Apache Kafka: nothing lost, offsets committed, whatever happens to members."""

import asyncio
import os
import signal
import sys
import uuid
from pathlib import Path

import pytest

from gateways.kafka.admin import TopicSpec, ensure_topics
from tests.fakes.kafka_group import STEADY, Books, Member, lag, publish
from tests.fakes.waiting import until
from tests.limits import EVENT_S
from tests.servers.apache_kafka import ApacheKafka

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]


@pytest.fixture
async def topic(bootstrap: str) -> str:
    """Of four partitions and of this test alone."""
    name = f"t-{uuid.uuid4().hex[:8]}"
    await ensure_topics(bootstrap, [TopicSpec(name, 4)])
    return name


async def test_every_partition_brings_its_records_beside_paused_ones(
    bootstrap: str, topic: str
) -> None:
    """kafka-python 3.0.12 forgets records it had parked while their partition was paused."""
    values = await publish(bootstrap, topic, 3000)
    books = Books()
    member = Member(bootstrap, topic, books, seconds_of_work=0.02)
    await until(lambda: len(books.values) == len(values))
    await member.stop()

    assert len(books.handled) == len(values)  # and each came once
    assert all(offsets == sorted(offsets) for offsets in books.order_by_key().values())
    assert await lag(bootstrap, topic) == 0


async def test_two_members_in_a_rebalance_one_of_them_stuck(bootstrap: str, topic: str) -> None:
    """Promise 4, the half that is Kafka's."""
    books = Books()
    stuck = Member(bootstrap, topic, books, options={"seconds_to_drain": 1.0})
    await until(lambda: stuck.ready)
    await publish(bootstrap, topic, 400)
    await until(lambda: len(books.handled) == 400)
    stuck.stuck.set()
    values = await publish(bootstrap, topic, 1600)
    await until(lambda: stuck.chunks > 4)  # has records it will never finish
    other = Member(bootstrap, topic, books)
    await until(lambda: other.chunks > 0)  # partitions moved away from the stuck one
    await stuck.stop()  # as an operator would; it cannot finish and says so
    await until(lambda: books.values == set(values))
    await until(lambda: other.ready)
    await other.stop()

    assert await lag(bootstrap, topic) == 0
    assert all(offsets == sorted(offsets) for offsets in books.order_by_key().values())


MEMBER = """
import asyncio, sys
from tests.fakes.kafka_group import SOON, Books, Member
class Written(Books):
    pass
async def main(bootstrap, topic, path):
    books = Books()
    member = Member(bootstrap, topic, books, client=SOON, seconds_of_work=0.1)
    written = 0
    with open(path, "ab", buffering=0) as out:
        while True:
            await asyncio.sleep(0.01)
            for record in books.handled[written:]:
                out.write(record.value + b"\\n")
            written = len(books.handled)
asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_member_killed_in_the_middle_of_a_chunk_loses_nothing(
    bootstrap: str, topic: str, tmp_path: Path
) -> None:
    values = await publish(bootstrap, topic, 2000)
    path = tmp_path / "handled"
    path.touch()
    victim = await asyncio.create_subprocess_exec(
        sys.executable, "-c", MEMBER, bootstrap, topic, str(path), cwd=ROOT
    )
    await until(lambda: path.stat().st_size > 0)
    os.kill(victim.pid, signal.SIGKILL)
    await victim.wait()
    handled_by_victim = set(path.read_bytes().splitlines())
    assert 0 < len(handled_by_victim) < len(values)
    books = Books()
    member = Member(bootstrap, topic, books)
    await until(lambda: books.values | handled_by_victim == set(values))
    await member.stop()

    assert await lag(bootstrap, topic) == 0


async def test_back_pressure_stops_fetching_and_keeps_the_membership(
    bootstrap: str, topic: str
) -> None:
    """The handler takes longer than Kafka allows between two polls; polling goes on beside it."""
    await publish(bootstrap, topic, 2000)
    books = Books()
    member = Member(
        bootstrap,
        topic,
        books,
        client=STEADY | {"max_poll_interval_ms": 8000},
        options={"chunk": 50, "max_in_flight": 100},
    )
    member.stuck.set()
    await until(lambda: member.chunks)
    await asyncio.sleep(10)  # more than Kafka allows between two polls
    assert member.chunks * 50 <= 150  # the bound, and at most the chunk that reached it
    await until(lambda: member.ready)
    member.stuck.clear()
    member._release.set()
    await until(lambda: len(books.values) == 2000)
    await member.stop()

    assert len(books.handled) == 2000  # nobody took the partitions away, so nothing came twice
    assert await lag(bootstrap, topic) == 0


async def test_stopping_drains_and_commits(bootstrap: str, topic: str) -> None:
    await publish(bootstrap, topic, 100)
    books = Books()
    member = Member(bootstrap, topic, books)
    member.stuck.set()
    await until(lambda: member.chunks == 4)
    assert books.handled == []
    stopping = asyncio.create_task(member.stop())
    await asyncio.sleep(1)
    assert not stopping.done()
    member._release.set()
    await stopping

    assert len(books.handled) == 100
    assert await lag(bootstrap, topic) == 0


async def test_stopping_in_the_midst_of_waiting_leaves_the_records_for_the_next(
    bootstrap: str, topic: str
) -> None:
    values = await publish(bootstrap, topic, 100)
    books = Books()
    waiting = Member(bootstrap, topic, books)
    waiting.away.set()
    await until(lambda: "temporal" in waiting.health.ready()[1])
    await waiting.stop()
    assert await lag(bootstrap, topic) == 100
    member = Member(bootstrap, topic, books)
    await until(lambda: books.values == set(values))
    await member.stop()


async def test_being_cancelled_waits_for_no_handler_and_commits_what_is_finished(
    bootstrap: str, topic: str
) -> None:
    await publish(bootstrap, topic, 100)
    books = Books()
    member = Member(bootstrap, topic, books)
    await until(lambda: len(books.handled) == 100)
    member.stuck.set()
    await publish(bootstrap, topic, 100)
    await until(lambda: member.chunks > 4)
    member.task.cancel()
    async with asyncio.timeout(EVENT_S):
        with pytest.raises(asyncio.CancelledError):
            await member.task

    assert await lag(bootstrap, topic) == 100


async def test_the_broker_away_intake_waits_says_so_and_catches_up(
    apache_kafka: ApacheKafka, bootstrap: str, topic: str
) -> None:
    """Promise 5, the broker."""
    values = await publish(bootstrap, topic, 1000)
    books = Books()
    member = Member(bootstrap, topic, books, seconds_of_work=0.2)
    await until(lambda: books.handled)
    apache_kafka.kill()
    try:
        await until(lambda: not member.ready)
        assert "broker" in member.health.ready()[1]
        assert member.health.alive() == (True, "")
        late = Member(bootstrap, topic, books)  # begins while there is no broker
        await until(lambda: "no broker answers" in late.health.ready()[1])
    finally:
        await apache_kafka.start()
    await until(lambda: books.values == set(values))
    await until(lambda: member.ready and late.ready)
    # While the group still changes hands a commit is put off, and comes with the next turns.
    async with asyncio.timeout(EVENT_S):
        while await lag(bootstrap, topic):  # noqa: ASYNC110 - only the broker can tell
            await asyncio.sleep(0.2)
    await member.stop()
    await late.stop()

    assert await lag(bootstrap, topic) == 0
