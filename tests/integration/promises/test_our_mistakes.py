"""What is wrong with our own settings costs no record: intake waits and says what."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest

from gateways.kafka.admin import TopicSpec, ensure_topics
from runtime.embedded.temporal import EmbeddedTemporal
from tests.integration.promises import broker
from tests.integration.promises.events import event, settled
from tests.integration.promises.town import Servers, Town, open_town
from tests.integration.promises.unreadable import MEGABYTE
from tests.servers.temporal_cluster import KINDS
from workflows.search_attributes import REGISTRY


@pytest.fixture
async def unprepared_town(servers: Servers, servers_directory: Path) -> AsyncIterator[Town]:
    """Its Temporal server has never heard of our search attributes; large records fit."""
    async with (
        EmbeddedTemporal(servers_directory / "unprepared") as temporal,
        open_town(
            dataclasses.replace(servers, temporal=temporal),
            partitions=1,
            largest_record=3 * MEGABYTE,
        ) as opened,
    ):
        yield opened


async def test_neither_a_bare_namespace_nor_a_narrow_topic_costs_a_record(
    unprepared_town: Town,
) -> None:
    town, kafka = unprepared_town, unprepared_town.servers.kafka.bootstrap
    narrow = f"{town.name}.narrow"
    await ensure_topics(kafka, [TopicSpec(narrow, 1, largest_record=300)])
    await town.publish(settled(town.source, "good"))
    await town.publish(event(town.source, "bad", text="x" * 2 * MEGABYTE))
    await town.intake.launch(SANBAN_DEAD_LETTERS_TOPIC=narrow)

    await town.until(
        lambda: town.intake.ask("/readyz"), lambda told: "search attributes" in told[1]
    )
    assert await town.outcomes() == {}

    client = town.people.cases.client
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=client.namespace,
            search_attributes={name: KINDS[kind] for name, kind in REGISTRY.items()},
        )
    )
    await town.until(lambda: town.intake.ask("/readyz"), lambda told: "max.message" in told[1])
    assert "rejected" not in await town.outcomes()

    await broker.allow(kafka, narrow, 3 * MEGABYTE)
    assert await town.until_decided(2) == {"accepted": 1, "rejected": 1}
    assert len(await broker.read(kafka, narrow)) == 1
