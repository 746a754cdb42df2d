"""What is kept of patrols, in memory, as store/patrols keeps it in PostgreSQL."""

from dataclasses import dataclass, field
from datetime import date

from domain.patrols.coverage import Coverage, coverage_of
from domain.patrols.days import patrols_of
from domain.patrols.stops import KeptStop
from domain.policy.model import Policy
from store.patrols.days import PatrolDay
from store.patrols.patrols import PatrolAct


@dataclass
class FakePatrols:
    rows: list[KeptStop] = field(default_factory=list)

    async def on(self, policy: Policy, day: date) -> PatrolDay:
        rows = [row for row in self.rows if row.day == day]
        return PatrolDay(patrols_of(policy, day, kept=rows), rows)

    async def covered(self, policy: Policy, since: date, until: date) -> Coverage:
        rows = [row for row in self.rows if since <= row.day <= until]
        return coverage_of(policy, rows, {row.grid: row.at for row in self.rows if row.passed})

    async def keep_pass(self, stop: KeptStop, act: PatrolAct) -> bool:
        same = [r for r in self.rows if (r.patrol, r.grid) == (stop.patrol, stop.grid)]
        if not same:
            self.rows.append(stop)
        return not same
