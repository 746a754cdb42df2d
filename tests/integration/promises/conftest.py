"""Servers for black-box tests: those of the session, and some that a test may kill."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.embedded.postgres import EmbeddedPostgres
from runtime.embedded.temporal import EmbeddedTemporal
from tests.integration.promises.town import Servers, Town, open_town
from tests.servers.apache_kafka import ApacheKafka
from workflows.search_attributes import REGISTRY


@pytest.fixture(scope="session")
def servers(
    postgres_server: EmbeddedPostgres, apache_kafka: ApacheKafka, temporal_server: EmbeddedTemporal
) -> Servers:
    return Servers(postgres_server, apache_kafka, temporal_server)


@pytest.fixture(scope="session")
async def mortal_servers(servers_directory: Path) -> AsyncIterator[Servers]:
    """Start servers that a test may kill; it then starts them again itself."""
    directory = servers_directory / "mortal"
    directory.mkdir(mode=0o711)
    async with (
        EmbeddedPostgres(directory / "postgres", settings={"fsync": "off"}) as postgres,
        ApacheKafka(directory / "kafka") as kafka,
        EmbeddedTemporal(directory / "temporal", search_attributes=REGISTRY) as temporal,
    ):
        yield Servers(postgres, kafka, temporal)


@pytest.fixture
async def town(servers: Servers) -> AsyncIterator[Town]:
    async with open_town(servers) as opened:
        yield opened


@pytest.fixture
async def mortal_town(mortal_servers: Servers) -> AsyncIterator[Town]:
    async with open_town(mortal_servers, seconds_to_deliver=5) as opened:
        yield opened
