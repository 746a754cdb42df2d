"""Who has just sent something hears what became of it, on both brokers."""

import asyncio
import uuid
from typing import Any

import pytest

from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Producer, ProducerOptions
from gateways.kafka.receipt_reader import KeyedReceipt, NoTopic, ReceiptOptions, ReceiptReader
from gateways.receipts import KafkaReceipts
from runtime.clock import utc_now
from schemas.intake import Outcome, Position, Record, RecordDecision
from tests.limits import EVENT_S

BEFORE, AFTER = range(60), range(100, 106)


@pytest.fixture(params=["apache_kafka", "embedded_broker"])
def bootstrap(request: pytest.FixtureRequest) -> str:
    server: Any = request.getfixturevalue(request.param)
    return str(server.bootstrap)


@pytest.fixture
async def receipts(bootstrap: str) -> ReceiptOptions:
    name = f"receipts-{uuid.uuid4().hex[:8]}"
    await ensure_topics(bootstrap, [TopicSpec(name, 3)])
    return ReceiptOptions(bootstrap, name)


def record(offset: int) -> Record:
    return Record(Position("c", "complaints", "t", 0, offset), b"key-%d" % offset, b"{}")


async def read(reader: ReceiptReader, number: int) -> list[KeyedReceipt]:
    found: list[KeyedReceipt] = []
    async with asyncio.timeout(EVENT_S):
        while len([each for each in found if each.receipt.offset in AFTER]) < number:
            found += await reader.some(0.5)
    return found


async def test_what_is_told_after_entering_is_read_and_nonsense_is_passed_over(
    receipts: ReceiptOptions,
) -> None:
    async with Producer(ProducerOptions(receipts.bootstrap)) as producer:
        telling = KafkaReceipts(producer, utc_now, receipts.topic)

        async def tell(offset: int) -> None:
            kept = record(offset)
            await telling.put(kept, RecordDecision(kept.position, Outcome.ACCEPTED, tenant="town"))

        await asyncio.gather(*map(tell, BEFORE))
        async with ReceiptReader(receipts) as reader:
            for odd in (
                b"",
                b"{",
                b"[]",
                b'{"type": "other"}',
                b'{"type": "org.sanban.receipt.v1"}',
            ):
                await producer.send(receipts.topic, key=b"key-1", value=odd)
            for offset in AFTER:
                await tell(offset)
            found = await read(reader, len(AFTER))

    new = {each.receipt.offset: each.key for each in found if each.receipt.offset in AFTER}
    assert new == {offset: b"key-%d" % offset for offset in AFTER}
    assert {each.receipt.outcome for each in found} == {Outcome.ACCEPTED}


async def test_a_topic_that_is_not_there_is_told(receipts: ReceiptOptions) -> None:
    with pytest.raises(NoTopic, match="there is no topic nowhere"):
        async with ReceiptReader(ReceiptOptions(receipts.bootstrap, "nowhere")):
            pass
