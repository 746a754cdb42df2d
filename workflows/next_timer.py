"""One durable timer for the next moment that is due. It only ever moves to an earlier moment.

A timer that is no longer needed stays and fires once in vain. That costs fewer history events than
cancelling it and starting another with every act (docs/adr/0011 has the counts).
"""

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

LEAST = timedelta(milliseconds=1)
"""The server takes no timer of zero or less."""


class NextTimer:
    """The timer of one case, if one is running or has fired."""

    def __init__(self) -> None:
        self._timer: asyncio.Task[None] | None = None
        self._at: datetime | None = None

    @property
    def has_fired(self) -> bool:
        return self._timer is not None and self._timer.done()

    def set(self, at: datetime | None, summary: str) -> None:
        """Fire at `at` or before; None asks for nothing. A moment in the past fires at once."""
        if self.has_fired:
            self._timer = self._at = None
        # An earlier timer stays: it wakes the case in vain, and the next call sets the right one.
        if at is None or (self._at is not None and self._at <= at):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._at = at
        wait = max(at - workflow.now(), LEAST)
        self._timer = asyncio.create_task(workflow.sleep(wait, summary=summary))
