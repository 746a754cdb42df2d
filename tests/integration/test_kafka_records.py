"""What travels through Kafka comes out as it went in, and dead letters keep every byte."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest
from kafka import KafkaAdminClient
from kafka.admin import NewTopic
from kafka.errors import UnsupportedCodecError
from typing_extensions import override

from consumers.health import Health
from consumers.kafka_source import KafkaSource, SourceOptions
from consumers.loop import Loop
from consumers.watchdog import Watchdog
from gateways.dead_letters import KafkaDeadLetters
from gateways.kafka_producer import Producer, ProducerOptions, RecordTooLarge
from schemas.intake import Record, RejectReason, Unavailable
from tests.fakes.kafka_group import Books, Member, broker_going_away, lag
from tests.fakes.records import NOW, at
from tests.fakes.waiting import until
from tests.servers.apache_kafka import ApacheKafka

HUGE = 10_000_000
POSITION = at(7, partition=3)


pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture(autouse=True)
def _no_sockets_left() -> Iterator[None]:
    with broker_going_away():
        yield


class WrongName(str):
    """A header name as a client in another language may write it."""

    __slots__ = ()

    @override
    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return b"\xff\xfe"


def create(bootstrap: str, topic: str, **configs: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.create_topics([NewTopic(topic, 1, replication_factor=1, topic_configs=configs)])
    finally:
        admin.close()


def delete(bootstrap: str, topic: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.delete_topics([topic])
    finally:
        admin.close()


@pytest.fixture
def bootstrap(apache_kafka: ApacheKafka) -> str:
    return apache_kafka.bootstrap


@pytest.fixture
def topic(bootstrap: str) -> str:
    name = f"t-{uuid.uuid4().hex[:8]}"
    create(bootstrap, name, **{"max.message.bytes": str(2 * HUGE)})
    return name


@pytest.fixture
async def producer(bootstrap: str) -> AsyncIterator[Producer]:
    async with Producer(ProducerOptions(bootstrap)) as producer:
        yield producer


async def read(bootstrap: str, topic: str, count: int) -> list[Record]:
    """The first records of the topic, as the consumer of intake sees them."""
    read: list[Record] = []

    async def handler(records: Sequence[Record]) -> None:
        read.extend(records)

    health = Health()
    options = SourceOptions(bootstrap, (topic,), f"g-{uuid.uuid4().hex[:8]}")
    loop = Loop(KafkaSource(options, health, Watchdog(health)), handler, health)
    task = asyncio.create_task(loop.run())
    try:
        await until(lambda: len(read) >= count, seconds=30)
    finally:
        loop.stop()
        await task
    return read


async def test_a_record_comes_out_as_it_went_in(
    bootstrap: str, topic: str, producer: Producer
) -> None:
    headers = [("ce_id", b"1"), ("ce_id", b"2"), ("空", b""), ("b", b"\x00\xff")]
    delivery = await producer.send(topic, key=b"k", value=b"v", headers=headers)
    await producer.send(topic, key=b"k", value=None)

    seen, tombstone = await read(bootstrap, topic, 2)

    assert (seen.key, seen.value, seen.headers) == (b"k", b"v", tuple(headers))
    assert (seen.position.topic, seen.position.offset) == (topic, delivery.offset)
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

    async with asyncio.timeout(30):
        with pytest.raises(UnsupportedCodecError):
            await member.task

    assert await lag(bootstrap, topic) >= 1  # what could not be read is not passed over


async def test_a_topic_made_anew_is_told_from_its_predecessor(
    bootstrap: str, topic: str, producer: Producer
) -> None:
    await producer.send(topic, key=b"k", value=b"old")
    old = (await read(bootstrap, topic, 1))[0].position
    delete(bootstrap, topic)
    await asyncio.sleep(1)
    create(bootstrap, topic)
    async with Producer(ProducerOptions(bootstrap)) as another:
        await another.send(topic, key=b"k", value=b"new")
    new = (await read(bootstrap, topic, 1))[0].position

    assert old.cluster == new.cluster != ""
    assert old.offset == new.offset == 0
    assert old.topic_id != new.topic_id


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
    await until(lambda: f"no topic {topic}" in health.ready()[1], seconds=20)
    create(bootstrap, topic)
    await producer.send(topic, key=b"k", value=b"v")
    await until(lambda: seen and health.ready()[0], seconds=30)
    loop.stop()
    await task


async def test_a_dead_letter_keeps_every_byte_and_says_why(
    bootstrap: str, topic: str, producer: Producer
) -> None:
    letter = Record(POSITION, b"\xff", b"x" * HUGE, (("a", b"\x00"), ("a", b"2")))
    letters = KafkaDeadLetters(producer, lambda: NOW, topic)
    await letters.put(letter, RejectReason.TOO_LARGE, "10 MB 太大")

    kept = (await read(bootstrap, topic, 1))[0]

    assert (kept.key, kept.value) == (letter.key, letter.value)
    assert kept.headers == (
        *letter.headers,
        ("sanban-reason", b"too_large"),
        ("sanban-detail", "10 MB 太大".encode()),
        ("sanban-origin", b"sanban.complaints/3/7"),
        ("sanban-at", NOW.isoformat().encode()),
    )


@pytest.mark.parametrize(
    ("letter", "nulls"),
    [
        (Record(POSITION, None, b"v", (("a", None), ("b", None))), b"header a, header b"),
        (Record(POSITION, None, None), b"value"),
        (Record(POSITION, b"k", None), None),
        (Record(POSITION, None, b""), None),
    ],
)
async def test_a_dead_letter_keeps_nulls_apart_from_emptiness(
    bootstrap: str, topic: str, producer: Producer, letter: Record, nulls: bytes | None
) -> None:
    await KafkaDeadLetters(producer, lambda: NOW, topic).put(letter, RejectReason.NOT_JSON, "")

    kept = (await read(bootstrap, topic, 1))[0]

    assert kept.key == letter.key
    assert (kept.value or b"") == (letter.value or b"")
    assert dict(kept.headers).get("sanban-nulls") == nulls


async def test_what_is_sent_first_lies_first(producer: Producer, topic: str) -> None:
    deliveries = await asyncio.gather(
        *(producer.send(topic, key=b"k", value=b"%d" % number) for number in range(2000))
    )

    assert [delivery.offset for delivery in deliveries] == list(range(2000))


async def test_a_record_that_no_setting_allows_is_told_apart_from_an_outage(
    bootstrap: str, producer: Producer, topic: str
) -> None:
    strict = f"strict-{uuid.uuid4().hex[:8]}"
    create(bootstrap, strict, **{"max.message.bytes": "1000"})
    with pytest.raises(RecordTooLarge, match=r"raise the topic's max\.message\.bytes"):
        await producer.send(strict, key=b"k", value=b"x" * 5000)

    await producer.send(strict, key=b"k", value=b"small")


async def test_sending_without_a_broker_is_unavailable_until_it_is_back(
    apache_kafka: ApacheKafka, topic: str
) -> None:
    options = ProducerOptions(apache_kafka.bootstrap, seconds_to_connect=1, seconds_to_deliver=2)
    async with Producer(options) as producer:
        await producer.send(topic, key=b"k", value=b"before")
        apache_kafka.kill()
        try:
            for _ in range(2):  # also when it connects anew
                with pytest.raises(Unavailable, match="kafka"):
                    await producer.send(topic, key=b"k", value=b"lost")
        finally:
            await apache_kafka.start()
        delivery = await send_when_possible(producer, topic)

    assert delivery >= 1


async def send_when_possible(producer: Producer, topic: str) -> int:
    async with asyncio.timeout(30):
        while True:
            try:
                return (await producer.send(topic, key=b"k", value=b"after")).offset
            except Unavailable:
                continue
