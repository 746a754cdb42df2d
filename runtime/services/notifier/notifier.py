"""Sends people what the rungs of their cases tell them.

One notifier sends and the others stand by. It takes notices from the journal as a relay takes rows,
sends what is due to many people side by side, and reports to the cases what came of it. An address
that fails stops nothing and keeps no other person waiting; only the database is needed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog

from consumers.backoff import Backoff
from consumers.pausing import stopped_within
from consumers.readings import Reading
from domain.notifications.notices import notices_of_missed
from runtime.metrics import NOTICE_AGE, NOTICES_WAITING, NOTIFIER_LEADS
from runtime.services.leadership import Leader
from runtime.services.notifier.notice_rows import notices_of
from runtime.services.notifier.outcome_reporter import OutcomeReporter
from runtime.services.notifier.person_notifier import PersonNotifier
from schemas.intake import Unavailable
from store.journal.leases import Lease
from store.notifications.deliveries import Deliveries
from store.notifications.missed_patrols import MissedPatrols

log = structlog.stdlib.get_logger()

BATCH = 200
AT_ONCE = 16
"""So many people are sent messages side by side."""
POLL_S = 1.0
FAREWELL_S = 3.0
"""So long may messages that are on their way take when the process is asked to stop."""
_TO_CASES = "cases"
"""The name of the task that reports to cases, beside the tasks of people."""


@dataclass
class Notifier:
    """Keeps the notices of new rows, and has a task for each person with notices due.

    `needs` says why cases cannot hear of their notices, or None: people are sent them all the same.
    """

    deliveries: Deliveries
    person_notifier: PersonNotifier
    reporter: OutcomeReporter
    poll_s: float = POLL_S
    backoff: Backoff = field(default_factory=Backoff)
    needs: Callable[[], Awaitable[str | None]] | None = None
    leader: Leader = field(init=False)
    _cases_wait: str | None = field(default=None, init=False)
    _tasks: dict[object, asyncio.Task[None]] = field(default_factory=dict, init=False)
    _waiting: Reading = field(init=False)
    _age: Reading = field(init=False)

    def __post_init__(self) -> None:
        self._waiting = Reading().on(NOTICES_WAITING)
        self._age = Reading(is_age=True).on(NOTICE_AGE)
        self.leader = Leader(
            "notify",
            self.deliveries.lead,
            self.deliveries.leases.seen,
            "another notifier sends",
            NOTIFIER_LEADS,
            self._measure,
            self.backoff,
            silent_s=2 * self.deliveries.database.lease_s,
            needs=self.needs,
            leads_without=True,
        )

    async def why_not_ready(self) -> str | None:
        """Return also why cases do not hear of their notices."""
        return await self.leader.why_not_ready() or self._cases_wait

    @property
    def missed(self) -> MissedPatrols:
        return MissedPatrols(self.deliveries.database)

    def status(self) -> str:
        return self.leader.status()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until asked to stop. Raises Problem where waiting does not help."""
        await self.leader.run(self._lead, stop)

    async def _lead(self, lease: Lease, stop: asyncio.Event) -> None:
        log.info("notify.leads")
        try:
            while not stop.is_set():
                more = await self._take(lease)
                await self._take_missed(lease)
                for person in await self.deliveries.due(self.person_notifier.now()):
                    if len(self._tasks) < AT_ONCE:
                        self._begin(person, partial(self.person_notifier.notify, lease, person))
                self._begin(_TO_CASES, partial(self._report, lease))
                # Also raises what a task failed with: without the database this turn failed.
                self._end_those_done()
                await self.leader.measured()
                self.leader.succeeded("tells people", but=self._cases_wait)
                if not more:
                    await stopped_within(stop, self.poll_s)
        finally:
            await self._end_all()
        log.info("notify.stopped")

    async def _take(self, lease: Lease) -> bool:
        """Keep the notices of the next rows; return whether there may be more rows."""
        outbox = self.deliveries.outbox
        cursor = await outbox.cursor()
        rows = await outbox.after(cursor, BATCH)
        if rows:
            notices = await notices_of(rows, outbox)
            now = self.person_notifier.now()
            await self.deliveries.take(lease, notices, cursor, rows[-1].cursor, now)
        return len(rows) == BATCH

    async def _take_missed(self, lease: Lease) -> None:
        """Keep the notices of patrols that were missed, each once."""
        now = self.person_notifier.now()
        patrols = await self.missed.untold(now)
        if patrols:
            policies = self.person_notifier.policies
            notices = [
                each
                for at in patrols
                if (policy := policies.get(at.tenant)) is not None
                for each in notices_of_missed(policy, at, now)
            ]
            await self.missed.tell(lease, patrols, notices, now)

    async def _report(self, lease: Lease) -> None:
        """Report to cases; while Temporal is away, people are sent their messages all the same."""
        try:
            await self.reporter.report(lease)
        except Unavailable as error:
            if error.part == "postgresql":
                raise
            self._cases_wait = str(error)
            log.warning("notify.cases_wait", detail=str(error))
            await asyncio.sleep(self.backoff.shortest_s)
        else:
            self._cases_wait = None

    def _begin(self, name: object, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Begin a task unless it runs already: a person gets one message at a time."""
        if name not in self._tasks:
            self._tasks[name] = asyncio.create_task(work())

    def _end_those_done(self) -> None:
        """Forget the tasks that have ended; raise what one of them failed with."""
        for name, task in [*self._tasks.items()]:
            if task.done():
                del self._tasks[name]
                task.result()

    async def _end_all(self) -> None:
        """Wait for all tasks, then cancel: what takes too long is found again as it was begun."""
        tasks, self._tasks = [*self._tasks.values()], {}
        if tasks:
            await asyncio.wait(tasks, timeout=FAREWELL_S)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _measure(self) -> None:
        number, age = await self.deliveries.backlog(self.person_notifier.now())
        self._waiting.measured(number)
        self._age.measured(age)
