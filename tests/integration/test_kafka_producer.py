"""Dead letters keep every byte; the producer keeps its order and tells an outage from a refusal."""

import asyncio
import uuid

import pytest

from gateways.dead_letters import KafkaDeadLetters
from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Producer, ProducerOptions, RecordTooLarge
from schemas.intake import Record, RejectReason, Unavailable
from tests.fakes.kafka_topics import read
from tests.fakes.records import NOW, at
from tests.limits import EVENT_S
from tests.servers.apache_kafka import ApacheKafka

HUGE = 10_000_000
POSITION = at(7, partition=3)

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]


async def test_a_dead_letter_keeps_every_byte_and_says_why(
    bootstrap: str, topic: str, producer: Producer
) -> None:
    letter = Record(POSITION, b"\xff", b"x" * HUGE, (("a", b"\x00"), ("a", b"2")))
    letters = KafkaDeadLetters(producer, lambda: NOW, topic)
    await letters.put(letter, RejectReason.NOT_JSON, "10 MB 乱码")

    kept = (await read(bootstrap, topic, 1))[0]

    assert kept.key == letter.key
    assert kept.value == letter.value
    assert kept.headers == (
        *letter.headers,
        ("sanban-reason", b"not_json"),
        ("sanban-detail", "10 MB 乱码".encode()),
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
    await ensure_topics(bootstrap, [TopicSpec(strict, 1, largest_record=1000)])
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
    async with asyncio.timeout(EVENT_S):
        while True:
            try:
                return (await producer.send(topic, key=b"k", value=b"after")).offset
            except Unavailable:
                continue
