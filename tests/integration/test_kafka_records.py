"""What travels through Kafka comes out as it went in, and dead letters keep every byte."""

import asyncio
import uuid
from collections.abc import Sequence

import pytest
import structlog
from kafka.errors import UnsupportedCodecError
from typing_extensions import override

from consumers.health import Health
from consumers.kafka.settings import SourceOptions
from consumers.kafka.source import KafkaSource
from consumers.kafka.watchdog import Watchdog
from consumers.loop import Loop
from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Producer, ProducerOptions
from schemas.intake import Record
from tests.fakes.kafka_group import Books, Member, lag
from tests.fakes.kafka_topics import delete, delete_all, read
from tests.fakes.waiting import until
from tests.limits import EVENT_S

HUGE = 10_000_000

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]


class WrongName(str):
    """A header name as a client in another language may write it."""

    __slots__ = ()

    @override
    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return b"\xff\xfe"


async def test_a_record_comes_out_as_it_went_in(
    bootstrap: str, topic: str, producer: Producer
) -> None:
    headers = [("ce_id", b"1"), ("ce_id", b"2"), ("空", b""), ("b", b"\x00\xff")]
    delivery = await producer.send(topic, key=b"k", value=b"v", headers=headers)
    await producer.send(topic, key=b"k", value=None)

    seen, tombstone = await read(bootstrap, topic, 2)

    assert seen.key == b"k"
    assert seen.value == b"v"
    assert seen.headers == tuple(headers)
    assert seen.position.topic == topic
    assert seen.position.offset == delivery.offset
    assert tombstone.value is None


async def test_ten_megabytes_come_through(bootstrap: str, topic: str, producer: Producer) -> None:
    value = b"x" * HUGE
    await producer.send(topic, key=b"k", value=value)
    await producer.send(topic, key=b"k", value=b"small")

    assert [seen.value for seen in await read(bootstrap, topic, 2)] == [value, b"small"]


async def test_a_header_name_that_is_not_utf8_does_not_stop_the_consumer(
    bootstrap: str, topic: str, producer: Producer
) -> None:
    """kafka-python 3.0.12 alone would never return from poll again."""
    headers = [(WrongName("x"), b"1"), ("ce_id", b"2")]
    for value in (b"before", b"wrong", b"after"):
        await producer.send(topic, key=b"k", value=value, headers=headers)

    seen = await read(bootstrap, topic, 3)

    assert [record.value for record in seen] == [b"before", b"wrong", b"after"]
    assert seen[1].headers == (("\\xff\\xfe", b"1"), ("ce_id", b"2"))


async def test_records_that_cannot_be_unpacked_stop_intake_with_the_reason(
    bootstrap: str, topic: str, producer: Producer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kafka-python 3.0.12 alone loses the error while the partition is paused, then hangs."""
    await producer.send(topic, key=b"k", value=b"plain")
    packed = ProducerOptions(bootstrap, client={"compression_type": "gzip"})
    async with Producer(packed) as another:
        await another.send(topic, key=b"k", value=b"packed" * 500)
    monkeypatch.setattr("kafka.codec.has_gzip", lambda: False)  # as if it were not installed
    books = Books()
    member = Member(bootstrap, topic, books, seconds_of_work=0.5)

    async with asyncio.timeout(EVENT_S):
        with pytest.raises(UnsupportedCodecError):
            await member.task

    assert await lag(bootstrap, topic) >= 1  # what could not be read is not passed over


async def test_a_topic_made_anew_is_told_from_its_predecessor(
    bootstrap: str, topic: str, producer: Producer
) -> None:
    await producer.send(topic, key=b"k", value=b"old")
    old = (await read(bootstrap, topic, 1))[0].position
    await delete(bootstrap, topic)
    await ensure_topics(bootstrap, [TopicSpec(topic, 1)])
    async with Producer(ProducerOptions(bootstrap)) as another:
        await another.send(topic, key=b"k", value=b"new")
    new = (await read(bootstrap, topic, 1))[0].position

    assert old.cluster == new.cluster != ""
    assert old.offset == new.offset == 0
    assert old.topic_id != new.topic_id


async def test_records_deleted_before_they_were_read_are_told(
    bootstrap: str, topic: str, producer: Producer
) -> None:
    books = Books()
    for value in (b"read", b"deleted", b"deleted"):
        await producer.send(topic, key=b"k", value=value)
        if not books.handled:
            member = Member(bootstrap, topic, books)
            await until(lambda: books.handled)
            await member.stop()
    await delete_all(bootstrap, topic)
    await producer.send(topic, key=b"k", value=b"kept")
    with structlog.testing.capture_logs() as logs:
        member = Member(bootstrap, topic, books)
        await until(lambda: len(books.handled) == 2)
        await member.stop()

    told = [line for line in logs if line["event"] == "intake.offsets_skipped"]
    assert [(line["start"], line["end"]) for line in told] == [(1, 3)]


async def test_a_missing_topic_is_told_and_found_when_it_comes(
    bootstrap: str, producer: Producer
) -> None:
    topic = f"late-{uuid.uuid4().hex[:8]}"
    health = Health()
    seen: list[Record] = []

    async def handler(records: Sequence[Record]) -> None:
        seen.extend(records)

    options = SourceOptions(bootstrap, (topic,), topic, client={"metadata_max_age_ms": 1000})
    watchdog = Watchdog(health, seconds_between_looks=0.5)
    loop = Loop(KafkaSource(options, health, watchdog), handler, health)
    task = asyncio.create_task(loop.run())
    await until(lambda: f"no topic {topic}" in health.ready()[1])
    await ensure_topics(bootstrap, [TopicSpec(topic, 1)])
    await producer.send(topic, key=b"k", value=b"v")
    await until(lambda: seen and health.ready()[0])
    loop.stop()
    await task
