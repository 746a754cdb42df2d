"""What the page of patrols shows, from the database."""

from dataclasses import dataclass
from datetime import date

from domain.patrols.coverage import Coverage, coverage_of
from domain.patrols.stops import KeptStop
from domain.policy.model import Policy
from store.connection import Database
from store.patrols.days import PatrolDay, patrols_on
from store.patrols.patrols import PatrolAct, PostgresPatrols


@dataclass(frozen=True)
class KeptPatrols:
    """Implements console.desk.patrol_ports.Patrols."""

    database: Database

    @property
    def _kept(self) -> PostgresPatrols:
        return PostgresPatrols(self.database)

    async def on(self, policy: Policy, day: date) -> PatrolDay:
        return await patrols_on(self._kept, policy, day)

    async def covered(self, policy: Policy, since: date, until: date) -> Coverage:
        rows = await self._kept.kept(policy.tenant, since, until)
        return coverage_of(policy, rows, await self._kept.last_passes(policy.tenant))

    async def keep_pass(self, stop: KeptStop, act: PatrolAct) -> bool:
        return await self._kept.keep_pass(stop, act)
