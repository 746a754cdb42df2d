"""The queries of `sanban reconcile`: in stretches, so that no snapshot is held for long.

They prove nothing alone: what is missing here is looked up at the broker and in Temporal
(runtime/jobs/reconcile).
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg.rows import args_row, class_row

from domain.vocabulary import FINAL_STAGES
from schemas.intake import TAKEN, Claim, Position
from store.connection import Database
from store.intake.identities import identity_of, place_of

Span = tuple[int, int]
"""Offsets from the first one up to before the second."""

# Answered from the primary key alone.
HOLES = """
SELECT before + 1, at_offset FROM (
    SELECT at_offset, lag(at_offset, 1, %(start)s - 1) OVER (ORDER BY at_offset) AS before
    FROM sanban.intake_ledger
    WHERE (cluster, topic, topic_id) = (%(cluster)s, %(topic)s, %(topic_id)s)
        AND partition = %(partition)s AND at_offset >= %(start)s AND at_offset < %(stop)s
) decided WHERE at_offset > before + 1 ORDER BY 1
"""
DECIDED = """
SELECT count(*), max(at_offset) FROM sanban.intake_ledger
WHERE (cluster, topic, topic_id) = (%(cluster)s, %(topic)s, %(topic_id)s)
    AND partition = %(partition)s AND at_offset >= %(start)s AND at_offset < %(stop)s
"""
LAST_NUMBER = "SELECT coalesce(max(number), 0) FROM sanban.intake_ledger"
TAKEN_UNJOURNALED = """
SELECT tenant, case_id, min(number) FROM sanban.intake_ledger l
WHERE number > %s AND number <= %s AND outcome = ANY(%s) AND case_id IS NOT NULL
    AND NOT EXISTS (SELECT FROM sanban.journal_heads h WHERE h.case_id = l.case_id)
GROUP BY tenant, case_id ORDER BY 3
"""
TAKEN_IN = """
SELECT count(*) FROM sanban.intake_ledger WHERE number > %s AND number <= %s AND outcome = ANY(%s)
"""
FILED_AT = """
SELECT cluster, topic, topic_id, partition, at_offset FROM sanban.identities
WHERE case_id = %s AND tenant = %s AND kind = 'filed' AND state <> 'rejected'
"""
DIGEST = """
SELECT digest FROM sanban.intake_ledger
WHERE (cluster, topic, topic_id, partition, at_offset) = (%s, %s, %s, %s, %s)
"""
OPEN_CASES = """
SELECT case_id, tenant, stage FROM sanban.cases
WHERE case_id > %s AND stage <> ALL(%s) ORDER BY case_id LIMIT %s
"""
STAGE = "SELECT stage FROM sanban.cases WHERE case_id = %s"
JOURNALED = "SELECT case_id FROM sanban.journal_heads WHERE case_id = ANY(%s)"
HELD = """
SELECT i.tenant, i.source, i.event_id, i.digest, i.case_id, i.kind, i.complaint_id, i.held_at,
       cluster, topic, topic_id, partition, at_offset
FROM sanban.identities i
LEFT JOIN sanban.intake_ledger l USING (cluster, topic, topic_id, partition, at_offset)
WHERE i.state = 'held' AND i.held_at < now() - %s AND l.number IS NULL
ORDER BY i.held_at, i.tenant, i.source, i.event_id LIMIT %s
"""
FREE = """
UPDATE sanban.identities SET state = 'rejected'
WHERE (tenant, source, event_id) = (%s, %s, %s) AND state = 'held'
    AND (cluster, topic, topic_id, partition, at_offset) = (%s, %s, %s, %s, %s)
RETURNING 1
"""
OVERDUE = """
SELECT wait, until, cluster, topic, topic_id, partition, at_offset FROM sanban.parked p
JOIN sanban.intake_ledger l USING (cluster, topic, topic_id, partition, at_offset)
WHERE l.outcome = 'parked' AND until < now() - %s ORDER BY until LIMIT %s
"""
NOT_KEPT = """
SELECT cluster, topic, topic_id, partition, at_offset FROM sanban.intake_ledger l
WHERE outcome = 'parked' AND NOT EXISTS (
    SELECT FROM sanban.parked p
    WHERE (p.cluster, p.topic, p.topic_id, p.partition, p.at_offset)
        = (l.cluster, l.topic, l.topic_id, l.partition, l.at_offset)
)
ORDER BY number LIMIT %s
"""

_OFFSETS_AT_A_TIME = 500_000
_NUMBERS_AT_A_TIME = 200_000
_CASES_AT_A_TIME = 200
_LISTED = 1000

_TAKEN = sorted(outcome.value for outcome in TAKEN)
_FINAL = sorted(stage.value for stage in FINAL_STAGES)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A range of offsets: how many have an outcome in the ledger, and `holes` that have none."""

    decided: int
    holes: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class OpenCase:
    case_id: str
    tenant: str
    stage: str


