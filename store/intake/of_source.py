"""The cases that one source reported: the list that the source may ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.vocabulary import ENDED_STAGES, Stage
from store.connection import Database

# The holder of an identity is its case; without a read-model row nothing is journaled yet.
# A merged case is as open as its leader, which the caller looks up, so both answers include it.
PAGE = """
SELECT c.case_id
FROM sanban.identities i JOIN sanban.cases c USING (case_id)
WHERE i.kind = 'filed' AND (i.tenant, i.source) = (%(tenant)s, %(source)s)
    AND i.held_at >= %(since)s AND i.held_at < %(until)s
    AND (%(categories)s::text[] IS NULL OR c.category = ANY (%(categories)s))
    AND (
        %(closed)s::bool IS NULL OR c.stage = %(merged)s
        OR (c.stage = ANY (%(ended)s)) = %(closed)s
    )
ORDER BY i.held_at DESC, c.case_id
LIMIT %(limit)s OFFSET %(skip)s
"""


@dataclass(frozen=True, slots=True)
class PostgresSourceCases:
    database: Database

    async def page(
        self,
        tenant: str,
        source: str,
        *,
        since: datetime,
        until: datetime,
        categories: Sequence[str] | None = None,
        closed: bool | None = None,
        limit: int = 50,
        skip: int = 0,
    ) -> list[str]:
        """Return the ids of cases received from `since` until before `until`, the latest first.

        None in `closed` or `categories` leaves nothing out. Raises StoreUnavailable.
        """
        params = {
            "tenant": tenant,
            "source": source,
            "since": since.astimezone(UTC),
            "until": until.astimezone(UTC),
            "categories": None if categories is None else list(categories),
            "closed": closed,
            "merged": Stage.MERGED,
            "ended": sorted(ENDED_STAGES),
            "limit": limit,
            "skip": skip,
        }
        return [case_id for (case_id,) in await self.database.fetch(PAGE, params)]
