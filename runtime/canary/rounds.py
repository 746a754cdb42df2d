"""One round of the canary: what must have happened by when, and what was missing."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from consumers.pausing import stopped_within
from runtime.canary.reports import CanaryRecord
from schemas.intake import Unavailable
from store.canary import CanaryCase

log = structlog.stdlib.get_logger()

LOOK_S = 2.0
BEFORE_IT_ENDS_S = 150.0
"""Seconds from the beginning of a round by which all steps but the last must be reached."""
UNTIL_CLOSED_S = 60.0
SIGNED_WITHIN_S = 300.0
REACHED: Mapping[str, Callable[[CanaryCase], bool]] = {
    "decided": lambda _case: True,
    "begun": lambda case: "received" in case.facts,
    "rung": lambda case: "rung_reached" in case.facts,
    "notified": lambda case: "notified" in case.facts,
    "told": lambda case: case.told and "rung_reached" in case.facts,
}
STEPS = ("sent", *REACHED, "closed", "signed", "pages")
HINTS = {
    "sent": "the broker",
    "decided": "intake: does it run with SANBAN_CANARY=true?",
    "begun": "a worker, or Temporal",
    "rung": "a worker, or Temporal's timers",
    "notified": "the notifier: has `sink` of the tenant `canary` an address that takes it?",
    "told": "the relay",
    "closed": "intake or a worker: the case was withdrawn and goes on",
    "signed": "the process for checkpoints",
    "pages": "an address of SANBAN_CANARY_PAGES",
}


class Ways(Protocol):
    """What a round needs of the system; each may raise Unavailable."""

    async def send(self, record: CanaryRecord) -> None: ...
    async def case(self, event_id: str) -> CanaryCase | None: ...
    async def unsigned_s(self) -> float: ...
    async def failing_page(self) -> str | None: ...


@dataclass
class Round:
    """`reached`: step -> seconds from the beginning. `clock` never jumps; `rest` lets time pass."""

    ways: Ways
    clock: Callable[[], float]
    stop: asyncio.Event
    rest: Callable[[asyncio.Event, float], Awaitable[object]] = stopped_within
    reached: dict[str, float] = field(default_factory=dict)
    said: str = ""
    _begun: float = field(init=False)

    def __post_init__(self) -> None:
        self._begun = self.clock()

    @property
    def missing(self) -> list[str]:
        return [step for step in STEPS if step not in self.reached]

    async def run(self, report: CanaryRecord, withdrawal: CanaryRecord) -> None:
        """Go the whole way. What is away is a step that is missing, and ends no round.

        The case is withdrawn whatever was missing, so that none stays open.
        """
        if await self._could("sent", self.ways.send(report)):
            await self._until(report.event_id, REACHED, BEFORE_IT_ENDS_S)
        closed = {"closed": lambda case: "withdrawn" in case.facts}
        if await self._could("", self.ways.send(withdrawal)):
            limit = self._seconds() + UNTIL_CLOSED_S
            await self._until(report.event_id, closed, limit)
        await self._could("signed", self._signed())
        await self._could("pages", self._pages())

    async def _until(
        self, event_id: str, steps: Mapping[str, Callable[[CanaryCase], bool]], limit: float
    ) -> None:
        """Look until all steps are reached or the limit is over."""
        while not self.stop.is_set():
            try:
                case = await self.ways.case(event_id)
            except Unavailable as error:
                case, self.said = None, str(error)
            for step, is_reached in steps.items():
                if case is not None and step not in self.reached and is_reached(case):
                    self.reached[step] = self._seconds()
            if steps.keys() <= self.reached.keys() or self._seconds() > limit:
                return
            await self.rest(self.stop, LOOK_S)

    async def _could(self, step: str, work: Awaitable[None]) -> bool:
        """Return whether it was possible, and note the step."""
        try:
            await work
        except Unavailable as error:
            self.said = str(error)
            return False
        if step:
            self.reached[step] = self._seconds()
        return True

    async def _signed(self) -> None:
        if (seconds := await self.ways.unsigned_s()) > SIGNED_WITHIN_S:
            raise Unavailable("checkpoints", f"rows have had no checkpoint for {seconds:.0f} s")

    async def _pages(self) -> None:
        if (page := await self.ways.failing_page()) is not None:
            raise Unavailable("pages", page)

    def _seconds(self) -> float:
        return self.clock() - self._begun
