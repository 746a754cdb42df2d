"""Takes a signed checkpoint of the journal every minute.

One process takes them and the others stand by. Each checkpoint is stored, then written to a file
outside the database, then published; after a kill between these the next process goes on where this
one stopped. Where what is kept cannot all be true, it stops for good, says so and signs nothing.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from consumers.backoff import Backoff
from consumers.pausing import stopped_within
from consumers.readings import STALE_S, Reading
from runtime.metrics import (
    CHECKPOINT_CONTRADICTED,
    CHECKPOINT_LAG,
    CHECKPOINT_LEADS,
    CHECKPOINT_ROWS,
    CHECKPOINT_ROWS_LEFT,
)
from runtime.services.checkpoints.checkpoint_taker import CheckpointTaker
from runtime.services.checkpoints.keys import Contradiction
from runtime.services.leadership import Leader
from runtime.wiring.process import unless_stopped
from schemas.intake import Unavailable
from store.errors import StoreUnavailable
from store.journal.leases import Lease

log = structlog.stdlib.get_logger()

MEASURE_S = 15.0
"""Not at every turn: to measure counts the rows that no checkpoint covers, which may be many."""


@dataclass
class Checkpointer:
    """Takes checkpoints while it leads; `every_s` apart, where there are new rows.

    `needs` says why broker or topic cannot be used, or None: checkpoints are taken without them,
    which is no success.
    """

    taker: CheckpointTaker
    every_s: float
    backoff: Backoff = field(default_factory=Backoff)
    needs: Callable[[], Awaitable[str | None]] | None = None
    leader: Leader = field(init=False)
    _measured_at: float = field(default=-math.inf, init=False)
    _looked_at: float = field(default=-math.inf, init=False)
    _not_able: str | None = field(default=None, init=False)
    _lag: Reading = field(init=False)
    _rows_left: Reading = field(init=False)
    _rows: Reading = field(init=False)

    def __post_init__(self) -> None:
        stale_s = max(self.every_s, MEASURE_S) + STALE_S
        self._lag = Reading(is_age=True, stale_s=stale_s).on(CHECKPOINT_LAG)
        self._rows_left = Reading(stale_s=stale_s).on(CHECKPOINT_ROWS_LEFT)
        self._rows = Reading(stale_s=stale_s).on(CHECKPOINT_ROWS)
        # Only one that leads has compared what is kept.
        CHECKPOINT_CONTRADICTED.set(math.nan)
        self.leader = Leader(
            "checkpoints",
            self.taker.store.lead,
            self.taker.store.leases.seen,
            "another process takes checkpoints",
            CHECKPOINT_LEADS,
            self._measure,
            self.backoff,
            silent_s=2 * self.taker.store.database.lease_s,
            could_lead=self._could_lead,
            needs=self.needs,
            leads_without=True,
        )

    async def why_not_ready(self) -> str | None:
        return await self.leader.why_not_ready()

    def status(self) -> str:
        return self.leader.status()

    async def run(self, stop: asyncio.Event) -> None:
        """Run until asked to stop; also after a contradiction, so that /readyz can say why."""
        try:
            await self.leader.run(self._compare_and_lead, stop)
        except Contradiction as error:
            CHECKPOINT_CONTRADICTED.set(1)
            self.leader.say(f"signs nothing any more: {error}", "stopped, see docs/RUNBOOK.md")
            log.error("checkpoints.contradiction", detail=str(error))  # noqa: TRY400
            await stop.wait()
            log.info("checkpoints.stopped")

    async def _compare_and_lead(self, lease: Lease, stop: asyncio.Event) -> None:
        try:
            await self._lead(lease, stop)
        finally:
            CHECKPOINT_CONTRADICTED.set(math.nan)

    async def _lead(self, lease: Lease, stop: asyncio.Event) -> None:
        # Reads the whole journal, which may take long: a signal ends it.
        self.leader.say("reads the journal to prove the last checkpoint", "begins")
        await unless_stopped(stop, self._agree(lease))
        CHECKPOINT_CONTRADICTED.set(0)
        while not stop.is_set():
            if not await self.taker.agrees_still():
                await self._agree(lease)
            kept = await self.taker.take(lease)
            # In this order: what is outside the database is never ahead of it.
            if kept is not None:
                await self.taker.write(lease)
                log.info("checkpoint.taken", size=kept.size, root=kept.root.hex())
            self.leader.succeeded("takes checkpoints", but=await self._publish(lease))
            await self.leader.measured()
            await stopped_within(stop, self.every_s)
        log.info("checkpoints.stopped")

    async def _agree(self, lease: Lease) -> None:
        """Prove what is kept, and finish what a process that was killed left undone."""
        await self.taker.agree(lease)
        await self.taker.write(lease)

    async def _publish(self, lease: Lease) -> str | None:
        """Return why nothing was published; checkpoints are taken while the broker is away."""
        if (missing := self.leader.missing) is not None:
            return f"checkpoints are taken and not published: {missing}"
        try:
            await self.taker.publish(lease)
        except StoreUnavailable:
            raise
        except Unavailable as error:
            log.warning("checkpoints.unpublished", detail=str(error))
            return f"checkpoints are taken and not published: {error}"
        return None

    async def _could_lead(self) -> str | None:
        if time.monotonic() - self._looked_at >= MEASURE_S:
            self._not_able = await self.taker.why_not_able()
            self._looked_at = time.monotonic()
        return self._not_able

    async def _measure(self) -> None:
        if time.monotonic() - self._measured_at < MEASURE_S:
            return
        lag, latest = await self.taker.store.lag(), await self.taker.store.latest()
        self._measured_at = time.monotonic()
        self._lag.measured(lag.seconds)
        self._rows_left.measured(lag.rows)
        self._rows.measured(latest.size if latest else 0)
