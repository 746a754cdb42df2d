"""`sanban canary run`: a round every few minutes, on each partition in turn."""

import asyncio
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

import structlog

from console.health import health_app
from consumers.pausing import stopped_within
from gateways.kafka.topic_facts import cluster_facts
from runtime.canary.reports import filed, number_for, withdrawn
from runtime.canary.rounds import HINTS, STEPS, Round
from runtime.canary.system import SystemWays, why_not
from runtime.clock import utc_now
from runtime.metrics import CANARY_AGE, CANARY_ROUNDS, CANARY_STEP
from runtime.problems import Problem
from runtime.services.serving import begin_counting
from runtime.settings import Settings
from runtime.wiring.databases import options_of
from runtime.wiring.http_server import metrics, serving
from runtime.wiring.producers import producer_of
from schemas.intake import Unavailable
from store.canary import PostgresCanary
from store.connection import open_database

log = structlog.stdlib.get_logger()

KEPT = timedelta(days=1)
"""How long a case of the canary stays in the table of cases; then it is put away."""
OWN = ("sanban_canary_", "sanban_build_", "sanban_http_")


def begin_rounds() -> None:
    """Let the counter of rounds begin at 0, for both of its outcomes."""
    for outcome in ("passed", "failed"):
        CANARY_ROUNDS.labels(outcome)


@dataclass
class Canary:
    """Flies again and again; `last` is its last round."""

    settings: Settings
    own: PostgresCanary
    clock: Callable[[], float] = time.monotonic
    last: Round | None = None
    _number: int = field(default=0, init=False)
    _partitions: int = field(default=0, init=False)
    _passed_at: float = field(init=False)

    def __post_init__(self) -> None:
        self._passed_at = self.clock()
        CANARY_AGE.set_function(lambda: self.clock() - self._passed_at)
        begin_rounds()

    async def run(self, stop: asyncio.Event) -> None:
        """Fly a round each `SANBAN_CANARY_SECONDS` until asked to stop."""
        while not stop.is_set():
            begun = self.clock()
            await self.fly(stop)
            rest = self.settings.canary_seconds - (self.clock() - begun)
            await stopped_within(stop, max(rest, 0))

    async def fly(self, stop: asyncio.Event) -> Round:
        """Fly one round, measure it, and tell the bell if it came through."""
        settings = self.settings
        # One for each round: its thread would be what this process does most between them.
        async with producer_of(settings) as producer:
            ways = SystemWays(producer, settings.complaints_topic, self.own, settings.canary_pages)
            await self._tidy(ways)
            report = await self._report_id()
            this = Round(ways, self.clock, stop)
            await this.run(filed(report, utc_now()), withdrawn(report))
        if not stop.is_set():
            self.last = this
            await self._tell(this)
        return this

    async def why_not_ready(self) -> str | None:
        """Return what the last round missed."""
        if self.last is None or not self.last.missing:
            return None
        first = self.last.missing[0]
        return f"{', '.join(self.last.missing)} missing; look at {HINTS[first]} {self.last.said}"

    def note(self) -> str:
        passed = self.clock() - self._passed_at
        return f"{self._number} rounds; {passed:.0f} s since one came through, or since the start"

    async def _tell(self, this: Round) -> None:
        for step in STEPS:
            CANARY_STEP.labels(step).set(this.reached.get(step, math.nan))
        passed = not this.missing
        CANARY_ROUNDS.labels("passed" if passed else "failed").inc()
        if not passed:
            log.error("canary.failed", missing=this.missing, detail=await self.why_not_ready())
            return
        self._passed_at = self.clock()
        log.info("canary.passed", seconds={step: round(at, 1) for step, at in this.reached.items()})
        bell = self.settings.canary_bell
        if bell and (why := await asyncio.to_thread(why_not, bell, b"{}")):
            log.warning("canary.bell_does_not_hear", bell=bell, detail=why)

    async def _report_id(self) -> str:
        """Return the number of the next report, which comes to the next partition."""
        topic = self.settings.complaints_topic
        if not self._partitions:
            try:
                bootstrap = self.settings.need("kafka_bootstrap")
                facts = await cluster_facts(bootstrap, [topic], self.settings.kafka_security)
                self._partitions = facts.topics[topic].partitions
            except Unavailable as error:
                log.warning("canary.waiting", detail=str(error))
        self._number += 1
        partitions = self._partitions or 1
        return number_for(self._number % partitions, partitions, f"canary-{uuid4().hex[:12]}")

    async def _tidy(self, ways: SystemWays) -> None:
        """Withdraw what an earlier process left open, and put away what is over since a day."""
        try:
            for complaint_id in await self.own.left_open():
                await ways.send(withdrawn(complaint_id))
            await self.own.archive(utc_now() - KEPT)
        except Unavailable as error:
            log.warning("canary.waiting", detail=str(error))


async def serve_canary(settings: Settings, stop: asyncio.Event, *, once: bool = False) -> Canary:
    """Fly until asked to stop, or once, beside health and metrics. Raises Problem."""
    if not settings.canary:
        raise Problem(
            "the tenant of the canary is not served",
            do="set SANBAN_CANARY=true for every process, and start them again",
        )
    options = options_of(settings, "canary", seals=False, min_size=1)
    begin_counting(settings, ())
    async with open_database(options) as database:
        canary = Canary(settings, PostgresCanary(database))
        app = health_app(
            lambda: None,
            {"postgresql": database.ping, "canary": canary.why_not_ready},
            lambda: metrics(OWN, None),
            {"canary": canary.note},
        )
        async with serving(app, settings.http_host, settings.http_port) as url:
            log.info("process.serves", readyz=f"{url}/readyz", metrics=f"{url}/metrics")
            await (canary.fly(stop) if once else canary.run(stop))
    log.info("canary.stopped")
    return canary
