"""Everything that can be killed: servers as in production, and our own processes on them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from gateways.kafka.admin import TopicSpec, ensure_topics
from runtime.embedded.child_server import ChildServer
from runtime.embedded.ports import free_port
from runtime.embedded.postgres import EmbeddedPostgres
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.services.checkpoints.keys import make_key
from tests.chaos.pack import hurried
from tests.integration.promises.events import TENANT
from tests.integration.promises.notifiers import NotifyProcess
from tests.integration.promises.relays import RelayProcess
from tests.integration.promises.services import IntakeProcess, Service, WorkerProcess
from tests.integration.promises.town import Servers, Town, open_town
from tests.servers.apache_kafka import ApacheKafka
from tests.servers.temporal_cluster import TemporalCluster
from tests.servers.webhook import Webhook, webhook
from workflows.search_attributes import REGISTRY


class CheckpointProcess(Service):
    title = "sanban audit checkpoint run"
    name = "audit"

    @override
    def command(self) -> list[str]:
        return [*super().command(), "checkpoint", "run"]


OURS: Mapping[str, type[Service]] = {
    "intake": IntakeProcess,
    "worker": WorkerProcess,
    "relay": RelayProcess,
    "notify": NotifyProcess,
    "checkpoint": CheckpointProcess,
}
THEIRS = ("kafka", "temporal", "postgresql")
STORE = "temporal-store"
"""The PostgreSQL of a Temporal cluster, which is not that of the journal."""


def kinds(*, cluster: bool) -> list[str]:
    return [*OURS, *THEIRS, *([STORE] if cluster else [])]


@dataclass(frozen=True)
class Stand:
    """The `processes` by name (a number marks another copy of a kind), and `hook`, the webhook that
    receives every notice.
    """

    town: Town
    hook: Webhook
    case_events_topic: str
    public_key: str
    processes: Mapping[str, ChildServer]

    def of(self, kind: str) -> list[Service]:
        return [
            server
            for name, server in self.processes.items()
            if isinstance(server, Service) and kind_of(name) == kind
        ]

    def victims(self, only: Sequence[str]) -> list[str]:
        """Return all processes, or those of the kinds in `only`."""
        return [name for name in self.processes if not only or kind_of(name) in only]


def kind_of(name: str) -> str:
    return name.rstrip("0123456789")


@asynccontextmanager
async def open_stand(directory: Path, *, copies: int, cluster: bool) -> AsyncIterator[Stand]:
    """Start all servers, and none of our own processes yet.

    `copies`: how many of each process of ours. `cluster`: use Temporal's production server on
    PostgreSQL (`make temporal-server`) instead of the embedded one on a file.
    """
    async with AsyncExitStack() as stack:
        postgres = EmbeddedPostgres(directory / "postgres")
        kafka = ApacheKafka(directory / "kafka")
        first: list[ChildServer] = [postgres, kafka]
        theirs: dict[str, ChildServer] = {"kafka": kafka, "postgresql": postgres}
        temporal: EmbeddedTemporal | TemporalCluster
        if cluster:
            store = EmbeddedPostgres(directory / STORE, port=free_port())
            temporal = TemporalCluster(directory / "temporal", store, search_attributes=REGISTRY)
            theirs[STORE] = store
            first.append(store)
        else:
            temporal = EmbeddedTemporal(directory / "temporal", search_attributes=REGISTRY)
        theirs["temporal"] = temporal
        for server in (*first, temporal):
            stack.push_async_callback(server.stop)
        await asyncio.gather(*(server.start() for server in first))
        await temporal.start()
        pack = hurried(directory)
        town = await stack.enter_async_context(
            open_town(Servers(postgres, kafka, temporal), pack=pack, seconds_to_deliver=5)
        )
        topic = f"{town.name}.case-events"
        checkpoints = f"{town.name}.checkpoints"
        await ensure_topics(kafka.bootstrap, [TopicSpec(topic, 4), TopicSpec(checkpoints, 1)])
        hook = await stack.enter_async_context(webhook())
        key = make_key(town.directory / "checkpoint.key", "chaos.example/town")
        ours = _ours(
            town,
            copies,
            SANBAN_CASE_EVENTS_TOPIC=topic,
            SANBAN_CONTACTS=str(_contacts(town, hook)),
            SANBAN_CHECKPOINTS_TOPIC=checkpoints,
            SANBAN_CHECKPOINT_KEY=str(town.directory / "checkpoint.key"),
            SANBAN_CHECKPOINT_DIR=str(checkpoints_of(town)),
            SANBAN_CHECKPOINT_SECONDS="2",
            # What the load sends on purpose is no mistake of ours.
            SANBAN_REJECT_CEILING="1",
        )
        for service in ours.values():
            stack.push_async_callback(service.stop)
        yield Stand(town, hook, topic, str(key.public), {**ours, **theirs})


def checkpoints_of(town: Town) -> Path:
    return town.directory / "checkpoints"


def _contacts(town: Town, hook: Webhook) -> Path:
    people = {each.id: {"addresses": [hook.address()]} for each in town.people.policy.roster.people}
    path = town.directory / "contacts.yaml"
    path.write_text(json.dumps({"people": {TENANT: people}}))
    return path


def _ours(town: Town, copies: int, **settings: str) -> dict[str, Service]:
    environment = {**town.environment, **settings}
    return {
        f"{kind}{number if number > 1 else ''}": process(
            town.directory / f"{kind}{number}", environment
        )
        for kind, process in OURS.items()
        for number in range(1, copies + 1)
    }
