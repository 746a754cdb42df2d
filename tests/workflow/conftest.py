"""A town for each test, on a server that skips time or on the real one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from typing_extensions import override

from runtime.embedded.temporal import EmbeddedTemporal
from tests.workflow.cases import Town
from workflows.search_attributes import REGISTRY


@pytest.fixture(scope="session")
async def skipping_server(time_skipping_env: WorkflowEnvironment) -> WorkflowEnvironment:
    client = time_skipping_env.client
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=client.namespace,
            search_attributes={
                name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}")
                for name, kind in REGISTRY.items()
            },
        )
    )
    return time_skipping_env


@pytest.fixture
async def town(skipping_server: WorkflowEnvironment) -> AsyncIterator[Town]:
    """Its hours pass as soon as everybody is waiting for them."""

    async def until(instant: datetime) -> None:
        await skipping_server.sleep(instant - await skipping_server.get_current_time())

    async with at_work(
        Town(skipping_server.client, skipping_server.get_current_time, until)
    ) as opened:
        yield opened


@pytest.fixture
async def real_town(temporal_client: Client) -> AsyncIterator[Town]:
    """On the server that production runs; its hours are as long as ours."""
    async with at_work(real(temporal_client)) as opened:
        yield opened


def real(client: Client) -> Town:
    async def now() -> datetime:
        return datetime.now(UTC)

    async def until(instant: datetime) -> None:
        await asyncio.sleep((instant - datetime.now(UTC)).total_seconds())

    return Town(client, now, until)


@asynccontextmanager
async def at_work(town: Town) -> AsyncIterator[Town]:
    """Whatever a test did: in the end the journal holds what the pure rules give, byte for byte."""
    await town.start_worker()
    try:
        yield town
        await town.stop_worker()
        for case in town.cases:
            assert await case.rederived() == case.rows
            assert case.read_model() == case.shown()
    finally:
        await town.stop_worker()
        for case in town.cases:
            await case.give_up()


class CrampedTemporal(EmbeddedTemporal):
    """A server that thinks a history long after sixty events."""

    @override
    def command(self) -> list[str]:
        limit = "limit.historyCount.suggestContinueAsNew=60"
        return [*super().command(), "--dynamic-config-value", limit]


@pytest.fixture
async def cramped_client(servers_directory: Path) -> AsyncIterator[Client]:
    directory = servers_directory / "temporal-cramped"
    async with CrampedTemporal(directory, search_attributes=REGISTRY) as server:
        yield await Client.connect(server.address, data_converter=pydantic_data_converter)
