"""Single records and stretches of a partition, as people and reconciliations ask for them."""

import asyncio

import pytest
from kafka import KafkaProducer

from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Producer, ProducerOptions
from gateways.kafka.record_reader import KafkaReader, NoRecord, ReaderOptions
from runtime.embedded.broker import EmbeddedBroker
from runtime.embedded.ports import LOOPBACK, free_port
from schemas.intake import Unavailable
from tests.fakes.kafka_topics import delete_all

COMMITTED = [0, 1, 2, 3, 5, 6, 7, 8]
"""Offsets of records; 4 and 9 are markers of transactions."""


def two_transactions(bootstrap: str, topic: str) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, transactional_id=topic)
    try:
        producer.init_transactions()
        for _ in range(2):
            producer.begin_transaction()
            for number in range(4):
                producer.send(topic, key=b"k", value=b"%d" % number, partition=0)
            producer.commit_transaction()
    finally:
        producer.close()


async def offsets(reader: KafkaReader, topic: str, start: int, stop: int) -> list[int]:
    return [
        record.position.offset
        async for records in reader.between(topic, 0, start, stop)
        for record in records
    ]


async def test_records_are_read_between_offsets_and_markers_are_passed_over(
    bootstrap: str, topic: str
) -> None:
    await asyncio.to_thread(two_transactions, bootstrap, topic)
    async with KafkaReader(ReaderOptions(bootstrap)) as reader:
        [extent] = await reader.extents(topic)
        everything = await offsets(reader, topic, 0, extent.end)
        some = await offsets(reader, topic, 3, 6)
        fifth = await reader.at(topic, 0, 5)
        for nothing in (4, 9):
            with pytest.raises(NoRecord, match="compacted, or never was one"):
                await reader.at(topic, 0, nothing)
        with pytest.raises(NoRecord, match="ends at offset 10"):
            await reader.at(topic, 0, 10)

    assert extent.first == 0
    assert extent.end == 10
    assert everything == COMMITTED
    assert some == [3, 5]
    assert fifth.key == b"k"
    assert fifth.value == b"0"
    assert extent.cluster == fifth.position.cluster
    assert extent.topic == fifth.position.topic
    assert extent.topic_id == fifth.position.topic_id


async def test_what_retention_deleted_is_said_to_be_deleted(bootstrap: str, topic: str) -> None:
    await asyncio.to_thread(two_transactions, bootstrap, topic)
    await delete_all(bootstrap, topic)
    async with KafkaReader(ReaderOptions(bootstrap)) as reader:
        with pytest.raises(NoRecord, match=r"the broker has deleted it: .* begins at offset 10"):
            await reader.at(topic, 0, 5)
        assert await offsets(reader, topic, 0, 10) == []


async def test_the_embedded_broker_has_records_beyond_the_end_it_tells(
    embedded_broker: EmbeddedBroker,
) -> None:
    """It counts the last batch as one record, and letters are sent side by side."""
    bootstrap, topic = embedded_broker.bootstrap, "t-batches"
    await ensure_topics(bootstrap, [TopicSpec(topic, 1)])
    async with Producer(ProducerOptions(bootstrap)) as producer:
        sent = await asyncio.gather(
            *(producer.send(topic, key=b"k", value=b"%d" % number) for number in range(20))
        )
    last = max(each.offset for each in sent)
    async with KafkaReader(ReaderOptions(bootstrap)) as reader:
        record = await reader.at(topic, 0, last)
        everything = await offsets(reader, topic, 0, last + 1)
        with pytest.raises(NoRecord):
            await reader.at(topic, 0, last + 1)
        unknown = await reader.extents("t-nowhere")
        never = await reader.committed("g-nobody", topic)

    assert record.value == b"19"
    assert everything == list(range(20))
    assert unknown == []
    assert never == {}


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.usefixtures("no_sockets_left")
async def test_a_broker_that_is_away_is_unavailable() -> None:
    options = ReaderOptions(f"{LOOPBACK}:{free_port()}", seconds_to_connect=0.5)
    async with KafkaReader(options) as reader:
        with pytest.raises(Unavailable, match="kafka"):
            await reader.at("t", 0, 0)
