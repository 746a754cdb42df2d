"""Deletes uploads that became evidence of nothing: their act was refused, or never given."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from consumers.pausing import stopped_within
from schemas.intake import Unavailable

log = structlog.stdlib.get_logger()

KEPT = timedelta(days=1)
"""Longer than a form stays open (a session ends after half a day), or an act waits for its case."""
LOOKED_BACK = timedelta(days=8)
"""What no console has seen for a week stays."""
AT_ONCE = 1000
"""Files of one question to the database."""
TURN_S = 3600.0

Files = Sequence[tuple[str, str]]
"""Case and name of each."""


class KeptUploads(Protocol):
    """Raises Unavailable."""

    async def came(self, since: datetime, until: datetime) -> Files: ...

    async def forget_unused(self, files: Files, until: datetime) -> int: ...


class JournaledFiles(Protocol):
    """Raises Unavailable."""

    async def unused(self, files: Files) -> Files: ...


@dataclass(frozen=True, slots=True)
class UnusedUploads:
    """Several processes may do it at the same time: a file is deleted once."""

    uploads: KeptUploads
    files: JournaledFiles
    now: Callable[[], datetime]

    async def run(self, stop: asyncio.Event) -> None:
        """Look each hour, until asked to stop."""
        while not stop.is_set():
            try:
                await self.turn()
            except Unavailable as error:
                log.warning("console.uploads_waiting", detail=str(error))
            await stopped_within(stop, TURN_S)

    async def turn(self) -> int:
        """Delete what is older than a day and in no row; return how many. Raises Unavailable."""
        until = self.now() - KEPT
        found, number = await self.uploads.came(until - LOOKED_BACK, until), 0
        for first in range(0, len(found), AT_ONCE):
            unused = await self.files.unused(found[first : first + AT_ONCE])
            number += await self.uploads.forget_unused(unused, until)
        if number:
            log.info("console.uploads_deleted", number=number)
        return number
