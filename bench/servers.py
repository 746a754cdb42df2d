"""The servers of a run: one PostgreSQL, and Temporal either on it or on SQLite."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from runtime.embedded.ports import free_port
from runtime.embedded.postgres import EmbeddedPostgres
from runtime.embedded.temporal import EmbeddedTemporal
from store.migrate import migrate
from tests.servers.apache_kafka import ApacheKafka
from tests.servers.temporal_cluster import TemporalCluster
from workflows.search_attributes import REGISTRY

DATABASE = "sanban"
APP_ROLE = "sanban_app"
# As it comes, fsync and all, but for room for everybody's connections, and for knowing when a row
# was committed, which the lateness of a deadline needs.
SETTINGS = {"max_connections": "300", "track_commit_timestamp": "on"}


@dataclass(frozen=True)
class Servers:
    kind: str
    postgres: EmbeddedPostgres
    temporal: TemporalCluster | EmbeddedTemporal
    kafka: ApacheKafka
    """Started only for the rounds that use it."""

    @property
    def journal(self) -> str:
        return self.postgres.dsn(APP_ROLE, DATABASE)

    @property
    def owner(self) -> str:
        return self.postgres.dsn(dbname=DATABASE)

    @property
    def families(self) -> dict[str, int]:
        found = {"temporal": self.temporal.pid, "postgres": self.postgres.pid}
        return found | {"kafka": self.kafka.pid} if self.kafka.running else found


@asynccontextmanager
async def started(kind: str, directory: Path) -> AsyncIterator[Servers]:
    """`kind`: "postgres" or "embedded"."""
    async with AsyncExitStack() as stack:
        postgres = await stack.enter_async_context(
            EmbeddedPostgres(directory / "postgres", port=free_port(), settings=SETTINGS)
        )
        place = directory / "temporal"
        temporal: TemporalCluster | EmbeddedTemporal
        if kind == "postgres":
            temporal = TemporalCluster(place, postgres, search_attributes=REGISTRY)
        else:
            temporal = EmbeddedTemporal(place, search_attributes=REGISTRY)
        await stack.enter_async_context(temporal)
        servers = Servers(kind, postgres, temporal, ApacheKafka(directory / "kafka"))
        await _database(servers)
        yield servers


async def _database(servers: Servers) -> None:
    async with await psycopg.AsyncConnection.connect(
        servers.postgres.dsn(), autocommit=True
    ) as connection:
        create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE))
        await connection.execute(create)
    migrate(servers.owner)
