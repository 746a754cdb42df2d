"""A town for each test, on a server that skips time or on the real one."""

import shutil
import sysconfig
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from runtime.embedded.child_server import ServerNotReady
from runtime.wiring.temporal import DATA_CONVERTER
from tests.servers.cramped_temporal import CrampedTemporal
from tests.workflow.cases import Town, at_work, real
from workflows.search_attributes import REGISTRY


@pytest.fixture(scope="module")
async def skipping_server() -> AsyncIterator[WorkflowEnvironment]:
    """Start a Temporal server whose clock skips ahead while every workflow waits.

    Each module has its own: a Signal to a case that has ended stops its skipping for good.
    """
    program = shutil.which("temporal-test-server", path=sysconfig.get_path("scripts"))
    try:
        environment = await WorkflowEnvironment.start_time_skipping(
            data_converter=DATA_CONVERTER, test_server_existing_path=program
        )
    except RuntimeError as error:
        raise ServerNotReady(f"the time-skipping Temporal at {program}: {error}") from error
    async with environment:
        await _prepare(environment)
        yield environment


async def _prepare(environment: WorkflowEnvironment) -> None:
    client = environment.client
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(
            namespace=client.namespace,
            search_attributes={
                name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}")
                for name, kind in REGISTRY.items()
            },
        )
    )


@pytest.fixture
async def town(skipping_server: WorkflowEnvironment) -> AsyncIterator[Town]:
    """Open a town whose hours pass as soon as every workflow waits for them."""

    async def until(instant: datetime) -> None:
        await skipping_server.sleep(instant - await skipping_server.get_current_time())

    async with at_work(
        Town(skipping_server.client, skipping_server.get_current_time, until)
    ) as opened:
        yield opened


@pytest.fixture
async def real_town(temporal_client: Client) -> AsyncIterator[Town]:
    """Open a town on the server that production runs; its hours are as long as ours."""
    async with at_work(real(temporal_client)) as opened:
        yield opened


@pytest.fixture
async def cramped_client(servers_directory: Path) -> AsyncIterator[Client]:
    directory = servers_directory / "temporal-cramped"
    async with CrampedTemporal(directory, search_attributes=REGISTRY) as server:
        yield await Client.connect(server.address, data_converter=DATA_CONVERTER)
