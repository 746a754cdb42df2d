"""Start the real servers of a test session, each when it is first asked for; all end with it.

Sessions may run side by side (tests/__main__.py): nothing here is shared between them.
"""

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from temporalio.client import Client
from temporalio.service import GrpcCompression

from runtime.embedded import ports
from runtime.embedded.broker import EmbeddedBroker
from runtime.embedded.child_server import temporary_directory
from runtime.embedded.postgres import EmbeddedPostgres
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.wiring.temporal import DATA_CONVERTER
from store.migrate import migrate
from tests.servers.apache_kafka import ApacheKafka
from tests.servers.startup import pytest_configure, pytest_fixture_setup, pytest_runtest_setup
from workflows.search_attributes import REGISTRY

__all__ = ["pytest_configure", "pytest_fixture_setup", "pytest_runtest_setup"]

EXIT_STATUS = pytest.StashKey[int]()


# No deadlines: two cores are shared with servers. The same examples each time in CI, so that a red
# run means a change, and new ones at every desk.
settings.register_profile("sanban", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("sanban")

# A port is free until its server listens, and again while the server is down: of two sessions side
# by side neither may take what the other has chosen. «0/2» is the first of two shares.
_SHARE, _SHARES = map(int, os.environ.get("TEST_PORTS", "0/1").split("/"))
ports._PORTS = ports._PORTS[_SHARE::_SHARES]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[EXIT_STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Exit with os._exit: at shutdown Temporal's threads abort about one run in twelve."""
    status = config.stash.get(EXIT_STATUS, None)
    if status is not None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


@pytest.fixture(scope="session")
def servers_directory() -> Iterator[Path]:
    """Yield a directory that PostgreSQL's system user may enter, unlike those of pytest."""
    with temporary_directory() as directory:
        yield directory


@pytest.fixture(scope="session")
async def temporal_server(servers_directory: Path) -> AsyncIterator[EmbeddedTemporal]:
    async with EmbeddedTemporal(
        servers_directory / "temporal", search_attributes=REGISTRY
    ) as server:
        yield server


@pytest.fixture(scope="session")
async def temporal_client(temporal_server: EmbeddedTemporal) -> Client:
    return await Client.connect(
        temporal_server.address,
        namespace=temporal_server.namespace,
        data_converter=DATA_CONVERTER,
        grpc_compression=GrpcCompression.NONE,
    )


@pytest.fixture(scope="session")
async def postgres_server(servers_directory: Path) -> AsyncIterator[EmbeddedPostgres]:
    # Without fsync a killed process loses nothing; only a power cut could tell.
    async with EmbeddedPostgres(
        servers_directory / "postgres", settings={"fsync": "off"}
    ) as server:
        yield server


@asynccontextmanager
async def own_database(server: EmbeddedPostgres, template: str = "template1") -> AsyncIterator[str]:
    """Make a copy of `template` and yield its name (see `EmbeddedPostgres.dsn`); drop it at the
    end.
    """
    name = f"test_{uuid.uuid4().hex[:12]}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
    async with await psycopg.AsyncConnection.connect(server.dsn(), autocommit=True) as connection:
        await connection.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        yield name
        await connection.execute(drop.format(sql.Identifier(name)))


@pytest.fixture
async def fresh_database(postgres_server: EmbeddedPostgres) -> AsyncIterator[str]:
    """Yield the name of an empty database of this test's own."""
    async with own_database(postgres_server) as name:
        yield name


@pytest.fixture(scope="session")
async def migrated(postgres_server: EmbeddedPostgres) -> AsyncIterator[str]:
    """Yield the name of a migrated database to copy from, which is faster than migrating."""
    async with own_database(postgres_server) as name:
        await asyncio.to_thread(migrate, postgres_server.dsn(dbname=name))
        yield name


@pytest.fixture
async def migrated_database(postgres_server: EmbeddedPostgres, migrated: str) -> AsyncIterator[str]:
    """Yield the name of a migrated database of this test's own."""
    async with own_database(postgres_server, migrated) as name:
        yield name


@pytest.fixture(scope="session")
async def embedded_broker(servers_directory: Path) -> AsyncIterator[EmbeddedBroker]:
    async with EmbeddedBroker(servers_directory / "broker") as server:
        yield server


@pytest.fixture(scope="session")
async def apache_kafka(servers_directory: Path) -> AsyncIterator[ApacheKafka]:
    async with ApacheKafka(servers_directory / "kafka") as server:
        yield server
