"""The ledger of intake: the outcome of each record, event identities, parked records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from schemas.intake import (
    Claim,
    DueRecord,
    Outcome,
    ParkingTerms,
    Position,
    Record,
    RecordDecision,
    RejectReason,
    Standing,
    Wait,
)
from store.ciphers import Wrapping
from store.connection import Connection, Database
from store.intake import identities, parked, winners
from store.intake.identities import Complaint, columns, place_of

SETTLE = """
INSERT INTO sanban.intake_ledger AS l (
    cluster, topic, topic_id, partition, at_offset,
    outcome, reason, detail, tenant, source, event_id, case_id,
    record_key, digest, letter_topic, letter_partition, letter_offset
)
SELECT * FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[],
    %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::bytea[], %s::text[], %s::text[], %s::int[], %s::bigint[]
)
ON CONFLICT (cluster, topic, topic_id, partition, at_offset) DO UPDATE SET
    outcome = EXCLUDED.outcome, reason = EXCLUDED.reason, detail = EXCLUDED.detail,
    tenant = EXCLUDED.tenant, source = EXCLUDED.source, event_id = EXCLUDED.event_id,
    case_id = EXCLUDED.case_id, settled_at = now(),
    letter_topic = EXCLUDED.letter_topic, letter_partition = EXCLUDED.letter_partition,
    letter_offset = EXCLUDED.letter_offset
    WHERE l.outcome = 'parked'
    OR l.outcome = 'rejected'
        AND EXCLUDED.outcome NOT IN ('duplicate', 'conflict', 'rejected', 'parked')
"""
DECIDED = """
SELECT l.cluster, l.topic, l.topic_id, l.partition, l.at_offset,
       outcome, reason, detail, tenant, source, event_id, case_id, queue, until
FROM sanban.intake_ledger l
JOIN unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[])
    AS asked (cluster, topic, topic_id, partition, at_offset)
    USING (cluster, topic, topic_id, partition, at_offset)
LEFT JOIN sanban.parked USING (cluster, topic, topic_id, partition, at_offset)
"""


@dataclass(frozen=True, slots=True)
class PostgresLedger:
    """Implements consumers.ports.Ledger and ParkedRecords."""

    database: Database

    async def reserve(self, claims: Sequence[Claim]) -> list[Standing]:
        async def work(connection: Connection) -> list[Standing]:
            return await identities.reserve(connection, self.database.wrapping, claims)

        return await self.database.run_in_transaction(work) if claims else []

    async def cases_of(self, complaints: Sequence[Complaint]) -> dict[Complaint, str]:
        if not complaints:
            return {}
        found = await self.database.fetch(identities.CASES, columns(complaints))
        return {(tenant, source, number): case for tenant, source, number, case in found}

    async def settle(self, decisions: Sequence[RecordDecision]) -> list[RecordDecision]:
        layers = _layers(decisions)

        async def work(connection: Connection) -> list[RecordDecision]:
            wrapping = self.database.wrapping
            settled = [await _settle(connection, wrapping, layer) for layer in layers]
            return [decision for layer in settled for decision in layer]

        return await self.database.run_in_transaction(work) if layers else []

    async def decided(self, positions: Sequence[Position]) -> dict[Position, RecordDecision]:
        if not positions:
            return {}
        found = await self.database.fetch(DECIDED, columns(map(place_of, positions)))
        return {each.position: each for each in (_decided(*row) for row in found)}

    async def waiting(self, queues: Sequence[str]) -> dict[str, list[Position]]:
        return await parked.waiting(self.database, queues)

    async def ready(self, topic: str, limit: int) -> list[DueRecord]:
        return await parked.ready(self.database, topic, limit)

    async def parked(self, topic: str) -> dict[Wait, int]:
        return await parked.counts(self.database, topic)

    async def untold(self, topic: str, limit: int) -> list[tuple[Record, RecordDecision]]:
        kept = await parked.untold(self.database, topic, limit)
        ends = await self.decided([record.position for record in kept])
        return [(record, ends[record.position]) for record in kept]

    async def release(self, positions: Sequence[Position]) -> None:
        await parked.release(self.database, positions)

    async def reread(self, topic: str) -> None:
        await parked.reread(self.database, topic)


async def _settle(
    connection: Connection, wrapping: Wrapping, decisions: Sequence[RecordDecision]
) -> list[RecordDecision]:
    decisions = await winners.mark(connection, decisions)
    rows = sorted(map(_decision_row, decisions), key=lambda row: row[:5])
    await connection.execute(SETTLE, columns(rows))
    await parked.keep(connection, wrapping, decisions)
    return decisions


def _layers(decisions: Sequence[RecordDecision]) -> list[list[RecordDecision]]:
    """Split decisions into batches that have each position once: in practice one batch.

    One INSERT ... ON CONFLICT cannot write the same row twice.
    """
    layers: list[dict[Position, RecordDecision]] = []
    for decision in decisions:
        for layer in layers:
            if layer.setdefault(decision.position, decision) is decision:
                break
        else:
            layers.append({decision.position: decision})
    return [list(layer.values()) for layer in layers]


def _decided(*row: Any) -> RecordDecision:
    *place, outcome, reason, detail, tenant, source, event_id, case_id, queue, until = row
    is_parked = outcome == Outcome.PARKED
    return RecordDecision(
        Position(*place),
        Outcome(outcome),
        RejectReason(reason) if reason and not is_parked else None,
        detail,
        tenant=tenant,
        source=source,
        event_id=event_id,
        case_id=case_id,
        hold=ParkingTerms(Wait(reason), queue or "", until) if is_parked and reason else None,
    )


def _decision_row(decision: RecordDecision) -> tuple[Any, ...]:
    record, letter = decision.record, decision.letter
    return (
        *place_of(decision.position),
        decision.outcome.value,
        decision.code,
        decision.detail,
        decision.tenant,
        decision.source,
        decision.event_id,
        decision.case_id,
        record.key if record else None,
        record.digest if record else "",
        letter.topic if letter else None,
        letter.partition if letter else None,
        letter.offset if letter else None,
    )
