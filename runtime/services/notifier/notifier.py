"""What `sanban notify` does: tells people, by their addresses, what rungs tell them.

One notifier sends and the others stand by. It takes notices from the journal as a relay takes
rows, sends what is due to many people side by side, and tells cases what came of it. An address
that fails stops nothing and keeps nobody else waiting; what it needs is the database.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from temporalio.client import Client

from console.health import Check, Note, health_app
from consumers.pausing import stopped_within
from domain.policy.model import Policy
from gateways.notices import Senders
from runtime.metrics import NOTICE_AGE, NOTICES_WAITING, NOTIFIER_LEADS
from runtime.problems import Problem
from runtime.services.base import utc_now
from runtime.services.notifier.contacts import People
from runtime.services.notifier.delivery import Reaching
from runtime.services.notifier.notice_rows import notices_of
from runtime.services.notifier.outcomes import Keeping
from runtime.settings import Settings, temporal_settings
from runtime.wiring.http_server import metrics, serving
from runtime.wiring.packs import load_all
from runtime.wiring.temporal import connect
from runtime.wiring.temporal_cases import TemporalCases
from schemas.intake import Unavailable
from store.connection import Database, DatabaseOptions, open_database
from store.deliveries import Deliveries
from store.journal.outbox import ForeignCursor, Lease, Outbox

log = structlog.stdlib.get_logger()

BATCH = 200
AT_ONCE = 16
"""So many people are told side by side."""
GLANCE_S = 1.0
STANDBY_S = 1.0
SHORTEST_REST_S = 0.5
LONGEST_REST_S = 10.0
FAREWELL_S = 3.0
"""So long may messages that are on their way take when the process is asked to stop."""
_TO_CASES = "cases"


@dataclass
class Notifier:
    deliveries: Deliveries
    reaching: Reaching
    keeping: Keeping
    glance_s: float = GLANCE_S
    shortest_rest_s: float = SHORTEST_REST_S
    _waits: str | None = field(default="has not begun yet", init=False)
    _deaf: str | None = field(default=None, init=False)
    _stands: str = field(default="", init=False)
    _rest: float = field(init=False)
    _works: dict[object, asyncio.Task[None]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._rest = self.shortest_rest_s

    async def why_not_ready(self) -> str | None:
        """None also for one that stands by: it is ready to take over."""
        return self._waits or self._deaf

    def standing(self) -> str:
        return self._stands

    async def run(self, stop: asyncio.Event) -> None:
        """Until asked to stop. Raises Problem where waiting is of no use."""
        while not stop.is_set():
            pause = STANDBY_S
            try:
                async with self.deliveries.lead() as lease:
                    if lease is not None:
                        await self._lead(lease, stop)
                        break
                self._say(None, "stands by: another notifier sends")
                await self._measure()
            except ForeignCursor as error:
                raise Problem(str(error), do="see docs/RUNBOOK.md, «The relay»") from error
            except Unavailable as error:
                # Without the lease: a notifier that can do better takes over meanwhile.
                pause, self._rest = self._rest, min(2 * self._rest, LONGEST_REST_S)
                self._say(str(error), "waits")
                log.warning("notify.waiting", detail=str(error), seconds=pause)
            finally:
                NOTIFIER_LEADS.set(0)
            await stopped_within(stop, pause)

    async def _lead(self, lease: Lease, stop: asyncio.Event) -> None:
        log.info("notify.leads")
        NOTIFIER_LEADS.set(1)
        try:
            while not stop.is_set():
                more = await self._take(lease)
                for person in await self.deliveries.due(self.reaching.now()):
                    if len(self._works) < AT_ONCE:
                        self._begin(person, partial(self.reaching.reach, person))
                self._begin(_TO_CASES, self._keep)
                self._end_those_done()
                await self._measure()
                self._rest = self.shortest_rest_s
                self._say(None, "tells people")
                if not more:
                    await stopped_within(stop, self.glance_s)
        finally:
            await self._end_all()
        log.info("notify.stopped")

    async def _take(self, lease: Lease) -> bool:
        """Keep the notices of the next rows; whether there may be more rows."""
        cursor = await lease.cursor()
        rows = await lease.after(cursor, BATCH)
        if rows:
            notices = await notices_of(rows, Outbox(self.deliveries.database))
            now = self.reaching.now()
            await self.deliveries.take(lease, notices, cursor, rows[-1].cursor, now)
        return len(rows) == BATCH

    async def _keep(self) -> None:
        """With Temporal away people are told all the same, and cases hear of it later."""
        try:
            await self.keeping.keep()
        except Unavailable as error:
            if error.part == "postgresql":
                raise
            self._deaf = str(error)
            log.warning("notify.cases_wait", detail=str(error))
            await asyncio.sleep(self.shortest_rest_s)
        else:
            self._deaf = None

    def _begin(self, what: object, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Unless it is being done: nobody is sent two things at a time."""
        if what not in self._works:
            self._works[what] = asyncio.create_task(work())

    def _end_those_done(self) -> None:
        """Raises what one of them failed with."""
        for what, task in [*self._works.items()]:
            if task.done():
                del self._works[what]
                task.result()

    async def _end_all(self) -> None:
        """What takes too long is found again as it was begun."""
        works, self._works = [*self._works.values()], {}
        if works:
            await asyncio.wait(works, timeout=FAREWELL_S)
        for task in works:
            task.cancel()
        await asyncio.gather(*works, return_exceptions=True)

    async def _measure(self) -> None:
        number, age = await self.deliveries.backlog(self.reaching.now())
        NOTICES_WAITING.set(number)
        NOTICE_AGE.set(age)

    def _say(self, waits: str | None, stands: str) -> None:
        if stands != self._stands:
            log.info("notify.stands", how=stands)
        self._waits, self._stands = waits, stands


