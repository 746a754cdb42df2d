"""`sanban relay` as a service: a relay over the process's database and a producer of its own."""

from asyncio import Event
from collections.abc import Mapping

from typing_extensions import override

from console.health import Check, Note, all_of
from runtime.metrics import RELAYED
from runtime.services.base import LabelSets, Service
from runtime.services.relay.order_replies import OrderReplies
from runtime.services.relay.relay import Relay
from runtime.services.relay.watch import Watch
from runtime.services.resources import Resources
from runtime.settings import Settings
from runtime.wiring.process import run_together
from runtime.wiring.producers import producer_of, topic_check
from store.journal.outbox import Outbox
from store.privacy.keys import PostgresKeys
from store.watched import PostgresWatched

SECONDS_TO_DELIVER = 15


class RelayService(Service):
    """Tells other systems what happens to cases: of several processes one tells."""

    name = "relay"
    metrics = ("relay_", "leader_", "leases_", "moments_", "database_", "backup_")

    def __init__(self, on: Resources) -> None:
        super().__init__(on)
        self._producer = producer_of(on.settings, seconds_to_deliver=SECONDS_TO_DELIVER)
        replies = on.settings.replies_topic
        writes = [on.settings.case_events_topic, *([replies] if replies else [])]
        self._topic = topic_check(on.settings, writes=writes)
        outbox = Outbox(on.database)
        self._relay = Relay(
            outbox,
            self._producer,
            on.settings.case_events_topic,
            needs=self._topic.why_not_ready,
            replies=OrderReplies(outbox, PostgresKeys(on.database)) if replies else None,
            replies_topic=replies,
        )

        self._watch = Watch(PostgresWatched(on.database))

    @classmethod
    @override
    def reads_words(cls, settings: Settings) -> bool:
        """Only the replies to superiors have words."""
        return bool(settings.replies_topic)

    @override
    def checks(self) -> Mapping[str, Check]:
        return {
            "postgresql": self.on.database.ping,
            "relay": all_of(self._relay.why_not_ready, self._topic.why_not_ready),
        }

    @override
    def label_sets(self) -> LabelSets:
        return {RELAYED: (("told",), ("withheld",))}

    @override
    def notes(self) -> Mapping[str, Note]:
        return {"relay": self._relay.status}

    @override
    async def run(self, stop: Event) -> None:
        """Relay until asked to stop; what the broker has by then is kept. Raises Problem."""
        async with self._producer:
            await run_together(stop, self._relay.run(stop), self._watch.run(stop))
