"""One durable timer for the next thing due. It is only ever moved earlier.

A timer that is no longer needed stays where it is and rings in vain once: that costs less history
than cancelling and arming anew with every act (docs/adr/0011 has the counts).
"""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

LEAST = timedelta(milliseconds=1)


class Alarm:
    def __init__(self) -> None:
        self._timer: asyncio.Task[None] | None = None
        self._at: datetime | None = None

    @property
    def rings(self) -> bool:
        return self._timer is not None and self._timer.done()

    def set(self, at: datetime | None, summary: str) -> None:
        """Ring at `at` or before; None asks for nothing. A moment in the past rings at once."""
        if self.rings:
            self._timer = self._at = None
        if at is None or (self._at is not None and self._at <= at):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._at = at
        wait = max(at - workflow.now(), LEAST)
        self._timer = asyncio.create_task(workflow.sleep(wait, summary=summary))
