"""Leading one piece of work in one process of several, while the others stand by."""

import asyncio
import time
from asyncio import Event
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

import structlog
from prometheus_client import Gauge

from consumers.backoff import Backoff
from consumers.pausing import stopped_within
from runtime.metrics import LEADER_SILENT, LEASES_LOST
from runtime.problems import Problem
from schemas.intake import Unavailable
from store.errors import StoreUnavailable, advised
from store.journal.leases import Lease, LeaseLost, Seen
from store.journal.outbox import ForeignCursor

log = structlog.stdlib.get_logger()

STANDBY_S = 1.0
"""Seconds between two attempts to take the lease that another process has."""

Work: TypeAlias = Callable[[Lease, Event], Awaitable[None]]


class Missing(Unavailable):
    """What the work needs is not there; the text says what, and what to do."""

    def __init__(self, why: str) -> None:
        super().__init__("needs", why)
        self.args = (why,)


@dataclass
class Leader:
    """Runs work under a lease that one process at a time can have, and says how it goes.

    `name` begins the log events (`NAME.stands`, `NAME.waiting`). `lead` gives the lease, or None
    while another process has it; `seen` says which. `rival` says what that process does. `leads` is
    1 while this process leads with success. `measure` updates the metrics that each process
    reports, also one that stands by. `could_lead` says why a process that stands by could not take
    over. `silent_s`: a standby is not ready when no process has led for so long. `needs` says what
    the work needs besides the database and is not there: meanwhile no turn is a success, also one
    that had nothing to do. `leads_without`: it does some of its work without, so it leads all the
    same; otherwise it does not take the lease, which would only wander between the processes.
    """

    name: str
    lead: Callable[[], AbstractAsyncContextManager[Lease | None]]
    seen: Callable[[], Awaitable[Seen]]
    rival: str
    leads: Gauge
    measure: Callable[[], Awaitable[None]]
    backoff: Backoff = field(default_factory=Backoff)
    silent_s: float = 30.0
    could_lead: Callable[[], Awaitable[str | None]] | None = None
    needs: Callable[[], Awaitable[str | None]] | None = None
    leads_without: bool = False
    clock: Callable[[], float] = time.monotonic
    _reason: str | None = field(default="has not begun yet", init=False)
    _status: str = field(default="", init=False)
    _lease: Lease | None = field(default=None, init=False)
    _works: bool = field(default=False, init=False)
    _missing: str | None = field(default=None, init=False)
    _led_at: float = field(init=False)
    """When any process last led with success, as far as this one knows; at first, its start."""

    def __post_init__(self) -> None:
        self._led_at = self.clock()
        self.leads.set(0)
        LEASES_LOST.labels(self.name)
        LEADER_SILENT.labels(self.name).set_function(self.silent)

    def silent(self) -> float:
        """Return the seconds since any process last led with success, as far as this one knows.

        They grow while the database is away, and while this process leads without success.
        """
        return 0.0 if self._works else self.clock() - self._led_at

    async def why_not_ready(self) -> str | None:
        """Return None also while this process stands by for one that leads: it can take over."""
        return self._reason

    def status(self) -> str:
        """Return what this process does, in a few words: leads, stands by or waits."""
        return self._status

    @property
    def missing(self) -> str | None:
        """What the work needs and is not there, as last asked."""
        return self._missing

    async def run(self, work: Work, stop: Event) -> None:
        """Do the work whenever this process has the lease, until asked to stop.

        `work` returns when asked to stop. When it raises Unavailable, the lease is given up and the
        work begins again after a rest. When the lease is lost, the work is cancelled: another
        process may lead. Raises Problem where waiting does not help, and whatever else `work`
        raises.
        """
        while not stop.is_set():
            pause = STANDBY_S
            try:
                await self._look()
                if self._missing is None or self.leads_without:
                    async with self.lead() as lease:
                        if lease is not None:
                            await self._work(work, lease, stop)
                            break
                await self._stand_by()
            except ForeignCursor as error:
                raise Problem(str(error), do="see docs/RUNBOOK.md, «The relay»") from error
            except LeaseLost as error:
                pause = self.backoff.rest()
                LEASES_LOST.labels(self.name).inc()
                self.say(str(error), "stood down")
                event = f"{self.name}.stood_down"
                log.warning(event, detail=str(error))
            except Unavailable as error:
                # The lease is free during the rest: a process that can do better takes over.
                pause = self.backoff.rest()
                why = advised(error) if isinstance(error, StoreUnavailable) else str(error)
                if not isinstance(error, StoreUnavailable | Missing):
                    # What is not there says more than how a call without it failed.
                    await self._look()
                    why = self._missing or why
                self.say(why, "waits")
                self._log_waiting(why, seconds=pause)
                # To ask a database that is away would only make the rest longer.
                if not isinstance(error, StoreUnavailable):
                    await self.measured()
            await stopped_within(stop, pause)
        else:
            # One that led has said so itself, with what it did last.
            event = f"{self.name}.stopped"
            log.info(event)

    def succeeded(self, status: str, *, but: str | None = None) -> None:
        """Say that a turn of the work succeeded; `but` is a reason not to be ready all the same."""
        self.backoff.reset()
        but = but or self._missing
        if self._lease is not None:
            # The others hear of it through the lease: they see a leader whose work fails.
            self._lease.report(works=but is None)
            self._leads(works=but is None)
            status = f"{status}; leads since {_moment(self._lease.since)} as {self._lease.holder}"
        self.say(but, status)

    def say(self, reason: str | None, status: str) -> None:
        """Keep why this process is not ready (None when it is) and what it does; log a change."""
        if status != self._status:
            event = f"{self.name}.stands"
            log.info(event, how=status)
        self._reason, self._status = reason, status

    async def measured(self) -> None:
        """Measure. While the database is away, the gauges see how old their numbers are."""
        with suppress(StoreUnavailable):
            await self.measure()

    async def _work(self, work: Work, lease: Lease, stop: Event) -> None:
        """Work until asked to stop. Raises LeaseLost as soon as the lease is lost."""
        # To have the lease is no success: how long there was none, this process may not know yet.
        self._heard(await self.seen())
        self._lease = lease
        working = asyncio.ensure_future(work(lease, stop))
        watching = asyncio.create_task(self._watch())
        losing = asyncio.create_task(lease.lost.wait())
        try:
            await asyncio.wait([working, losing], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._lease = None
            self._leads_no_more()
            for task in (working, losing, watching):
                task.cancel()
            await asyncio.wait([working, losing, watching])
        if not working.cancelled():
            working.result()
        elif lease.lost.is_set():
            raise LeaseLost(lease.name)

    def _leads(self, *, works: bool) -> None:
        """Note a turn of the leader; `works`: without a reason not to be ready."""
        if works or self._works:
            self._led_at = self.clock()
        self._works = works
        self.leads.set(1 if works else 0)

    async def _watch(self) -> None:
        """Look if what the work needs is there still: a turn may be long, or have nothing to do."""
        while True:
            await asyncio.sleep(STANDBY_S)
            await self._look()
            if self._missing is not None and self._lease is not None:
                self._lease.report(works=False)
                self._leads(works=False)
                self._reason = self._missing

    async def _look(self) -> None:
        """Ask for what is missing, and log it."""
        self._missing = await self.needs() if self.needs is not None else None
        if self._missing is not None:
            self._log_waiting(self._missing)

    def _log_waiting(self, why: str, **more: float) -> None:
        event = f"{self.name}.waiting"
        log.warning(event, detail=why, **more)

    def _leads_no_more(self) -> None:
        if self._works:
            self._led_at = self.clock()
        self._works = False
        self.leads.set(0)

    def _heard(self, seen: Seen) -> None:
        if seen.holder is None and not seen.is_older:
            return  # no process has led yet: it is silent since this one began
        self._led_at = self.clock() - (0 if seen.is_older else seen.silent_s)

    async def _stand_by(self) -> None:
        seen = await self.seen()
        self._heard(seen)
        why = None if self.leads_without else self._missing
        if why is not None and not seen.holds:
            raise Missing(why)
        why = why or self._why_leaderless(seen)
        if why is None and self.could_lead is not None:
            why = await self.could_lead()
        self.say(why, self._standing_by(seen))
        await self.measured()

    def _why_leaderless(self, seen: Seen) -> str | None:
        """Return why standing by is not enough: no process has led for too long."""
        if seen.is_older or seen.silent_s <= self.silent_s:
            return None
        if seen.holds and seen.since is not None:
            return (
                f"no process has led with success for {seen.silent_s:.0f} s; {seen.holder} has the "
                f"lease since {_moment(seen.since)}: see what its /readyz says"
            )
        return (
            f"no process has led for {seen.silent_s:.0f} s; the last was {seen.holder}, and its "
            "session with the database is not over: see if that process, or its machine, is frozen"
        )

    def _standing_by(self, seen: Seen) -> str:
        if seen.is_older:
            return f"stands by: {self.rival}, a process of an older release"
        if not seen.holds or seen.since is None:
            return "stands by: no process leads"
        who = f"{seen.holder} since {_moment(seen.since)}"
        # A leader reports its success three times in the length of a lease, which is half of this.
        if seen.silent_s > self.silent_s / 2:
            return f"stands by: another process has the lease and does not succeed, {who}"
        return f"stands by: {self.rival}, {who}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