@dataclass(frozen=True, slots=True)
class HeldIdentity:
    """An identity that a record without an outcome holds, by its claim."""

    claim: Claim
    held_at: datetime


@dataclass(frozen=True, slots=True)
class Overdue:
    """A parked record that is past its limit."""

    wait: str
    until: datetime
    position: Position


@dataclass(frozen=True, slots=True)
class PostgresReconciliation:
    """Queries on ledger, identities and parked records. Every method raises StoreUnavailable."""

    database: Database

    async def stretches(self, first: Position, stop: int) -> AsyncIterator[Stretch]:
        """Yield the stretches of a partition, from the offset of `first` up to before `stop`."""
        place = {
            "cluster": first.cluster,
            "topic": first.topic,
            "topic_id": first.topic_id,
            "partition": first.partition,
        }
        for start in range(first.offset, stop, _OFFSETS_AT_A_TIME):
            end = min(start + _OFFSETS_AT_A_TIME, stop)
            span = place | {"start": start, "stop": end}
            holes = [(begin, after) for begin, after in await self.database.fetch(HOLES, span)]
            [(decided, last)] = await self.database.fetch(DECIDED, span)
            rest = start if last is None else last + 1
            if rest < end:
                holes.append((rest, end))
            yield Stretch(decided, tuple(holes))

    async def taken(self) -> AsyncIterator[tuple[int, list[tuple[str, str]]]]:
        """Yield how many records had an effect and which of their cases have no journal row.

        In stretches of the ledger; a case is (tenant, case id).
        """
        [(last,)] = await self.database.fetch(LAST_NUMBER)
        for start in range(0, last, _NUMBERS_AT_A_TIME):
            numbers = (start, start + _NUMBERS_AT_A_TIME, _TAKEN)
            [(count,)] = await self.database.fetch(TAKEN_IN, numbers)
            found = await self.database.fetch(TAKEN_UNJOURNALED, numbers)
            yield count, [(tenant, case_id) for tenant, case_id, _ in found]

    async def filed_at(self, tenant: str, case_id: str) -> Position | None:
        """Return the position of the complaint that became the case."""
        found = await self.database.fetch(FILED_AT, (case_id, tenant))
        return Position(*found[0]) if found else None

    async def digest(self, position: Position) -> str:
        """Return the hex sha256 of the record's value when it was decided; "" if not known."""
        found = await self.database.fetch(DIGEST, place_of(position))
        return str(found[0][0]) if found else ""

    async def open_cases(self) -> AsyncIterator[list[OpenCase]]:
        """Yield the cases that may still change, by the read model, some at a time."""
        after = ""
        while page := await self.database.fetch_as(
            class_row(OpenCase), OPEN_CASES, (after, _FINAL, _CASES_AT_A_TIME)
        ):
            yield page
            after = page[-1].case_id

    async def is_over(self, case_id: str) -> bool:
        found = await self.database.fetch(STAGE, (case_id,))
        return bool(found) and found[0][0] in _FINAL

    async def journaled(self, case_ids: Sequence[str]) -> set[str]:
        """Return those of these cases that have a journal row."""
        return {case_id for (case_id,) in await self.database.fetch(JOURNALED, (list(case_ids),))}

    async def held(self, longer_than: timedelta) -> list[HeldIdentity]:
        """Return the first thousand held for longer than this, the oldest first."""
        return await self.database.fetch_as(args_row(_held), HELD, (longer_than, _LISTED))

    async def free(self, claim: Claim) -> bool:
        """Free an identity that this claim still holds, as if its record had been rejected.

        Returns whether it did.
        """
        place = place_of(claim.position)
        return bool(await self.database.fetch(FREE, (*identity_of(claim), *place)))

    async def overdue(self, longer_than: timedelta) -> list[Overdue]:
        """Return the first thousand past their limit for longer than this, the oldest first."""
        return await self.database.fetch_as(args_row(_overdue), OVERDUE, (longer_than, _LISTED))

    async def not_kept(self) -> list[Position]:
        """Return the first thousand records that are parked in the ledger and not stored."""
        return await self.database.fetch_as(args_row(Position), NOT_KEPT, (_LISTED,))


def _held(*columns: Any) -> HeldIdentity:
    tenant, source, event_id, digest, case_id, kind, complaint_id, held_at, *place = columns
    claim = Claim(
        Position(*place),
        tenant,
        source,
        event_id,
        digest,
        case_id,
        kind=kind,
        complaint_id=complaint_id,
    )
    return HeldIdentity(claim, held_at)


def _overdue(wait: str, until: datetime, *place: Any) -> Overdue:
    return Overdue(wait, until, Position(*place))
