"""The same event again, and another event under its name."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from domain.complaints import workflow_id_of
from gateways import dead_letters
from gateways.kafka.producer import Producer, ProducerOptions
from runtime.embedded.temporal import EmbeddedTemporal
from tests.integration.promises import broker
from tests.integration.promises.events import TENANT, event
from tests.integration.promises.people import HANDLED
from tests.integration.promises.town import TemporalServer, Town
from workflows.search_attributes import REGISTRY

AGAIN = 12
PARTITIONS_BEFORE, PARTITIONS_AFTER = 4, 6


@pytest.fixture
async def forgetful_server(servers_directory: Path) -> AsyncIterator[EmbeddedTemporal]:
    """Has no memory of any case, as after its retention."""
    async with EmbeddedTemporal(
        servers_directory / "forgetful", search_attributes=REGISTRY
    ) as server:
        yield server


async def test_the_same_event_makes_one_case_even_after_it_closed(
    town: Town, forgetful_server: EmbeddedTemporal
) -> None:
    """Promise 2: under a new offset, after the case closed, after Temporal has forgotten it,
    after a re-partition: one case. Other content under the same id is a conflict.
    """
    await town.start()
    first = event(town.source, "E-1")
    await town.publish(first)
    await town.people.play({first.case_id: HANDLED})
    await town.intake.terminate()  # one that runs on sees new partitions within half a minute
    await broker.repartition(town.servers.kafka.bootstrap, town.topic, PARTITIONS_AFTER)
    await town.intake.launch(TEMPORAL_ADDRESS=forgetful_server.address)
    async with Producer(ProducerOptions(town.servers.kafka.bootstrap)) as informed:
        anew = dataclasses.replace(town, producer=informed)
        again = await anew.publish(*(first.but(key=b"key %d" % n) for n in range(AGAIN)))
        await anew.publish(event(town.source, "E-1", text="另一件事"))
    outcomes = await town.until_decided(AGAIN + 2)
    [letter] = await town.dead_letters()

    assert {each.partition for each in again} - set(range(PARTITIONS_BEFORE))
    assert outcomes == {"accepted": 1, "duplicate": AGAIN, "conflict": 1}
    assert await town.cases() == {first.case_id}
    assert await knows(town.servers.temporal, first.case_id)
    assert not await knows(forgetful_server, first.case_id)  # it was not begun again
    assert dict(letter.headers)[dead_letters.REASON] == b"identity_conflict"
    assert await town.faults() == []


async def knows(server: TemporalServer, case_id: str) -> bool:
    client = await Client.connect(server.address, namespace=server.namespace)
    try:
        await client.get_workflow_handle(workflow_id_of(TENANT, case_id)).describe()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise
        return False
    return True
