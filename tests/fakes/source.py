"""A source whose partitions are lists in memory."""

import asyncio
from collections.abc import Callable

from consumers.loop import Chunk
from consumers.partition_progress import Partition, PartitionProgress, Ticket
from tests.fakes.records import unreadable
from tests.fakes.waiting import until

ONE: Partition = ("sanban.complaints", 0)


class MemorySource:
    def __init__(self) -> None:
        self.progress = PartitionProgress()
        self.progress.assigned([ONE])
        self.stopped = asyncio.Event()
        self._deliver: Callable[[Chunk], None] | None = None

    async def run(self, deliver: Callable[[Chunk], None]) -> None:
        self._deliver = deliver
        await self.stopped.wait()
        await until(lambda: not self.progress.out())

    def stop(self) -> None:
        self.stopped.set()

    def finish(self, ticket: Ticket) -> None:
        self.progress.finish(ticket)

    def give_up(self, ticket: Ticket) -> None:
        self.progress.give_up(ticket)

    def holds(self, ticket: Ticket) -> bool:
        return self.progress.holds(ticket)

    async def bring(self, *offsets: int, partition: Partition = ONE) -> bool:
        """Deliver a chunk; return False when one of the partition is out already."""
        await until(lambda: self._deliver)
        ticket = self.progress.hand_out(partition, end=offsets[-1] + 1, size=len(offsets))
        if ticket is not None and self._deliver is not None:
            self._deliver(Chunk(ticket, tuple(unreadable(offset) for offset in offsets)))
        return ticket is not None
