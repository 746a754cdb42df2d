"""The ledger of intake, read: what became of a record, and of the latest ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import args_row

from schemas.intake import Decision, Letter, Outcome, Position, RejectReason
from store.connection import Database
from store.identities import place_of

COUNTS = "SELECT outcome, count(*) FROM sanban.intake_ledger GROUP BY outcome"
ENTRIES = """
SELECT number, settled_at, record_key, digest, letter_topic, letter_partition, letter_offset,
       cluster, topic, topic_id, partition, at_offset,
       outcome, reason, detail, tenant, source, event_id, case_id
FROM sanban.intake_ledger
"""
AT = f"""{ENTRIES}
WHERE (cluster, topic, topic_id, partition, at_offset) = (%s, %s, %s, %s, %s)
"""
NEWEST = f"""{ENTRIES}
WHERE outcome = ANY(%(outcomes)s) AND number < coalesce(%(before)s, 9223372036854775807)
ORDER BY number DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """A record's outcome as it was kept; `number` grows with time and pages the list.

    `waits` has the code of what a parked record waits for.
    """

    number: int
    settled_at: datetime
    key: bytes | None
    digest: str
    decision: Decision
    waits: str | None = None


@dataclass(frozen=True, slots=True)
class PostgresLedgerEntries:
    database: Database

    async def counts(self) -> dict[Outcome, int]:
        found = dict(await self.database.fetch(COUNTS))
        return {outcome: found.get(outcome, 0) for outcome in Outcome}

    async def at(self, position: Position) -> Entry | None:
        found = await self.database.fetch_as(args_row(entry), AT, place_of(position))
        return found[0] if found else None

    async def newest(
        self,
        outcomes: Sequence[Outcome] = tuple(Outcome),
        *,
        limit: int = 50,
        before: int | None = None,
    ) -> list[Entry]:
        """The last ones first; `before` is the number of the last entry seen."""
        params = {
            "outcomes": [outcome.value for outcome in outcomes],
            "before": before,
            "limit": limit,
        }
        return await self.database.fetch_as(args_row(entry), NEWEST, params)


def entry(number: int, settled_at: datetime, key: bytes | None, digest: str, *rest: Any) -> Entry:
    """From the columns of ENTRIES."""
    *letter, cluster, topic, topic_id, partition, offset = rest[:8]
    outcome, reason, detail, tenant, source, event_id, case_id = rest[8:]
    is_parked = outcome == Outcome.PARKED
    return Entry(
        number,
        settled_at,
        key,
        digest,
        Decision(
            position=Position(cluster, topic, topic_id, partition, offset),
            outcome=Outcome(outcome),
            reason=RejectReason(reason) if reason and not is_parked else None,
            detail=detail,
            tenant=tenant,
            source=source,
            event_id=event_id,
            case_id=case_id,
            letter=Letter(*letter) if letter[0] is not None else None,
        ),
        waits=reason if is_parked else None,
    )
