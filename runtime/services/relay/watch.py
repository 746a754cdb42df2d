"""Watches for each relay what stands still unseen: moments, transactions, drills of the backup."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from consumers.pausing import stopped_within
from consumers.readings import Reading
from runtime.metrics import BACKUP_DRILL, OLDEST_MOMENT, TRANSACTION
from store.errors import StoreUnavailable
from store.watched import PostgresWatched

log = structlog.stdlib.get_logger()

LOOK_S = 15.0
"""Seconds between two looks: three short queries."""
STALE_S = 3 * LOOK_S


@dataclass
class Watch:
    """Measures what the database knows and no counter shows. Needs no lease, no broker, no worker.

    It runs beside a relay because a relay needs neither Temporal nor a worker: where these are away
    it still says for how long cases have waited.
    """

    watched: PostgresWatched
    clock: Callable[[], float] = time.monotonic
    _transaction: str | None = field(default=None, init=False)
    _begun: float = field(default=0.0, init=False)
    _moment: Reading = field(init=False)
    _open: Reading = field(init=False)
    _drill: Reading = field(init=False)

    def __post_init__(self) -> None:
        ages = (Reading(is_age=True, stale_s=STALE_S, clock=self.clock) for _ in range(3))
        self._moment, self._open, self._drill = ages
        self._moment.on(OLDEST_MOMENT)
        self._open.on(TRANSACTION)
        self._drill.on(BACKUP_DRILL)

    async def look(self) -> None:
        """Measure once. Raises StoreUnavailable."""
        self._moment.measured(await self.watched.oldest_moment_s())
        self._open.measured(self._seen_for(await self.watched.oldest_transaction()))
        self._drill.measured(await self.watched.last_drill_s())

    async def run(self, stop: asyncio.Event) -> None:
        """Measure again and again until asked to stop; while the database is away the ages grow."""
        while not stop.is_set():
            try:
                await self.look()
            except StoreUnavailable as error:
                log.warning("watch.waiting", detail=str(error))
            await stopped_within(stop, LOOK_S)

    def _seen_for(self, transaction: str | None) -> float:
        """Return for how long the same transaction has been the oldest one."""
        if transaction is None or transaction != self._transaction:
            self._transaction, self._begun = transaction, self.clock()
        return self.clock() - self._begun
