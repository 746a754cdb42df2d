"""A system for the canary, of which any part can be stopped; time passes when it rests."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from runtime.canary.reports import CanaryRecord, filed, withdrawn
from runtime.canary.rounds import Round
from schemas.intake import Unavailable
from store.canary import CanaryCase

PARTS = ("broker", "database", "intake", "worker", "notifier", "relay", "checkpoints", "page")
RUNG_S = 30.0


@dataclass
class FakeSystem:
    """Implements runtime.canary.rounds.Ways. `stopped`: parts that do nothing. `passes` is told of
    the time.
    """

    stopped: set[str] = field(default_factory=set)
    now: float = 0.0
    passes: Callable[[float], object] = lambda _now: None
    _sent: dict[str, float] = field(default_factory=dict)
    _withdrawn: set[str] = field(default_factory=set)
    _facts: dict[str, Any] = field(default_factory=dict)

    def clock(self) -> float:
        return self.now

    async def rest(self, _stop: asyncio.Event, seconds: float) -> None:
        self.now += seconds
        self.passes(self.now)

    async def send(self, record: CanaryRecord) -> None:
        self._needs("broker")
        what = record.event_id.rpartition("-")[2]
        if what == "filed":
            self._sent[record.event_id] = self.now
        else:
            self._withdrawn.add(record.event_id.replace("withdrawn", "filed"))

    async def case(self, event_id: str) -> CanaryCase | None:
        self._needs("database")
        if event_id not in self._sent or "intake" in self.stopped:
            return None
        facts = self._facts
        if "worker" not in self.stopped:
            facts["received"] = {}
            if self.now - self._sent[event_id] >= RUNG_S:
                facts["rung_reached"] = {}
            if event_id in self._withdrawn:
                facts["withdrawn"] = {}
        if "rung_reached" in facts and "notifier" not in self.stopped:
            facts["notified"] = {}
        return CanaryCase(dict(facts), "relay" not in self.stopped)

    async def unsigned_s(self) -> float:
        self._needs("database")
        return 400.0 if "checkpoints" in self.stopped else 20.0

    async def failing_page(self) -> str | None:
        return "http://gateway/readyz: it answers 503" if "page" in self.stopped else None

    async def round(self, number: int = 1) -> Round:
        """Fly one round."""
        self._facts = {}
        complaint_id = f"canary-{number}"
        flown = Round(self, self.clock, asyncio.Event(), self.rest)
        report = filed(complaint_id, datetime(2026, 12, 1, tzinfo=UTC))
        await flown.run(report, withdrawn(complaint_id))
        return flown

    def _needs(self, part: str) -> None:
        if part in self.stopped:
            raise Unavailable(part, "it is away")
