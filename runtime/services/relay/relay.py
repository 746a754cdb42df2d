"""What `sanban relay` does: tells outsiders, on sanban.case-events, what happens to cases.

One relay tells and the others stand by. A row is sent when the broker has the one before it of the
same case, and the cursor moves when it has all of a batch: nothing is skipped, each case is told in
order, and after a failure some of it is told once more, with the same ids and bytes.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from console.health import Check, Note, health_app
from consumers.pausing import stopped_within
from gateways.kafka.producer import Producer, ProducerOptions, RecordTooLarge
from runtime.metrics import RELAY_LAG, RELAY_LEADS, RELAYED
from runtime.problems import Problem
from runtime.services.relay.case_events import Telling, Told, waves
from runtime.settings import Settings
from runtime.wiring.databases import options_of
from runtime.wiring.http_server import metrics, serving
from schemas.events.case_events import id_of, value_of
from schemas.intake import Unavailable
from store.connection import Database, open_database
from store.errors import StoreUnavailable
from store.journal.journal_feed import FeedRow
from store.journal.outbox import ForeignCursor, Lease, Outbox

log = structlog.stdlib.get_logger()

HEADERS = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)
BATCH = 500
GLANCE_S = 0.1
STANDBY_S = 1.0
SHORTEST_REST_S = 0.5
LONGEST_REST_S = 10.0
SECONDS_TO_CONNECT = 5
SECONDS_TO_DELIVER = 15
HELD_S = 60.0
"""How old a row must be that an open transaction holds back, before it is worth a word."""


@dataclass
class Relay:
    outbox: Outbox
    producer: Producer
    topic: str
    batch: int = BATCH
    shortest_rest_s: float = SHORTEST_REST_S
    longest_rest_s: float = LONGEST_REST_S
    _telling: Telling = field(init=False)
    _acknowledged: set[str] = field(default_factory=set, init=False)
    _waits: str | None = field(default="has not begun yet", init=False)
    _stands: str = field(default="", init=False)
    _held: str = field(default="", init=False)
    _looked: float = field(default=0.0, init=False)
    _rest: float = field(init=False)

    def __post_init__(self) -> None:
        self._telling = Telling(self.outbox)
        self._rest = self.shortest_rest_s

    async def why_not_ready(self) -> str | None:
        """None also for one that stands by: it is ready to take over."""
        return self._waits

    def standing(self) -> str:
        """Whether it tells or stands by, and what holds it back."""
        return f"{self._stands}{self._held}"

    async def run(self, stop: asyncio.Event) -> None:
        """Until asked to stop. Raises Problem where waiting is of no use."""
        while not stop.is_set():
            pause = STANDBY_S
            try:
                async with self.outbox.lead() as lease:
                    if lease is not None:
                        await self._lead(lease, stop)
                        break
                self._say(None, "stands by: another relay tells")
                await self._measure()
            except ForeignCursor as error:
                raise Problem(str(error), do="see docs/RUNBOOK.md, «The relay»") from error
            except Unavailable as error:
                # Without the lease: a relay that can do better takes over meanwhile.
                pause, self._rest = self._rest, min(2 * self._rest, self.longest_rest_s)
                self._say(str(error), "waits")
                log.warning("relay.waiting", detail=str(error), seconds=pause)
                await self._measure()
            finally:
                RELAY_LEADS.set(0)
            await stopped_within(stop, pause)

    async def _lead(self, lease: Lease, stop: asyncio.Event) -> None:
        cursor = await lease.cursor()
        self._telling.forget()  # another may have told since
        log.info("relay.leads", xid=cursor.xid, position=cursor.position)
        RELAY_LEADS.set(1)
        while not stop.is_set():
            rows = await lease.after(cursor, self.batch)
            if rows:
                told = await self._telling.of(rows)
                await self._send(told)
                await lease.advance(cursor, rows[-1].cursor)
                cursor = rows[-1].cursor
                self._count(rows, told)
            self._rest = self.shortest_rest_s
            self._say(None, "tells")
            if time.monotonic() - self._looked > STANDBY_S:
                await self._measure()
            if len(rows) < self.batch:
                await stopped_within(stop, GLANCE_S)
        log.info("relay.stopped", xid=cursor.xid, position=cursor.position)

    async def _send(self, told: Sequence[Told]) -> None:
        """All of them, those of one case one after the other; after a failure only what is left.

        The order rests on nothing that a client library does with what is still on its way.
        """
        left = [each for each in told if id_of(each.case, each.seq) not in self._acknowledged]
        for wave in waves(left):
            results = await asyncio.gather(*map(self._send_one, wave), return_exceptions=True)
            failed = [each for each in results if isinstance(each, BaseException)]
            # What stops us comes before what we would wait for.
            for error in sorted(failed, key=lambda error: isinstance(error, Unavailable)):
                raise error

    async def _send_one(self, told: Told) -> None:
        id_, value = id_of(told.case, told.seq), value_of(told)
        try:
            await self.producer.send(
                self.topic, key=told.case.encode(), value=value, headers=HEADERS
            )
        except RecordTooLarge as error:
            raise Problem(
                f"the event {id_} is too large for the broker: {error}",
                do="this is a defect of ours, report it; meanwhile do what it says, and start the "
                "relay again: nothing behind it was told of this case",
            ) from error
        self._acknowledged.add(id_)

    def _count(self, rows: Sequence[FeedRow], told: Sequence[Told]) -> None:
        self._acknowledged.clear()
        RELAYED.labels("told").inc(len(told))
        RELAYED.labels("withheld").inc(len(rows) - len(told))

    def _say(self, waits: str | None, stands: str) -> None:
        if stands != self._stands:
            log.info("relay.stands", how=stands)
        self._waits, self._stands = waits, stands

    async def _measure(self) -> None:
        self._looked = time.monotonic()
        try:
            lag = await self.outbox.lag()
        except StoreUnavailable:
            return  # what it was is the best that is known
        RELAY_LAG.set(lag.seconds)
        old = lag.held and lag.seconds > HELD_S
        self._held = "; an open transaction holds back what is new" if old else ""


@dataclass
class Relaying:
    """The relay of this process, and how it stands before and while it runs."""

    settings: Settings
    _relay: Relay | None = field(default=None, init=False)

    def checks(self) -> dict[str, Check]:
        return {"relay": self._why_not_ready}

    def notes(self) -> dict[str, Note]:
        return {"relay": lambda: self._relay.standing() if self._relay else ""}

    async def run(self, database: Database, stop: asyncio.Event) -> None:
        """Until asked to stop; what is with the broker by then is kept. Raises Problem."""
        settings = self.settings
        options = ProducerOptions(
            settings.need("kafka_bootstrap"),
            client=settings.kafka_security,
            max_in_flight=BATCH,
            seconds_to_connect=SECONDS_TO_CONNECT,
            seconds_to_deliver=SECONDS_TO_DELIVER,
        )
        async with Producer(options) as producer:
            self._relay = Relay(Outbox(database), producer, settings.case_events_topic)
            await self._relay.run(stop)

    async def _why_not_ready(self) -> str | None:
        return await self._relay.why_not_ready() if self._relay else "has not begun yet"


async def serve_relay(settings: Settings, stop: asyncio.Event, say: Callable[[str], None]) -> None:
    """The relay beside health and metrics, until asked to stop."""
    relaying = Relaying(settings)
    options = options_of(settings, "relay")
    async with open_database(options) as database:
        app = health_app(
            lambda: None, relaying.checks(), lambda: metrics(None), notes=relaying.notes()
        )
        async with serving(app, settings.http_host, settings.http_port) as url:
            say(f"relay: health and metrics at {url}/readyz and {url}/metrics")
            await relaying.run(database, stop)
