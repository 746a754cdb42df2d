"""What the page of patrols shows, from the database."""

from dataclasses import dataclass
from datetime import date

from console.desk.patrol_ports import FindingUnsent
from domain.patrols.coverage import Coverage, coverage_of
from domain.patrols.routes import Patrol
from domain.patrols.stops import KeptStop
from domain.policy.model import Policy
from runtime.jobs.file_finding import FindingFiler
from runtime.problems import Problem
from runtime.settings import Settings
from schemas.events.findings import FoundMatter
from store.connection import Database
from store.patrols.cancellations import PostgresCancellations
from store.patrols.days import PatrolDay, patrols_on
from store.patrols.patrols import PatrolAct, PostgresPatrols


@dataclass(frozen=True)
class KeptPatrols:
    """Implements console.desk.patrol_ports.Patrols."""

    database: Database
    settings: Settings

    @property
    def _cancellations(self) -> PostgresCancellations:
        return PostgresCancellations(self.database)

    @property
    def _kept(self) -> PostgresPatrols:
        return PostgresPatrols(self.database)

    async def on(self, policy: Policy, day: date) -> PatrolDay:
        return await patrols_on(self._kept, policy, day)

    async def covered(self, policy: Policy, since: date, until: date) -> Coverage:
        rows = await self._kept.kept(policy.tenant, since, until)
        passes = await self._kept.last_passes(policy.tenant)
        gone = await self._cancellations.on(policy.tenant, since, until)
        return coverage_of(policy, rows, passes, gone)

    async def cancel(self, patrol: Patrol, act: PatrolAct) -> bool:
        return await self._cancellations.cancel(patrol, act)

    async def keep_pass(self, stop: KeptStop, act: PatrolAct) -> bool:
        return await self._kept.keep_pass(stop, act)

    async def file(
        self, policy: Policy, patrol: Patrol, found: FoundMatter, act: PatrolAct, *, another: bool
    ) -> None:
        filer = FindingFiler(self.settings, self._kept, policy, patience=None)
        try:
            # The id is that of the form, so an event of this id that differs is of this form.
            await filer.file(patrol, found, act, chosen=False, another=another)
        except Problem as error:
            raise FindingUnsent(str(error)) from error
