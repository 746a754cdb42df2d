"""Kafka has forgotten how far intake was: it was away for long, or its topic was made again."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from kafka import KafkaAdminClient

from gateways.kafka.admin import TopicSpec, ensure_topics
from tests.fakes.kafka_topics import delete
from tests.integration.promises.events import Event, event
from tests.integration.promises.town import Servers, Town, open_town

PARTITIONS = 2


@pytest.fixture
async def town(servers: Servers) -> AsyncIterator[Town]:
    async with open_town(servers, partitions=PARTITIONS) as opened:
        yield opened


def forget(bootstrap: str, group: str) -> None:
    """Delete the offsets of a group, as the broker does after `offsets.retention.minutes`."""
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        admin.delete_groups([group])
    finally:
        admin.close()


async def rows(town: Town) -> int:
    [(number,)] = await town.database.fetch("SELECT count(*) FROM sanban.journal")
    return int(number)


async def test_records_that_are_read_again_are_decided_once(town: Town) -> None:
    """An intake that was away for eight days, and then a topic with the same name and other
    records: none is skipped, and none becomes a second case.
    """
    kafka = town.servers.kafka.bootstrap
    events = [event(town.source, f"E-{number}") for number in range(6)]

    async def decided(*more: Event, number: int) -> dict[str, int]:
        await town.publish_all(more)
        await town.intake.start()
        outcomes = await town.until_decided(number)
        await town.until(town.lag, lambda lag: lag == 0)
        assert await town.intake.terminate() == 0
        return outcomes

    await town.worker.start()
    assert await decided(*events, number=6) == {"accepted": 6}
    await town.until_cases(6)
    before = await rows(town)

    await asyncio.to_thread(forget, kafka, town.name)
    assert await decided(number=6) == {"accepted": 6}
    assert await rows(town) == before

    await delete(kafka, town.topic)
    await ensure_topics(kafka, [TopicSpec(town.topic, PARTITIONS)])
    later = event(town.source, "E-later")
    assert await decided(*events, later, number=13) == {"accepted": 7, "duplicate": 6}
    await town.until_cases(7)
    assert await town.workflows() == 7