@dataclass
class Notifying:
    """The notifier of this process, and how it stands before and while it runs."""

    settings: Settings
    _senders: Senders = field(init=False)
    _people: People = field(init=False)
    _notifier: Notifier | None = field(default=None, init=False)
    _unreachable: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        self._senders = Senders(at_once=AT_ONCE)
        self._people = People(self.settings.contacts, self._senders.knows)

    def read_contacts(self) -> None:
        """Raises Problem where they are wrong from the beginning. Takes a second."""
        self._people.begin()

    def checks(self) -> dict[str, Check]:
        return {"notify": self._why_not_ready}

    def notes(self) -> dict[str, Note]:
        return {"notify": self._standing}

    async def run(
        self,
        database: Database,
        client: Client,
        policies: Mapping[str, Policy],
        stop: asyncio.Event,
    ) -> None:
        """Until asked to stop; what is on its way by then may arrive. Raises Problem."""
        await asyncio.to_thread(self.read_contacts)
        self._unreachable = self._people.unreachable(policies)
        if self._unreachable:
            log.warning("notify.unreachable", people=self._unreachable)
        deliveries = Deliveries(database)
        self._notifier = Notifier(
            deliveries,
            Reaching(deliveries, policies, self._people, self._senders, utc_now),
            Keeping(deliveries, TemporalCases(client, self.settings.task_queue, utc_now)),
        )
        try:
            await self._notifier.run(stop)
        finally:
            self._senders.close()

    async def _why_not_ready(self) -> str | None:
        return await self._notifier.why_not_ready() if self._notifier else "has not begun yet"

    def _standing(self) -> str:
        if self._notifier is None:
            return ""
        nobody = f"; {self._unreachable} people of the rosters have no address"
        return self._notifier.standing() + (nobody if self._unreachable else "")


async def serve_notifier(
    settings: Settings, stop: asyncio.Event, say: Callable[[str], None]
) -> None:
    """The notifier beside health and metrics, until asked to stop."""
    if not settings.contacts:
        raise Problem(
            "SANBAN_CONTACTS is not set",
            do="name the file of contacts; docs/RUNBOOK.md, «Telling people», shows one",
        )
    notifying = Notifying(settings)
    notifying.read_contacts()
    policies = load_all(settings)
    client = await connect(temporal_settings(settings), lazy=True)
    options = DatabaseOptions(settings.need("database_url"), name="sanban notify")
    async with open_database(options) as database:
        app = health_app(
            lambda: None, notifying.checks(), lambda: metrics(None), notes=notifying.notes()
        )
        async with serving(app, settings.http_host, settings.http_port) as url:
            say(f"notify: health and metrics at {url}/readyz and {url}/metrics")
            await notifying.run(database, client, policies, stop)
