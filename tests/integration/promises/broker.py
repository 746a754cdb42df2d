"""Read and change topics beside the processes under test."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.consumer.fetcher import ConsumerRecord


async def repartition(bootstrap: str, topic: str, partitions: int) -> None:
    await asyncio.to_thread(_repartition, bootstrap, topic, partitions)


async def ends(bootstrap: str, topic: str) -> dict[TopicPartition, int]:
    return await asyncio.to_thread(_ends, bootstrap, topic)


async def read(bootstrap: str, topic: str) -> list[ConsumerRecord]:
    """Return all records that are in it now."""
    return await asyncio.to_thread(_read, bootstrap, topic)


async def lag(bootstrap: str, topic: str, group: str) -> int:
    """Return how many records lie beyond the offsets that the group has committed."""
    return await asyncio.to_thread(_lag, bootstrap, topic, group)


async def allow(bootstrap: str, topic: str, largest_record: int) -> None:
    await asyncio.to_thread(_allow, bootstrap, topic, largest_record)


async def empty(bootstrap: str, *topics: str) -> None:
    """Drop all records, as the broker does once their retention is over."""
    await asyncio.to_thread(_empty, bootstrap, topics)


def _empty(bootstrap: str, topics: tuple[str, ...]) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        for topic in topics:
            admin.delete_records(_ends(bootstrap, topic))
    finally:
        admin.close()


def _allow(bootstrap: str, topic: str, largest_record: int) -> None:
    limit = {"max.message.bytes": str(largest_record)}
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs=limit)])
    finally:
        admin.close()


def _repartition(bootstrap: str, topic: str, partitions: int) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.create_partitions({topic: partitions})
    finally:
        admin.close()


def _ends(bootstrap: str, topic: str) -> dict[TopicPartition, int]:
    with _consumer(bootstrap, topic) as (consumer, partitions):
        return dict(consumer.end_offsets(partitions))


def _read(bootstrap: str, topic: str) -> list[ConsumerRecord]:
    found: list[ConsumerRecord] = []
    with _consumer(bootstrap, topic) as (consumer, partitions):
        begins = sum(consumer.beginning_offsets(partitions).values())
        total = sum(consumer.end_offsets(partitions).values()) - begins
        while len(found) < total:
            for records in consumer.poll(timeout_ms=200).values():
                found += records
    return sorted(found, key=lambda record: (record.partition, record.offset))


def _lag(bootstrap: str, topic: str, group: str) -> int:
    with _consumer(bootstrap, topic, group) as (consumer, partitions):
        ends = consumer.end_offsets(partitions)
        committed = {partition: consumer.committed(partition) or 0 for partition in partitions}
    return sum(ends[partition] - committed[partition] for partition in partitions)


@contextmanager
def _consumer(
    bootstrap: str, topic: str, group: str | None = None
) -> Iterator[tuple[KafkaConsumer, list[TopicPartition]]]:
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    try:
        numbers = consumer.partitions_for_topic(topic)
        partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
        consumer.assign(partitions)
        yield consumer, partitions
    finally:
        consumer.close()
