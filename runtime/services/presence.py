"""Each process says in the database what its /readyz says, so that one page shows all of them."""

import asyncio
import os
import socket
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from console.health import Check
from consumers.pausing import stopped_within
from store.errors import StoreUnavailable
from store.processes import PostgresProcesses

log = structlog.stdlib.get_logger()

SAY_S = 20.0
"""Between two times that a process says how it is."""
_LEAVE_S = 2.0
"""How long a process that stops waits for the database to forget it."""


class HasChecks(Protocol):
    """What is said of a service; each Service has it."""

    @property
    def name(self) -> str: ...

    def checks(self) -> Mapping[str, Check]: ...

    def why_not_alive(self) -> str | None: ...


@dataclass(frozen=True)
class Presence:
    """Says how the services of this process are, until they stop.

    What cannot be said now is said the next time: a database that is away ends no process.
    """

    processes: PostgresProcesses
    services: Sequence[HasChecks]
    host: str = field(default_factory=lambda: f"{socket.gethostname()}/{os.getpid()}")
    process: str = field(default_factory=lambda: str(uuid.uuid4()))

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await asyncio.gather(*(self._say(each) for each in self.services))
            await stopped_within(stop, SAY_S)
        try:
            async with asyncio.timeout(_LEAVE_S):
                await self.processes.leave([self._id(each) for each in self.services])
        except (StoreUnavailable, TimeoutError) as error:
            log.debug("presence.not_left", detail=str(error))

    async def _say(self, service: HasChecks) -> None:
        reasons = await reasons_of(service.checks())
        if why := service.why_not_alive():
            reasons = {**reasons, "alive": why}
        try:
            await self.processes.say(self._id(service), service.name, self.host, reasons)
        except StoreUnavailable as error:
            log.debug("presence.not_said", service=service.name, detail=str(error))

    def _id(self, service: HasChecks) -> str:
        return f"{self.process}/{service.name}"


async def reasons_of(checks: Mapping[str, Check]) -> dict[str, str]:
    """Return why parts are not ready: part -> a sentence."""
    found = await asyncio.gather(*(check() for check in checks.values()))
    return {name: why for name, why in zip(checks, found, strict=True) if why}
