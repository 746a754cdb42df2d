"""The patrols of days: what the schedules say, with what people planned and what is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from domain.patrols.days import patrols_of
from domain.patrols.routes import Patrol, day_of
from domain.patrols.stops import KeptStop, Stop, misses_of, stops_of
from domain.policy.model import Policy
from store.patrols.cancellations import PostgresCancellations
from store.patrols.patrols import PatrolFinding, PostgresPatrols


@dataclass(frozen=True, slots=True)
class PatrolDay:
    """The patrols of one day, and what is kept of them."""

    patrols: Sequence[Patrol]
    kept: Sequence[KeptStop]
    findings: Sequence[PatrolFinding] = ()

    def stops(self, now: datetime) -> list[Stop]:
        """Return each grid of each patrol as it is now, in order."""
        return [stop for each in self.patrols for stop in stops_of(each, self.kept, now)]

    def patrol(self, id_: str) -> Patrol | None:
        return next((each for each in self.patrols if each.id == id_), None)

    def misses(self, since: datetime, until: datetime) -> list[tuple[KeptStop, ...]]:
        """Return, of each patrol that closed in the span, the grids that nothing is kept of."""
        closed = (each for each in self.patrols if since < each.closes <= until)
        return [misses_of(each, self.kept) for each in closed]


async def patrols_on(kept: PostgresPatrols, policy: Policy, day: date) -> PatrolDay:
    """Return the patrols of a day, of the policy as it is now. Raises StoreUnavailable."""
    tenant = policy.tenant
    planned = await kept.planned(tenant, day, day)
    known = await kept.known(tenant)
    rows = await kept.kept(tenant, day, day)
    found = await kept.findings(tenant, day, day)
    gone = await PostgresCancellations(kept.database).on(tenant, day, day)
    return PatrolDay(
        patrols_of(policy, day, planned, rows, known=known, cancelled=gone), rows, found
    )


async def day_with(kept: PostgresPatrols, policy: Policy, patrol: str) -> PatrolDay:
    """Return the day of a patrol; one without any for what is no id. Raises StoreUnavailable."""
    day = day_of(patrol)
    return await patrols_on(kept, policy, day) if day is not None else PatrolDay((), ())
