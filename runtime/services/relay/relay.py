"""Publishes on sanban.case-events what happens to cases, in the order of the journal; and to
superiors, on a topic of their own, what is reported to them.

One relay publishes and the others stand by. A row is sent when the broker has the one before it of
the same case, and the cursor moves when the broker has all of a batch. So nothing is skipped, each
case is told in order, and after a failure some of it is sent again, with the same ids and bytes.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog

from consumers.backoff import Backoff
from consumers.pausing import stopped_within
from consumers.readings import Reading
from gateways.kafka.producer import Producer, RecordTooLarge
from runtime import tracing
from runtime.metrics import RELAY_LAG, RELAY_LEADS, RELAYED
from runtime.problems import Problem
from runtime.services.leadership import STANDBY_S, Leader
from runtime.services.relay.event_projector import EventProjector, waves
from runtime.services.relay.order_replies import OrderReplies
from schemas.events.case_events import CaseEvent, id_of, value_of
from schemas.events.order_replies import reply_value
from schemas.intake import Unavailable
from store.journal.journal_feed import FeedRow
from store.journal.leases import Lease
from store.journal.outbox import Outbox

log = structlog.stdlib.get_logger()

HEADERS = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)
BATCH = 500
POLL_S = 0.1
HELD_S = 60.0
"""How old a row must be that an open transaction holds back, before the notes mention it."""


@dataclass
class Relay:
    """Follows the outbox and sends each case event to `topic`.

    `needs` says why broker or topic cannot be used, or None. `replies`: the replies to superiors'
    orders go to `replies_topic`; None: to no topic.
    """

    outbox: Outbox
    producer: Producer
    topic: str
    batch: int = BATCH
    backoff: Backoff = field(default_factory=Backoff)
    needs: Callable[[], Awaitable[str | None]] | None = None
    replies: OrderReplies | None = None
    replies_topic: str = ""
    leader: Leader = field(init=False)
    _projector: EventProjector = field(init=False)
    _acknowledged: set[str] = field(default_factory=set, init=False)
    _held: str = field(default="", init=False)
    _measured_at: float = field(default=0.0, init=False)
    _lag: Reading = field(init=False)

    def __post_init__(self) -> None:
        self._lag = Reading(is_age=True).on(RELAY_LAG)
        self._projector = EventProjector(self.outbox)
        self.leader = Leader(
            "relay",
            self.outbox.lead,
            self.outbox.leases.seen,
            "another relay tells",
            RELAY_LEADS,
            self._measure,
            self.backoff,
            silent_s=2 * self.outbox.database.lease_s,
            needs=self.needs,
        )

    async def why_not_ready(self) -> str | None:
        return await self.leader.why_not_ready()

    def status(self) -> str:
        """Return whether it publishes or stands by, and what holds it back."""
        return f"{self.leader.status()}{self._held}"

    async def run(self, stop: asyncio.Event) -> None:
        """Relay until asked to stop. Raises Problem where waiting does not help."""
        await self.leader.run(self._lead, stop)

    async def _lead(self, lease: Lease, stop: asyncio.Event) -> None:
        cursor = await self.outbox.cursor()
        self._projector.forget()  # another relay may have gone further meanwhile
        log.info("relay.leads", xid=cursor.xid, position=cursor.position)
        while not stop.is_set():
            rows = await self.outbox.after(cursor, self.batch)
            if rows:
                events = await self._projector.project(rows)
                # The cursor moves last: a relay that dies before sends these rows again.
                await self._send(lease, events)
                await self._reply(lease, rows)
                await self.outbox.advance(lease, cursor, rows[-1].cursor)
                cursor = rows[-1].cursor
                self._count(rows, events)
            self.leader.succeeded("tells")
            if time.monotonic() - self._measured_at > STANDBY_S:
                await self.leader.measured()
            # A full batch means that there may be more.
            if len(rows) < self.batch:
                await stopped_within(stop, POLL_S)
        log.info("relay.stopped", xid=cursor.xid, position=cursor.position)

    async def _send(self, lease: Lease, events: Sequence[CaseEvent]) -> None:
        """Send all events, those of a case one after the other; after a failure only what is left.

        The order does not rest on what a client library does with records that are on their way.
        A relay that was frozen asks for its lease before it sends more: only what is on its way
        can come again, after later events of another relay.
        """
        left = [each for each in events if id_of(each.case, each.seq) not in self._acknowledged]
        for wave in waves(left):
            await lease.check()
            results = await asyncio.gather(*map(self._send_one, wave), return_exceptions=True)
            failed = [each for each in results if isinstance(each, BaseException)]
            # An error that stops the relay goes before one that it would wait for.
            for error in sorted(failed, key=lambda error: isinstance(error, Unavailable)):
                raise error

    async def _reply(self, lease: Lease, rows: Sequence[FeedRow]) -> None:
        """Send the replies of these rows one after the other; after a failure what is left."""
        for reply in await self.replies.of(rows) if self.replies is not None else ():
            id_ = f"reply {id_of(reply.case, reply.seq)}"
            if id_ not in self._acknowledged:
                await lease.check()
                key = f"{reply.source} {reply.complaint_id}"
                with tracing.step("reply", [reply.case]):
                    await self._keep(self.replies_topic, id_, key, reply_value(reply))

    async def _send_one(self, event: CaseEvent) -> None:
        id_ = id_of(event.case, event.seq)
        with tracing.step("publish", [event.case]):
            await self._keep(self.topic, id_, event.case, value_of(event))

    async def _keep(self, topic: str, id_: str, key: str, value: bytes) -> None:
        try:
            headers = (*HEADERS, *tracing.headers())
            await self.producer.send(topic, key=key.encode(), value=value, headers=headers)
        except RecordTooLarge as error:
            raise Problem(
                f"the event {id_} is too large for the broker: {error}",
                do="this is a defect of ours, report it; meanwhile do what it says, and start the "
                "relay again: no later event of this case was sent",
            ) from error
        self._acknowledged.add(id_)

    def _count(self, rows: Sequence[FeedRow], events: Sequence[CaseEvent]) -> None:
        self._acknowledged.clear()
        RELAYED.labels("told").inc(len(events))
        RELAYED.labels("withheld").inc(len(rows) - len(events))

    async def _measure(self) -> None:
        self._measured_at = time.monotonic()
        lag = await self.outbox.lag()
        self._lag.measured(lag.seconds)
        old = lag.held and lag.seconds > HELD_S
        self._held = "; an open transaction holds back what is new" if old else ""
