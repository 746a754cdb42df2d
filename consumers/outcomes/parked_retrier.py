"""Decides parked records when what they wait for is there or their limit is over.

It also sends the receipts of parked records whose process died before it had sent them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from consumers import metrics
from consumers.backoff import Backoff
from consumers.health import Health
from consumers.outcomes.outcome_sink import Decided
from consumers.pausing import stopped_within
from consumers.ports import ParkedRecords
from consumers.readings import LabelledReadings
from schemas.intake import DueRecord, Unavailable, Wait

log = structlog.stdlib.get_logger()

_WAITER = "parked records"


@dataclass(frozen=True)
class ParkedRetrier:
    """Runs beside the loop of one topic. Several processes may run it: all of it is safe twice."""

    topic: str
    parked: ParkedRecords
    take_up: Callable[[Sequence[DueRecord]], Awaitable[object]]
    report: Callable[[Sequence[Decided]], Awaitable[object]]
    health: Health
    pause_s: float = 2.0
    longest_pause_s: float = 15.0
    at_once: int = 200
    _numbers: LabelledReadings = field(
        default_factory=lambda: LabelledReadings(metrics.PARKED, stale_s=60), init=False
    )

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set. Raises what is a defect."""
        # After a failure the first rest is already longer than the usual pause.
        backoff, reread = Backoff(2 * self.pause_s, self.longest_pause_s), False
        while not stop.is_set():
            try:
                # Once for each process: a record of a newer version can be read only by a newer
                # release, which is a new process.
                if not reread:
                    await self.parked.reread(self.topic)
                    reread = True
                untold = await self.parked.untold(self.topic, self.at_once)
                if untold:
                    await self.report(untold)
                waiting = await self.parked.ready(self.topic, self.at_once)
                if waiting:
                    await self.take_up(waiting)
                self._count(await self.parked.parked(self.topic))
            except Unavailable as error:
                log.warning("intake.parked_wait", part=error.part, detail=str(error))
                self.health.wait(_WAITER, error.part, str(error))
                pause = backoff.rest()
            else:
                self.health.go_on(_WAITER)
                backoff.reset()
                pause = self.pause_s
            await stopped_within(stop, pause)

    def _count(self, parked: Mapping[Wait, int]) -> None:
        for wait in Wait:
            self._numbers.measured(parked.get(wait, 0), self.topic, wait)
