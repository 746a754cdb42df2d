"""What the canary finds in the database of its own case, and puts away: nothing of a town."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from schemas.canary import SOURCE, TENANT
from store.connection import Database
from store.journal.outbox import CASE_EVENTS

CASE = """
SELECT case_id FROM sanban.identities
WHERE tenant = %s AND source = %s AND event_id = %s AND state = 'accepted'
"""
ROWS = """
SELECT j.body, (j.xid, j.position) <= (o.xid, o.position)
FROM sanban.journal j CROSS JOIN sanban.outbox o
WHERE j.case_id = %s AND o.reader = %s ORDER BY j.seq
"""
OPEN = """
SELECT j.body FROM ONLY sanban.cases c JOIN sanban.journal j ON j.case_id = c.case_id AND j.seq = 1
WHERE c.tenant = %s AND c.closed_at IS NULL ORDER BY c.next_due LIMIT 20
"""
ARCHIVE = "SELECT sanban.archive_cases_of(%s, %s, 100)"


@dataclass(frozen=True, slots=True)
class CanaryCase:
    """`facts`: kind -> the fact of the first row of this kind. `told`: the relay has passed all."""

    facts: Mapping[str, Mapping[str, Any]]
    told: bool


@dataclass(frozen=True, slots=True)
class PostgresCanary:
    """Each method costs the same however many cases there are. Raises StoreUnavailable."""

    database: Database

    async def case(self, event_id: str) -> CanaryCase | None:
        """Return what became of a report; None while intake has not decided it."""
        found = await self.database.fetch(CASE, (TENANT, SOURCE, event_id))
        if not found:
            return None
        rows = await self.database.fetch(ROWS, (found[0][0], CASE_EVENTS))
        facts: dict[str, Mapping[str, Any]] = {}
        for body, _ in rows:
            fact = json.loads(bytes(body))["fact"]
            facts.setdefault(fact["kind"], fact)
        return CanaryCase(facts, bool(rows) and all(told for _, told in rows))

    async def left_open(self) -> list[str]:
        """Return the complaint ids of cases that an earlier round did not close."""
        rows = await self.database.fetch(OPEN, (TENANT,))
        plans = (json.loads(bytes(body))["fact"]["plan"] for (body,) in rows)
        return [plan["complaint"]["complaint_id"] for plan in plans]

    async def archive(self, before: datetime) -> int:
        """Put away cases that ended before; return how many. No case of a town is touched."""
        [(moved,)] = await self.database.fetch(ARCHIVE, (TENANT, before.astimezone(UTC)))
        return int(moved)
