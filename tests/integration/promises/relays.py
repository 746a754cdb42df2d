"""`sanban relay` as a child of a test, and two of them with a topic of their own."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from kafka.consumer.fetcher import ConsumerRecord

from gateways.kafka.admin import TopicSpec, ensure_topics
from store.journal.rows import PostgresJournal
from tests.integration.promises import broker
from tests.integration.promises.services import Service
from tests.integration.promises.town import Town
from tests.integration.telling import live

LEFT = """SELECT count(*) FROM sanban.journal kept, sanban.outbox told
    WHERE (kept.xid, kept.position) > (told.xid, told.position)
        AND NOT starts_with(kept.case_id, 'operations/')"""


class RelayProcess(Service):
    title = "sanban relay"
    name = "relay"


@dataclass
class Relays:
    """Two processes of one town, and their topic."""

    town: Town
    topic: str
    both: list[RelayProcess] = field(default_factory=list)

    async def how(self, relay: RelayProcess) -> str:
        _, body = await relay.ask("/readyz")
        return str(json.loads(body)["notes"]["relay"]) if body else ""

    async def leader(self) -> RelayProcess | None:
        for relay in self.both:
            if (await self.how(relay)).startswith("tells"):
                return relay
        return None

    async def until_told(self) -> None:
        async def left() -> int:
            [(number,)] = await self.town.database.fetch(LEFT)
            return int(number)

        await self.town.until(left, lambda number: number == 0)

    async def records(self) -> list[ConsumerRecord]:
        return await broker.read(self.town.servers.kafka.bootstrap, self.topic)


@asynccontextmanager
async def open_relays(town: Town, **settings: str) -> AsyncIterator[Relays]:
    topic = f"{town.name}.case-events"
    await ensure_topics(town.servers.kafka.bootstrap, [TopicSpec(topic, 4)])
    environment = {**town.environment, "SANBAN_CASE_EVENTS_TOPIC": topic, **settings}
    del environment["TEMPORAL_ADDRESS"]  # a relay needs none
    async with AsyncExitStack() as stack:
        relays = Relays(town, topic)
        for name in ("one", "another"):
            relay = RelayProcess(town.directory / f"relay-{name}", environment)
            stack.push_async_callback(relay.stop)
            relays.both.append(relay)
            await relay.start()
        yield relays


async def living(journal: PostgresJournal, number: int) -> None:
    """One case after the other, for as long as nobody says stop."""
    for turn in range(100_000):
        await asyncio.shield(live(journal, f"E-{number}-{turn}"))
