"""A town on a database that archives its WAL and can be set back to a point in time."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from gateways.kafka.admin import TopicSpec, ensure_topics
from runtime.embedded.temporal import EmbeddedTemporal
from runtime.services.checkpoints.keys import make_key
from tests.integration.promises import broker
from tests.integration.promises.events import Event
from tests.integration.promises.notifiers import NotifyProcess, Office, contacts
from tests.integration.promises.relays import LEFT, RelayProcess
from tests.integration.promises.services import Service
from tests.integration.promises.town import Servers, Town, open_town
from tests.servers.apache_kafka import ApacheKafka
from tests.servers.archiving_postgres import ArchivingPostgres
from tests.servers.webhook import Webhook, webhook
from tests.smoke.commands import Told, sanban

Row = tuple[str, int, bytes, bytes]
ROWS = "SELECT case_id, seq, body, hash FROM sanban.journal ORDER BY case_id, seq"


@dataclass
class Stand:
    """A town with relay, notifier and signed checkpoints, on a database that can be set back."""

    town: Town
    postgres: ArchivingPostgres
    environment: dict[str, str]
    relay: RelayProcess
    notifier: NotifyProcess
    hook: Webhook

    @property
    def services(self) -> tuple[Service, ...]:
        return (self.town.intake, self.town.worker, self.relay, self.notifier)

    @property
    def office(self) -> Office:
        return Office(self.town.name, self.town.database, self.town.people)

    @property
    def events_topic(self) -> str:
        return self.environment["SANBAN_CASE_EVENTS_TOPIC"]

    async def type(self, *words: str, **settings: str) -> Told:
        return await sanban(*words, **self.environment, **settings)

    async def ask(self, *words: str) -> tuple[int | None, dict[str, Any]]:
        told = await self.type("after-restore", "--json", *words)
        assert told.output, told
        return told.code, json.loads(told.output)

    async def rows(self) -> list[Row]:
        return [tuple(row) for row in await self.town.database.fetch(ROWS)]

    async def published(self, *events: Event) -> None:
        before = sum((await self.town.outcomes()).values())
        await self.town.publish(*events)
        await self.town.until_decided(before + len(events))
        await self.town.until(self.town.lag, lambda lag: lag == 0)

    async def play(self, case_id: str, *steps: Any) -> None:
        for number, step in enumerate(steps):
            await self.town.people.act(case_id, step, f"{case_id}:{number}:{step[1]}")

    async def until_told(self) -> None:
        """Return when the topic has every event, and every person has what is due."""

        async def left() -> int:
            [(rows,)] = await self.town.database.fetch(LEFT)
            return int(rows)

        await self.town.until(left, lambda number: number == 0)
        await self.office.settled()

    async def told_ids(self) -> list[str]:
        records = await broker.read(self.town.servers.kafka.bootstrap, self.events_topic)
        return sorted(json.loads(record.value)["id"] for record in records)


@asynccontextmanager
async def open_stand(
    postgres: ArchivingPostgres, kafka: ApacheKafka, temporal: EmbeddedTemporal
) -> AsyncIterator[Stand]:
    """Start everything but checkpoints, which a test takes itself."""
    servers = Servers(postgres, kafka, temporal)
    async with open_town(servers, partitions=1) as town, webhook() as hook, AsyncExitStack() as s:
        topics = [f"{town.name}.case-events", f"{town.name}.checkpoints"]
        await ensure_topics(kafka.bootstrap, [TopicSpec(each, 1) for each in topics])
        make_key(town.directory / "checkpoint.key", "restored.example/town")
        office = Office(town.name, town.database, town.people)
        file = contacts(office, town.directory / "contacts.yaml", lambda _: hook.address())
        environment = {
            **town.environment,
            "SANBAN_CASE_EVENTS_TOPIC": topics[0],
            "SANBAN_CHECKPOINTS_TOPIC": topics[1],
            "SANBAN_CHECKPOINT_KEY": str(town.directory / "checkpoint.key"),
            "SANBAN_CHECKPOINT_DIR": str(town.directory / "checkpoints"),
            "SANBAN_CONTACTS": str(file),
        }
        relay = RelayProcess(town.directory / "relay", environment)
        notifier = NotifyProcess(town.directory / "notifier", environment)
        for each in (relay, notifier):
            s.push_async_callback(each.stop)
        await town.start()
        await asyncio.gather(relay.start(), notifier.start())
        yield Stand(town, postgres, environment, relay, notifier, hook)
