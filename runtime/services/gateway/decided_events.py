"""Acknowledging events only when intake has decided them, for a broker that may forget."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from console.gateway.ports import Broker, BrokerPosition, CheckedEvent, EventMessage, Invalid
from schemas.intake import Outcome, RejectReason, Unavailable
from store.intake.ledger_entries import EventEntry

SECONDS_TO_DECIDE = 20.0
"""After which intake counts as away, and the sender is asked to try again."""
LOOK_S = 0.05
"""The pause between two looks at the ledger."""

Event = tuple[str, str]
"""Source and id."""


class DecidedEvents(Protocol):
    """store.intake.ledger_entries.PostgresLedgerEntries is one."""

    async def of_events(self, events: Collection[Event]) -> Sequence[EventEntry]:
        """Return every outcome of these events. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class _Sent:
    """An event at the broker; `before` are the numbers of the outcomes that it had until then.

    A broker that has forgotten its records gives out the same positions again.
    """

    event: Event
    place: BrokerPosition
    before: frozenset[int]

    def is_decided_by(self, entry: EventEntry) -> bool:
        place = BrokerPosition(entry.topic, entry.partition, entry.offset)
        is_it = (entry.source, entry.event_id) == self.event and place == self.place
        return is_it and entry.number not in self.before


@dataclass
class DecidingBroker:
    """A broker of console.gateway.ports that answers once the outcome is in the ledger.

    One task looks for everything that waits, so that a batch costs as many queries as one event.
    """

    broker: Broker
    decided: DecidedEvents
    seconds: float = SECONDS_TO_DECIDE
    _waiting: dict[_Sent, "asyncio.Future[EventEntry]"] = field(default_factory=dict, init=False)
    _looking: "asyncio.Task[None] | None" = field(default=None, init=False)

    async def send(self, to: CheckedEvent, message: EventMessage) -> BrokerPosition:
        """Return once intake has decided the event. Raises Unavailable, and Invalid if not for it.

        After Unavailable the event may be decided all the same; sent again it is a duplicate.
        """
        event = (to.source, to.event_id)
        before = frozenset(entry.number for entry in await self.decided.of_events([event]))
        place = await self.broker.send(to, message)
        sent = _Sent(event, place, before)
        found = self._waiting.setdefault(sent, asyncio.get_running_loop().create_future())
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            async with asyncio.timeout(self.seconds):
                decided = await asyncio.shield(found)
        except TimeoutError:
            why = f"it has not decided the event in {self.seconds:g} s"
            raise Unavailable("intake", why) from None
        finally:
            self._waiting.pop(sent, None)
        if decided.outcome in (Outcome.CONFLICT, Outcome.REJECTED):
            reason = RejectReason(decided.reason or RejectReason.IDENTITY_CONFLICT)
            raise Invalid(reason, decided.detail or "intake did not take the event")
        return place

    async def _look(self) -> None:
        """Look until nothing waits. While the ledger does not answer, the senders run out."""
        while self._waiting:
            try:
                entries = await self.decided.of_events({sent.event for sent in self._waiting})
            except Unavailable:
                entries = []
            for sent, found in self._waiting.items():
                entry = next(filter(sent.is_decided_by, entries), None)
                if entry is not None and not found.done():
                    found.set_result(entry)
            await asyncio.sleep(LOOK_S)
