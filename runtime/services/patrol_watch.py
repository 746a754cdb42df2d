"""Journals what no patrol has passed, as soon as the patrol has closed: one row for each grid."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from consumers.pausing import stopped_within
from domain.patrols.routes import days_of, versions_of
from domain.policy.model import Policy
from runtime.metrics import PATROL_MISSES
from store.errors import StoreUnavailable
from store.patrols.days import patrols_on
from store.patrols.patrols import PostgresPatrols

log = structlog.stdlib.get_logger()

LOOK_S = 15.0
"""Seconds between two looks; a miss is journaled so much later at most."""
_AGAIN = timedelta(days=1)
"""What was journaled until then is looked through again: the clocks of two machines may differ."""


@dataclass
class PatrolWatch:
    """Watches the patrols of every tenant. Several processes may: each miss has one row.

    A tenant is watched from the moment at which a program first does so, and each schedule from
    the moment at which one first sees it as it is. After an outage what closed meanwhile is
    journaled then, by the schedules of that moment.
    """

    policies: Mapping[str, Policy]
    patrols: PostgresPatrols
    now: Callable[[], datetime]

    async def look(self) -> int:
        """Journal all misses until now; return how many. Raises StoreUnavailable."""
        return sum([await self._look_at(each) for each in [*self.policies.values()] if each.grids])

    async def run(self, stop: asyncio.Event) -> None:
        """Look again and again until asked to stop."""
        while not stop.is_set():
            try:
                await self.look()
            except StoreUnavailable as error:
                log.warning("patrols.waiting", detail=str(error))
            await stopped_within(stop, LOOK_S)

    async def _look_at(self, policy: Policy) -> int:
        now, tenant = self.now(), policy.tenant
        begins, until = await self.patrols.watched(tenant, versions_of(policy), now)
        since, number = max(begins, until - _AGAIN), 0
        for day in days_of(policy, since - _AGAIN, now):
            found = await patrols_on(self.patrols, policy, day)
            for misses in found.misses(since, now):
                number += await self.patrols.keep_misses(tenant, misses, now)
        if number:
            PATROL_MISSES.labels(tenant).inc(number)
            log.info("patrols.missed", tenant=tenant, grids=number)
        await self.patrols.watched_until(tenant, now)
        return number
