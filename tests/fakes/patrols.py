"""What is kept of patrols, in memory, as store/patrols keeps it in PostgreSQL."""

from dataclasses import dataclass, field
from datetime import date

from console.desk.patrol_ports import FindingUnsent
from domain.complaints import case_id_of
from domain.patrols.coverage import Coverage, coverage_of
from domain.patrols.days import patrols_of
from domain.patrols.findings import FoundBefore, OpenFinding
from domain.patrols.routes import Cancellation, Patrol
from domain.patrols.stops import KeptStop
from domain.policy.model import Policy
from schemas.events.findings import FoundMatter
from store.patrols.days import PatrolDay
from store.patrols.patrols import PatrolAct


@dataclass
class FakePatrols:
    rows: list[KeptStop] = field(default_factory=list)
    found: dict[str, FoundMatter] = field(default_factory=dict)
    cancelled: list[Cancellation] = field(default_factory=list)
    away: bool = False

    async def on(self, policy: Policy, day: date) -> PatrolDay:
        rows = [row for row in self.rows if row.day == day]
        gone = [each for each in self.cancelled if each.day == day]
        return PatrolDay(patrols_of(policy, day, kept=rows, cancelled=gone), rows)

    async def covered(self, policy: Policy, since: date, until: date) -> Coverage:
        rows = [row for row in self.rows if since <= row.day <= until]
        passes = {row.grid: row.at for row in self.rows if row.passed}
        return coverage_of(policy, rows, passes, self.cancelled)

    async def cancel(self, patrol: Patrol, act: PatrolAct) -> bool:
        said = Cancellation(patrol.id, patrol.day, act.person, act.at, act.why)
        is_new = all(each.patrol != patrol.id for each in self.cancelled)
        if is_new:
            self.cancelled.append(said)
        return is_new

    async def keep_pass(self, stop: KeptStop, act: PatrolAct) -> bool:
        same = [r for r in self.rows if (r.patrol, r.grid) == (stop.patrol, stop.grid)]
        if not same:
            self.rows.append(stop)
        return not same

    async def file(
        self, policy: Policy, patrol: Patrol, found: FoundMatter, act: PatrolAct, *, another: bool
    ) -> None:
        if self.away:
            raise FindingUnsent("no broker")
        earlier = [
            OpenFinding(case_id_of(policy.tenant, "/patrol", each.id), act.person, each.at)
            for each in self.found.values()
            if (each.grid, each.category) == (found.grid, found.category) and each.id != found.id
        ]
        if earlier and not another:
            raise FoundBefore(found.grid, found.category, earlier[-1], "10:30")
        self.found.setdefault(found.id, found)
