"""What `/health` of the console measures: servers, leaders, and what waits."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.desk.oversight_ports import HealthState, WorkLeader
from console.health import Check
from store.connection import Database
from store.journal.checkpoints import LEASE, PostgresCheckpoints
from store.journal.leases import Leases
from store.journal.outbox import CASE_EVENTS, Outbox
from store.notifications.deliveries import NOTICES, Deliveries
from store.processes import PostgresProcesses

PARKED = """
SELECT count(*), count(*) FILTER (WHERE p.until < now()) FROM sanban.parked p
JOIN sanban.intake_ledger l USING (cluster, topic, topic_id, partition, at_offset)
WHERE l.outcome = 'parked'
"""
NOW = "SELECT now()"
WORK = {CASE_EVENTS: "relay", NOTICES: "notify", LEASE: "checkpoints"}
"""Lease -> the process that does the work."""


@dataclass(frozen=True)
class MeasuredHealth:
    """Implements console.desk.oversight_ports.HealthMeasures. `checks`: of servers, by name.

    `unaddressed` counts the people without an address, by tenant.
    """

    database: Database
    checks: Mapping[str, Check]
    unaddressed: Callable[[], Mapping[str, int]] | None = None
    services: tuple[str, ...] = ()

    async def state(self) -> HealthState:
        whys = await asyncio.gather(*(check() for check in self.checks.values()))
        leaders = [await self._leader(lease, work) for lease, work in WORK.items()]
        lag = await Outbox(self.database).lag()
        [(now,)] = await self.database.fetch(NOW)
        notices, late = await Deliveries(self.database).backlog(now)
        unsigned = await PostgresCheckpoints(self.database).lag()
        [(parked, over)] = await self.database.fetch(PARKED)
        return HealthState(
            servers=dict(zip(self.checks, whys, strict=True)),
            leaders=tuple(leaders),
            relay_lag_s=lag.seconds,
            relay_held=lag.held,
            notices=notices,
            notices_late_s=late,
            unsigned_rows=unsigned.rows,
            unsigned_s=unsigned.seconds,
            parked=parked,
            parked_over=over,
            unaddressed=self.unaddressed() if self.unaddressed else None,
            services=self.services,
            processes=tuple(await PostgresProcesses(self.database).listed()),
        )

    async def _leader(self, lease: str, work: str) -> WorkLeader:
        seen = await Leases(self.database, lease).seen()
        return WorkLeader(work, seen.holder or "", seen.holds or seen.is_older, seen.silent_s)
