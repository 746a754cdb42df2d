"""Every reader of ours reads committed records only, whatever a publisher's transactions do."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from consumers.health import Health
from consumers.kafka.settings import SourceOptions
from consumers.kafka.source import KafkaSource
from consumers.kafka.watchdog import Watchdog
from consumers.loop import Loop
from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.mended_clients import MendedConsumer
from gateways.kafka.record_reader import KafkaReader, NoRecord, ReaderOptions
from runtime.clock import utc_now
from runtime.embedded.broker import EmbeddedBroker
from schemas.intake import Record
from tests.fakes.kafka_topics import read
from tests.fakes.transactions import CODECS, TransactionalPublisher, open_transaction
from tests.fakes.waiting import until

pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"),
    pytest.mark.usefixtures("no_sockets_left"),
]


def interleave(bootstrap: str, topic: str, codec: str) -> None:
    """Two publishers at a time; of one the first transaction is aborted, with several batches."""
    first = TransactionalPublisher(bootstrap, codec=codec)
    second = TransactionalPublisher(bootstrap, codec=codec)
    first.begin()
    second.begin()
    first.send(topic, *(b"draft %d" % number for number in range(5)))
    second.send(topic, b"one", b"two")
    first.send(topic, b"draft", *(b"draft" * 400_000 for _ in range(2)))
    first.end("abort")
    second.send(topic, b"three")
    first.transaction("commit", topic, b"four")
    second.end("commit")
    first.transaction("abort", topic, b"draft")


@pytest.mark.parametrize("codec", CODECS)
async def test_intake_sees_nothing_of_aborted_transactions(
    bootstrap: str, topic: str, codec: str
) -> None:
    await asyncio.to_thread(interleave, bootstrap, topic, codec)
    await asyncio.to_thread(TransactionalPublisher(bootstrap).transaction, "commit", topic, b"five")
    seen = await read(bootstrap, topic, 5)

    assert [record.value for record in seen] == [b"one", b"two", b"three", b"four", b"five"]


async def test_a_single_record_of_an_aborted_transaction_is_not_read(
    bootstrap: str, topic: str
) -> None:
    """As `deadletters`, `reconcile` and its repairs read them."""
    await asyncio.to_thread(interleave, bootstrap, topic, "none")
    async with KafkaReader(ReaderOptions(bootstrap)) as reader:
        [extent] = await reader.extents(topic)
        found = [
            record.value
            async for records in reader.between(topic, 0, 0, extent.end)
            for record in records
        ]
        with pytest.raises(NoRecord, match="its transaction was aborted"):
            await reader.at(topic, 0, 0)

    assert found == [b"one", b"two", b"three", b"four"]


async def test_an_open_transaction_is_seen_and_not_read(bootstrap: str, topic: str) -> None:
    await asyncio.to_thread(
        TransactionalPublisher(bootstrap).transaction, "commit", topic, b"before"
    )
    with open_transaction(bootstrap, topic, b"draft", b"draft"):
        async with KafkaReader(ReaderOptions(bootstrap)) as reader:
            [extent] = await reader.extents(topic)
            with pytest.raises(NoRecord, match="transaction that is not ended"):
                await reader.at(topic, 0, extent.end)
            is_old = await reader.is_open_since(extent, utc_now())
            is_very_old = await reader.is_open_since(extent, utc_now() - timedelta(hours=1))

    assert extent.end == 2  # the record before, and the marker of its transaction
    assert extent.newest == 4
    assert is_old
    assert not is_very_old


def test_no_setting_lets_a_consumer_read_what_is_not_committed(bootstrap: str) -> None:
    consumer = MendedConsumer(bootstrap_servers=bootstrap, isolation_level="read_uncommitted")
    try:
        assert consumer.config["isolation_level"] == "read_committed"
    finally:
        consumer.close(autocommit=False)


async def test_a_transaction_that_hangs_is_named_until_it_is_ended(
    bootstrap: str, topic: str
) -> None:
    health = Health()
    seen: list[bytes | None] = []

    async def handler(records: Sequence[Record]) -> None:
        seen.extend(record.value for record in records)

    watchdog = Watchdog(health, seconds_between_looks=0.2, seconds_hung=0)
    source = KafkaSource(SourceOptions(bootstrap, (topic,), topic), health, watchdog)
    loop = Loop(source, handler, health)
    task = asyncio.create_task(loop.run())
    await asyncio.to_thread(
        TransactionalPublisher(bootstrap).transaction, "commit", topic, b"before"
    )
    await until(lambda: seen)
    publisher = TransactionalPublisher(bootstrap)
    await asyncio.to_thread(publisher.transaction, "open", topic, b"draft")
    await asyncio.to_thread(
        TransactionalPublisher(bootstrap).transaction, "commit", topic, b"behind"
    )
    await until(lambda: f"{topic}/0 gives no record from offset 2 on" in health.ready()[1])
    held_back = list(seen)
    await asyncio.to_thread(publisher.end, "abort")
    await until(lambda: len(seen) > 1 and health.ready()[0])
    loop.stop()
    await task

    assert held_back == [b"before"]
    assert seen == [b"before", b"behind"]


async def test_the_embedded_broker_does_not_know_transactions(
    embedded_broker: EmbeddedBroker,
) -> None:
    """INTEGRATORS and ADR 6 say so. When this fails, these sentences may go."""
    bootstrap, topic = embedded_broker.bootstrap, "t-transactions"
    await ensure_topics(bootstrap, [TopicSpec(topic, 1)])
    await asyncio.to_thread(TransactionalPublisher(bootstrap).transaction, "abort", topic, b"draft")
    seen = await read(bootstrap, topic, 1)

    assert [record.value for record in seen] == [b"draft"]
