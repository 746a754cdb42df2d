"""Follows the journal and prints each event as it happens, in the town's time."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.case.commands import ENGINE
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.events import Event
from domain.case.registration.facts import Received, Triaged
from domain.case.tiers.facts import TierRaised
from domain.sla.ladders import Late
from domain.vocabulary import Tier
from runtime.cli.output import Output
from runtime.cli.views.events import detail, headline
from store.errors import StoreUnavailable
from store.journal.journal_feed import Cursor, JournalFeed
from store.privacy.unseal import Unsealer

LOOK_EVERY_S = 0.1
_STYLES = {
    "rung_reached": "yellow",
    "deadline_missed": "red",
    "tier_raised": "bold magenta",
    "closed": "green",
    "returned": "cyan",
    "command_refused": "red",
}


@dataclass(frozen=True, slots=True)
class TownTime:
    """Town time: starts at `opens` on day 1, and runs `speed` times as fast as real time."""

    began: datetime
    opens: timedelta
    speed: int

    def at(self, instant: datetime) -> str:
        town = self.opens + (instant - self.began) * self.speed
        day, rest = divmod(town, timedelta(days=1))
        minutes = int(rest.total_seconds()) // 60
        return f"day {day + 1} {minutes // 60:02}:{minutes % 60:02}"


@dataclass
class Follower:
    """Prints and counts events. Calls `opened(case_id, complaint_id)` once per new case."""

    feed: JournalFeed
    opening: Unsealer
    tenant: str
    time: TownTime
    opened: Callable[[str, str], None]
    out: Output = field(default_factory=Output)
    tiers: dict[str, Tier] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    async def follow(self) -> None:
        """Follow until cancelled; ask again where a busy database does not answer in time."""
        cursor = Cursor()
        while True:
            try:
                rows = await self.feed.after(cursor)
                events = await self.opening.rows(self.tenant, [row.body for row in rows])
            except StoreUnavailable:
                await asyncio.sleep(LOOK_EVERY_S)
                continue
            for row, event in zip(rows, events, strict=True):
                self._tell(row.case_id, event)
                cursor = row.cursor
            if not rows:
                await asyncio.sleep(LOOK_EVERY_S)

    def _tell(self, case_id: str, event: Event) -> None:
        self._count(case_id, event)
        if isinstance(event.fact, Triaged) and event.actor == ENGINE:
            return  # every line has the tier anyway
        self.out.print(
            (f"{self.time.at(event.at)}  ", "dim"),
            (f"{case_id[:5]}  ", "bold"),
            (f"{self.tiers.get(case_id, '-'):<9}  ", "blue"),
            (f"{headline(event)}  ", _STYLES.get(event.fact.kind, "")),
            detail(event, self.time.at),
        )

    def _count(self, case_id: str, event: Event) -> None:
        self.counts["rows"] += 1
        match event.fact:
            case Received(plan=plan):
                self.tiers[case_id] = plan.tier
                self.opened(case_id, plan.complaint.complaint_id)
            case Triaged(tier=tier) | TierRaised(to=tier):
                self.tiers[case_id] = tier
            case RungReached(outcome=Late.FIRE, level=level):
                self.counts[f"L{level}"] += 1
            case DeadlineMissed():
                self.counts["missed"] += 1
            case _:
                pass
        self.counts[event.fact.kind] += 1
