"""Who holds the identity of an event, and how each inbound record ended."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import args_row

from schemas.intake import Claim, Decision, Outcome, Position, RejectReason, Standing
from store import reporters
from store.connection import Connection, Database

# Takes what is free. The rest is locked all the same, so that it stays as it is until we are done.
HOLD = """
INSERT INTO sanban.identities AS i (
    tenant, source, event_id, digest, case_id, cluster, topic, topic_id, partition, at_offset
)
SELECT * FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[]
)
ON CONFLICT (tenant, source, event_id) DO UPDATE SET
    digest = EXCLUDED.digest, case_id = EXCLUDED.case_id, state = 'held',
    cluster = EXCLUDED.cluster, topic = EXCLUDED.topic, topic_id = EXCLUDED.topic_id,
    partition = EXCLUDED.partition, at_offset = EXCLUDED.at_offset
    WHERE i.state = 'rejected'
RETURNING tenant, source, event_id
"""
HOLDERS = """
SELECT tenant, source, event_id, digest, state, cluster, topic, topic_id, partition, at_offset
FROM sanban.identities
JOIN unnest(%s::text[], %s::text[], %s::text[]) AS asked (tenant, source, event_id)
    USING (tenant, source, event_id)
"""

# In the order in which HOLD locks, or two consumers could wait for each other.
LOCK_HELD = """
SELECT FROM sanban.identities i
JOIN unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[])
    AS said (cluster, topic, topic_id, partition, at_offset)
    USING (cluster, topic, topic_id, partition, at_offset)
ORDER BY i.tenant, i.source, i.event_id FOR UPDATE OF i
"""
# A case that exists keeps its identity: rejected frees only what was not accepted.
MARK_HELD = """
UPDATE sanban.identities i SET state = said.state
FROM unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[], %s::text[])
    AS said (cluster, topic, topic_id, partition, at_offset, state)
WHERE (i.cluster, i.topic, i.topic_id, i.partition, i.at_offset)
    = (said.cluster, said.topic, said.topic_id, said.partition, said.at_offset)
    AND i.state NOT IN (said.state, 'accepted')
"""
SETTLE = """
INSERT INTO sanban.intake_ledger AS l (
    cluster, topic, topic_id, partition, at_offset,
    outcome, reason, detail, tenant, source, event_id, case_id
)
SELECT * FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[],
    %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[]
)
ON CONFLICT (cluster, topic, topic_id, partition, at_offset) DO UPDATE SET
    outcome = EXCLUDED.outcome, reason = EXCLUDED.reason, detail = EXCLUDED.detail,
    tenant = EXCLUDED.tenant, source = EXCLUDED.source, event_id = EXCLUDED.event_id,
    case_id = EXCLUDED.case_id, settled_at = now()
    WHERE l.outcome = 'rejected' AND EXCLUDED.outcome = 'accepted'
"""

DECIDED = """
SELECT cluster, topic, topic_id, partition, at_offset, outcome
FROM sanban.intake_ledger
JOIN unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[])
    AS asked (cluster, topic, topic_id, partition, at_offset)
    USING (cluster, topic, topic_id, partition, at_offset)
"""
COUNTS = "SELECT outcome, count(*) FROM sanban.intake_ledger GROUP BY outcome"
AT = """
SELECT number, settled_at, cluster, topic, topic_id, partition, at_offset,
       outcome, reason, detail, tenant, source, event_id, case_id
FROM sanban.intake_ledger
WHERE (cluster, topic, topic_id, partition, at_offset) = (%s, %s, %s, %s, %s)
"""
NEWEST = """
SELECT number, settled_at, cluster, topic, topic_id, partition, at_offset,
       outcome, reason, detail, tenant, source, event_id, case_id
FROM sanban.intake_ledger
WHERE outcome = ANY(%(outcomes)s) AND number < coalesce(%(before)s, 9223372036854775807)
ORDER BY number DESC LIMIT %(limit)s
"""

Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A record's outcome as it was kept; `number` grows with time and pages the list."""

    number: int
    settled_at: datetime
    decision: Decision


