import asyncio
import time
import uuid

from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.mended_clients import ASSIGNORS, MendedConsumer
from tests.limits import EVENT_S

MEMBERS = 8  # kafka-python 3.0.12 by itself loses every second one, polled like this


async def test_a_member_gets_its_partitions_however_short_its_polls(bootstrap: str) -> None:
    """The first join knows no partitions yet, and the second begins amid a poll that ends."""
    topic = f"t-{uuid.uuid4().hex[:8]}"
    await ensure_topics(bootstrap, [TopicSpec(topic, 4)])

    found = [
        await asyncio.to_thread(partitions_of_a_new_member, bootstrap, topic)
        for _ in range(MEMBERS)
    ]

    assert found == [4] * MEMBERS


def partitions_of_a_new_member(bootstrap: str, topic: str) -> int:
    consumer = MendedConsumer(
        bootstrap_servers=bootstrap,
        group_id=uuid.uuid4().hex,
        enable_auto_commit=False,
        partition_assignment_strategy=ASSIGNORS,
    )
    consumer.subscribe([topic])
    deadline = time.monotonic() + EVENT_S
    while not consumer.assignment() and time.monotonic() < deadline:
        consumer.poll(10)
    partitions = len(consumer.assignment())
    consumer.close(autocommit=False)
    return partitions
