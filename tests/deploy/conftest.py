"""One of each server for all tests of this folder, as production would have them.

PostgreSQL writes through to the disk here, unlike in the other folders: `sanban doctor` looks.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.embedded.postgres import EmbeddedPostgres
from runtime.embedded.temporal import EmbeddedTemporal
from tests.deploy.production import Production, Servers
from tests.servers.secured_kafka import SecuredKafka


@pytest.fixture(scope="session")
async def postgres_server(servers_directory: Path) -> AsyncIterator[EmbeddedPostgres]:
    async with EmbeddedPostgres(servers_directory / "postgres") as server:
        yield server


@pytest.fixture(scope="session")
async def kafka(servers_directory: Path) -> AsyncIterator[SecuredKafka]:
    """Yield a broker that knows users; over its plain listener everything is allowed."""
    async with SecuredKafka(servers_directory / "kafka") as server:
        yield server


@pytest.fixture(scope="session")
def servers(
    kafka: SecuredKafka, temporal_server: EmbeddedTemporal, postgres_server: EmbeddedPostgres
) -> Servers:
    return Servers(kafka, temporal_server, postgres_server)


@pytest.fixture
def sound(
    servers: Servers, migrated_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Production:
    """Make a production whose topics are not there yet."""
    made = Production(servers, migrated_database, tmp_path, monkeypatch)
    monkeypatch.setenv("TEMPORAL_ADDRESS", made.address)
    return made