@dataclass(frozen=True, slots=True)
class PostgresLedger:
    """Keeps the promises of consumers.ports.Ledger and CommandLedger."""

    database: Database

    async def reserve(self, claims: Sequence[Claim]) -> list[Standing]:
        first: dict[Identity, Claim] = {}
        for claim in claims:
            first.setdefault(_identity(claim), claim)
        # In one order everywhere: two consumers with the same events must not deadlock.
        asked = dict(sorted(first.items()))

        async def work(connection: Connection) -> list[Standing]:
            cursor = await connection.execute(HOLD, _columns(map(_claim_row, asked.values())))
            mine = {asked[identity] for identity in await cursor.fetchall()}
            await reporters.keep(connection, mine)
            others = [identity for identity in asked if asked[identity] not in mine]
            holders = await _holders(connection, others) if others else {}
            return [_standing(claim, asked, holders) for claim in claims]

        return await self.database.run_in_transaction(work) if claims else []

    async def settle(self, decisions: Sequence[Decision]) -> None:
        layers = _layers(decisions)

        async def work(connection: Connection) -> None:
            for layer in layers:
                await _settle(connection, layer)

        if layers:
            await self.database.run_in_transaction(work)

    async def decided(self, positions: Sequence[Position]) -> dict[Position, Outcome]:
        if not positions:
            return {}
        found = await self.database.fetch(DECIDED, _columns(map(_place, positions)))
        return {Position(*place): Outcome(outcome) for *place, outcome in found}

    async def counts(self) -> dict[Outcome, int]:
        found = dict(await self.database.fetch(COUNTS))
        return {outcome: found.get(outcome, 0) for outcome in Outcome}

    async def at(self, position: Position) -> Entry | None:
        found = await self.database.fetch_as(args_row(_entry), AT, _place(position))
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
        return await self.database.fetch_as(args_row(_entry), NEWEST, params)


async def _settle(connection: Connection, decisions: Sequence[Decision]) -> None:
    marks = [
        (*_place(decision.position), decision.outcome.value)
        for decision in decisions
        if decision.outcome in (Outcome.ACCEPTED, Outcome.REJECTED)
    ]
    if marks:
        columns = _columns(marks)
        await connection.execute(LOCK_HELD, columns[:5])
        await connection.execute(MARK_HELD, columns)
    rows = sorted(map(_decision_row, decisions), key=lambda row: row[:5])
    await connection.execute(SETTLE, _columns(rows))


def _layers(decisions: Sequence[Decision]) -> list[list[Decision]]:
    """One after the other, each with a position at most once: in practice a single one."""
    layers: list[dict[Position, Decision]] = []
    for decision in decisions:
        for layer in layers:
            if layer.setdefault(decision.position, decision) is decision:
                break
        else:
            layers.append({decision.position: decision})
    return [list(layer.values()) for layer in layers]


async def _holders(
    connection: Connection, identities: Sequence[Identity]
) -> Mapping[Identity, tuple[str, str, Position]]:
    """Digest, state and position of whoever holds each identity."""
    cursor = await connection.execute(HOLDERS, _columns(identities))
    return {
        (tenant, source, event_id): (digest, state, Position(*place))
        for tenant, source, event_id, digest, state, *place in await cursor.fetchall()
    }


def _standing(
    claim: Claim,
    asked: Mapping[Identity, Claim],
    holders: Mapping[Identity, tuple[str, str, Position]],
) -> Standing:
    identity = _identity(claim)
    first = asked[identity]
    digest, state, position = holders.get(identity, (first.digest, "held", first.position))
    if position == claim.position:
        return Standing.ACCEPTED if state == Outcome.ACCEPTED else Standing.MINE
    return Standing.DUPLICATE if digest == claim.digest else Standing.CONFLICT


def _identity(claim: Claim) -> Identity:
    return (claim.tenant, claim.source, claim.event_id)


def _place(position: Position) -> tuple[str, str, str, int, int]:
    return (
        position.cluster,
        position.topic,
        position.topic_id,
        position.partition,
        position.offset,
    )


def _claim_row(claim: Claim) -> tuple[object, ...]:
    return (*_identity(claim), claim.digest, claim.case_id, *_place(claim.position))


def _decision_row(decision: Decision) -> tuple[Any, ...]:
    return (
        *_place(decision.position),
        decision.outcome.value,
        decision.reason and decision.reason.value,
        decision.detail,
        decision.tenant,
        decision.source,
        decision.event_id,
        decision.case_id,
    )


def _columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _entry(number: int, settled_at: datetime, *columns: Any) -> Entry:
    *place, outcome, reason, detail, tenant, source, event_id, case_id = columns
    return Entry(
        number,
        settled_at,
        Decision(
            position=Position(*place),
            outcome=Outcome(outcome),
            reason=reason and RejectReason(reason),
            detail=detail,
            tenant=tenant,
            source=source,
            event_id=event_id,
            case_id=case_id,
        ),
    )
