"""Leading one piece of work in one process of several, while the others stand by."""

from asyncio import Event
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from typing import TypeAlias

import structlog
from prometheus_client import Gauge

from consumers.backoff import Backoff
from consumers.pausing import stopped_within
from runtime.problems import Problem
from schemas.intake import Unavailable
from store.errors import StoreUnavailable
from store.journal.outbox import ForeignCursor, Lease

log = structlog.stdlib.get_logger()

STANDBY_S = 1.0
"""Seconds between two attempts to take the lease that another process has."""

Work: TypeAlias = Callable[[Lease, Event], Awaitable[None]]


@dataclass
class Leader:
    """Runs work under a lease that one process at a time can have, and says how it goes.

    `name` begins the log events (`NAME.stands`, `NAME.waiting`). `lead` gives the lease, or None
    while another process has it. `rival` says so in the status. `leads` is 1 while this process
    leads. `measure` updates the metrics that each process reports, also one that stands by.
    """

    name: str
    lead: Callable[[], AbstractAsyncContextManager[Lease | None]]
    rival: str
    leads: Gauge
    measure: Callable[[], Awaitable[None]]
    backoff: Backoff = field(default_factory=Backoff)
    _reason: str | None = field(default="has not begun yet", init=False)
    _status: str = field(default="", init=False)

    async def why_not_ready(self) -> str | None:
        """Return None also while this process stands by: it is ready to take over."""
        return self._reason

    def status(self) -> str:
        """Return what this process does, in a few words: leads, stands by or waits."""
        return self._status

    async def run(self, work: Work, stop: Event) -> None:
        """Do the work whenever this process has the lease, until asked to stop.

        `work` returns when asked to stop. When it raises Unavailable, the lease is given up and the
        work begins again after a rest. Raises Problem where waiting does not help, and whatever
        else `work` raises.
        """
        while not stop.is_set():
            pause = STANDBY_S
            try:
                async with self.lead() as lease:
                    if lease is not None:
                        await work(lease, stop)
                        break
                self.say(None, f"stands by: {self.rival}")
                await self.measured()
            except ForeignCursor as error:
                raise Problem(str(error), do="see docs/RUNBOOK.md, «The relay»") from error
            except Unavailable as error:
                # The lease is free during the rest: a process that can do better takes over.
                pause = self.backoff.rest()
                self.say(str(error), "waits")
                event = f"{self.name}.waiting"
                log.warning(event, detail=str(error), seconds=pause)
                # To ask a database that is away would only make the rest longer.
                if not isinstance(error, StoreUnavailable):
                    await self.measured()
            finally:
                self.leads.set(0)
            await stopped_within(stop, pause)

    def leading(self) -> None:
        """Count this process as the one that leads."""
        self.leads.set(1)

    def succeeded(self, status: str, *, but: str | None = None) -> None:
        """Say that a turn of the work succeeded; `but` is a reason not to be ready all the same."""
        self.backoff.reset()
        self.say(but, status)

    def say(self, reason: str | None, status: str) -> None:
        """Keep why this process is not ready (None when it is) and what it does; log a change."""
        if status != self._status:
            event = f"{self.name}.stands"
            log.info(event, how=status)
        self._reason, self._status = reason, status

    async def measured(self) -> None:
        """Measure, or keep the last numbers while the database is away."""
        with suppress(StoreUnavailable):
            await self.measure()
