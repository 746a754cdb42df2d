"""Handles chunks of records: the half that runs on asyncio and knows no Kafka and no complaints.

A chunk is finished when its handler has returned. On Unavailable the same chunk is tried again,
without limit, while `health` says why. Any other exception is a defect: it stops everything and
`run` raises it. The process ends, nothing of the chunk is committed, and it is delivered again.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from consumers import metrics
from consumers.backoff import Backoff
from consumers.health import Health
from consumers.partition_progress import Ticket
from consumers.pausing import stopped_within
from schemas.intake import Record, Unavailable

log = structlog.stdlib.get_logger()

Handler = Callable[[Sequence[Record]], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Chunk:
    """Records of one partition, in order. No other chunk of it is out at the same time."""

    ticket: Ticket
    records: tuple[Record, ...] = field(repr=False)

    @property
    def name(self) -> str:
        topic, number = self.ticket.partition
        return f"{topic}/{number} from offset {self.records[0].position.offset}"


class Source(Protocol):
    async def run(self, deliver: Callable[[Chunk], None]) -> None:
        """Call `deliver` on this event loop for each chunk, until `stop`. Raises defects."""
        ...

    def stop(self) -> None:
        """Deliver no more; wait a while for what is out, commit, close, return from `run`."""
        ...

    def finish(self, ticket: Ticket) -> None:
        """The chunk's records have their outcomes: it may be committed."""
        ...

    def give_up(self, ticket: Ticket) -> None:
        """The chunk will not be finished here; it stays uncommitted and is delivered again."""
        ...

    def holds(self, ticket: Ticket) -> bool:
        """Return False once the partition has gone to another member."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait before trying again: doubled each time, up to a cap."""

    first: float = 0.5
    longest: float = 15
    slow_after: float = 60  # a chunk in its handler for longer than this makes us not ready


@dataclass
class Loop:
    """Runs a handler for each chunk of a source, side by side across partitions."""

    source: Source
    handler: Handler
    health: Health
    patience: Patience = Patience()
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _defect: BaseException | None = field(default=None, init=False)

    async def run(self) -> None:
        """Run until `stop` or a defect, which it raises."""
        try:
            await self.source.run(self._deliver)
        finally:
            # The source has waited for chunks that are out as long as it may.
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._defect is not None:
            raise self._defect

    def stop(self) -> None:
        self._stopping.set()
        self.source.stop()

    def _deliver(self, chunk: Chunk) -> None:
        task = asyncio.create_task(self._handle(chunk), name=chunk.name)
        self._tasks.add(task)
        task.add_done_callback(lambda task: self._ended(task, chunk))

    def _ended(self, task: asyncio.Task[None], chunk: Chunk) -> None:
        self._tasks.discard(task)
        self.health.go_on(chunk.ticket)
        if task.cancelled() or (error := task.exception()) is None:
            return
        log.error("intake.stopped_by_defect", chunk=chunk.name, error_type=type(error).__name__)
        # The first defect is the cause; later ones may follow from it.
        self._defect = self._defect or error
        self.source.give_up(chunk.ticket)
        self.stop()

    async def _handle(self, chunk: Chunk) -> None:
        began = time.monotonic()
        backoff = Backoff(self.patience.first, self.patience.longest)
        # Another member that has the partition now gets the chunk too: then trying is useless here.
        while self.source.holds(chunk.ticket):
            try:
                await self._try(chunk)
            except Unavailable as error:
                wait = backoff.rest()
                self._report_wait(chunk, error, wait)
            else:
                self.source.finish(chunk.ticket)
                metrics.CHUNK_SECONDS.observe(time.monotonic() - began)
                return
            if await stopped_within(self._stopping, wait):
                break
        self.source.give_up(chunk.ticket)

    async def _try(self, chunk: Chunk) -> None:
        slow = asyncio.get_running_loop().call_later(
            self.patience.slow_after,
            lambda: self.health.wait(
                (chunk.ticket, "slow"), "handler", f"the handler does not return from {chunk.name}"
            ),
        )
        try:
            await self.handler(chunk.records)
        finally:
            slow.cancel()
            self.health.go_on((chunk.ticket, "slow"))

    def _report_wait(self, chunk: Chunk, error: Unavailable, wait: float) -> None:
        metrics.UNAVAILABLE_SECONDS.labels(error.part).inc(wait)
        self.health.wait(chunk.ticket, error.part, str(error))
        log.warning(
            "intake.waiting", part=error.part, detail=str(error), chunk=chunk.name, seconds=wait
        )
