"""Topics of one partition, made and unmade, and what lies in them."""

import asyncio
import uuid
from collections.abc import Sequence

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import NewTopic

from consumers.health import Health
from consumers.kafka_source import KafkaSource, SourceOptions
from consumers.loop import Loop
from consumers.watchdog import Watchdog
from schemas.intake import Record
from tests.fakes.waiting import until


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


def delete_all(bootstrap: str, topic: str) -> None:
    """As the retention of the topic would."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.delete_records({TopicPartition(topic, 0): -1})
    finally:
        admin.close()


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
