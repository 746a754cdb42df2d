"""Notices that wait, for people who look at them; the notifier reads by deliveries.py."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter

from domain.notifications.notices import Notice
from store.connection import Database

# Failing ones first, then those that have waited for the longest.
LISTED = """
SELECT notice, attempts, tried_at, next_at, undelivered, count(*) OVER () FROM sanban.notices
WHERE tenant = %s ORDER BY attempts = 0, at, id LIMIT %s
"""

_NOTICE = TypeAdapter(Notice)


@dataclass(frozen=True, slots=True)
class WaitingNotice:
    """A notice that waits. `undelivered`: its case has been told that it arrives late."""

    notice: Notice
    next_at: datetime
    undelivered: bool


@dataclass(frozen=True, slots=True)
class PostgresWaitingNotices:
    database: Database

    async def listed(self, tenant: str, limit: int) -> tuple[Sequence[WaitingNotice], int]:
        """Return notices of a tenant that wait, failing ones first, and how many there are.

        Raises StoreUnavailable.
        """
        rows = await self.database.fetch(LISTED, (tenant, limit))
        found = []
        for said, attempts, tried_at, next_at, late, _ in rows:
            notice = _NOTICE.validate_python(said)
            notice = replace(notice, attempts=attempts, tried_at=tried_at)
            found.append(WaitingNotice(notice, next_at, late))
        return found, int(rows[0][-1]) if rows else 0
