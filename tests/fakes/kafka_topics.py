"""Delete, empty and read topics of one partition."""

import asyncio
import time
import uuid
from collections.abc import Sequence

from kafka import KafkaAdminClient, TopicPartition

from consumers.health import Health
from consumers.kafka.settings import SourceOptions
from consumers.kafka.source import KafkaSource
from consumers.kafka.watchdog import Watchdog
from consumers.loop import Loop
from schemas.intake import Record
from tests.fakes.waiting import until


async def delete(bootstrap: str, topic: str) -> None:
    """Delete it; it is gone when this returns."""
    await asyncio.to_thread(_delete, bootstrap, topic)


async def delete_all(bootstrap: str, topic: str) -> None:
    """Delete its records, as the retention of the topic would."""
    await asyncio.to_thread(_delete_all, bootstrap, topic)


async def read(
    bootstrap: str, topic: str, count: int, *, largest_record: int = 64 * 1024 * 1024
) -> list[Record]:
    """Return the first records of the topic, as the consumer of intake sees them."""
    read: list[Record] = []

    async def handler(records: Sequence[Record]) -> None:
        read.extend(records)

    health = Health()
    options = SourceOptions(
        bootstrap, (topic,), f"g-{uuid.uuid4().hex[:8]}", largest_record=largest_record
    )
    loop = Loop(KafkaSource(options, health, Watchdog(health)), handler, health)
    task = asyncio.create_task(loop.run())
    try:
        await until(lambda: len(read) >= count)
    finally:
        loop.stop()
        await task
    return read


def _delete(bootstrap: str, topic: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.delete_topics([topic])
        while topic in admin.list_topics():
            time.sleep(0.02)
    finally:
        admin.close()


def _delete_all(bootstrap: str, topic: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.delete_records({TopicPartition(topic, 0): -1})
    finally:
        admin.close()
