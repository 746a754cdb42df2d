"""`sanban audit checkpoint run` as a service; and what it shares with the commands for one time."""

from asyncio import Event
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from typing_extensions import override

from console.health import Check, Note, all_of
from gateways.checkpoint_files import CheckpointFiles
from gateways.kafka.producer import Producer, RecordTooLarge
from gateways.kafka.topic_limits import NEEDED
from runtime.clock import utc_now
from runtime.services.base import Service
from runtime.services.checkpoints.checkpoint_taker import CheckpointTaker, ProvenTree
from runtime.services.checkpoints.checkpointer import Checkpointer
from runtime.services.checkpoints.keys import SigningKeys, signing_of
from runtime.services.resources import Resources
from runtime.settings import Settings
from runtime.wiring.producers import producer_of, topic_check
from schemas.intake import Unavailable
from store.connection import Database
from store.journal.checkpoints import PostgresCheckpoints

HEADERS = (("content-type", b"text/plain; charset=UTF-8"),)
SECONDS_TO_DELIVER = 15


class CheckpointService(Service):
    """Signs the journal every SANBAN_CHECKPOINT_SECONDS: of several processes one does."""

    name = "checkpoints"
    metrics = ("checkpoint_", "leader_", "leases_")

    def __init__(self, on: Resources) -> None:
        super().__init__(on)
        signing = signing_of(on.settings)
        self._producer = checkpoint_producer(on.settings)
        self._topic = topic_check(on.settings, writes=[on.settings.checkpoints_topic])
        taker = taker_of(on.settings, on.database, signing, self._producer)
        self._checkpointer = Checkpointer(
            taker, on.settings.checkpoint_seconds, needs=self._topic.why_not_ready
        )

    @override
    def checks(self) -> Mapping[str, Check]:
        return {
            "postgresql": self.on.database.ping,
            "checkpoints": all_of(self._checkpointer.why_not_ready, self._topic.why_not_ready),
        }

    @override
    def notes(self) -> Mapping[str, Note]:
        return {"checkpoints": self._checkpointer.status}

    @override
    async def run(self, stop: Event) -> None:
        async with self._producer:
            await self._checkpointer.run(stop)


@dataclass(frozen=True, slots=True)
class KafkaCheckpointTopic:
    """Publishes checkpoints on a topic, under the name of their journal."""

    producer: Producer
    name: str

    async def put(self, origin: str, note: str) -> None:
        try:
            await self.producer.send(
                self.name, key=origin.encode(), value=note.encode(), headers=HEADERS
            )
        except RecordTooLarge as error:
            # A note has less than every topic must allow: waiting helps once its limit is raised.
            raise Unavailable("kafka", f"{error} to at least {NEEDED}") from error


def checkpoint_producer(settings: Settings) -> Producer:
    return producer_of(settings, seconds_to_deliver=SECONDS_TO_DELIVER)


def taker_of(
    settings: Settings,
    database: Database,
    signing: SigningKeys,
    producer: Producer | None,
    proven: ProvenTree | None = None,
) -> CheckpointTaker:
    """Make what takes checkpoints; without a producer it publishes nothing. Raises Problem."""
    topic = KafkaCheckpointTopic(producer, settings.checkpoints_topic) if producer else None
    files = CheckpointFiles(Path(settings.need("checkpoint_dir")))
    store = PostgresCheckpoints(database)
    return CheckpointTaker(store, files, topic, signing, utc_now, proven or ProvenTree())
