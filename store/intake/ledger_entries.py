"""Reads the ledger of intake: the outcome of one record, and pages of outcomes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import sql
from psycopg.rows import args_row

from schemas.intake import Letter, Outcome, Position, RecordDecision, RejectReason
from store.connection import Database
from store.intake.identities import columns, place_of

COLUMNS = sql.SQL("""
l.number, l.settled_at, l.record_key, l.digest, p.parked_at, p.until,
l.letter_topic, l.letter_partition, l.letter_offset,
l.cluster, l.topic, l.topic_id, l.partition, l.at_offset,
l.outcome, l.reason, l.detail, l.tenant, l.source, l.event_id, l.case_id
""")
ENTRIES = sql.SQL("""
SELECT {columns} FROM sanban.intake_ledger l
LEFT JOIN sanban.parked p USING (cluster, topic, topic_id, partition, at_offset)
WHERE {conditions}
""")
NEWEST = sql.SQL("{entries} ORDER BY l.number DESC LIMIT %(limit)s")
COUNTS = sql.SQL(
    "SELECT l.outcome, count(*) FROM sanban.intake_ledger l WHERE {conditions} GROUP BY l.outcome"
)
BY_SOURCE = sql.SQL("""
SELECT coalesce(l.source, ''), l.outcome, count(*) FROM sanban.intake_ledger l WHERE {conditions}
GROUP BY 1, 2 ORDER BY 1, 2
""")
# Every topic in the ledger, found by skipping through the primary key (a loose index scan).
TOPICS = """
WITH RECURSIVE topics AS (
    (SELECT cluster, topic, topic_id FROM sanban.intake_ledger
     ORDER BY cluster, topic, topic_id LIMIT 1)
    UNION ALL
    SELECT n.* FROM topics t CROSS JOIN LATERAL (
        SELECT cluster, topic, topic_id FROM sanban.intake_ledger l
        WHERE (l.cluster, l.topic, l.topic_id) > (t.cluster, t.topic, t.topic_id)
        ORDER BY cluster, topic, topic_id LIMIT 1
    ) n
)
SELECT cluster, topic, topic_id FROM topics
"""

OF_EVENTS = """
SELECT l.source, l.event_id, l.topic, l.partition, l.at_offset, l.number,
    l.outcome, l.reason, l.detail
FROM sanban.intake_ledger l
JOIN unnest(%s::text[], %s::text[]) AS asked (source, event_id) USING (source, event_id)
"""

EVERY = sql.SQL("true")
AT = sql.SQL("""
(l.cluster, l.topic, l.topic_id, l.partition, l.at_offset)
    = (%(cluster)s, %(topic)s, %(topic_id)s, %(partition)s, %(offset)s)
""")
# Left out if all outcomes are wanted, so that a full list has no condition.
OUTCOMES = sql.SQL("l.outcome = ANY(%(outcomes)s)")
REASON = sql.SQL("l.reason = %(reason)s")
TENANT = sql.SQL("l.tenant = %(tenant)s")
SOURCE = sql.SQL("l.source = %(source)s")
# Records that name no tenant, or one that is not served here, belong to all.
NOT_OF = sql.SQL("(l.tenant IS NULL OR l.tenant <> ALL(%(not_of)s))")
EVENT = sql.SQL("l.event_id = %(event_id)s")
CASE = sql.SQL("l.case_id = %(case_id)s")
NUMBERS = sql.SQL("l.number = ANY(%(numbers)s)")
SINCE = sql.SQL("l.settled_at >= %(since)s")
UNTIL = sql.SQL("l.settled_at < %(until)s")
BEFORE = sql.SQL("l.number < %(before)s")
# People name a topic alone, and the key of the ledger begins with cluster and topic id as well.
TOPIC = sql.SQL("""
(l.cluster, l.topic, l.topic_id) IN (
    SELECT * FROM unnest(%(clusters)s::text[], %(topics)s::text[], %(topic_ids)s::text[])
)
""")
PARTITION = sql.SQL("l.partition = %(partition)s")
OFFSET = sql.SQL("l.at_offset = %(offset)s")


@dataclass(frozen=True, slots=True)
class Entry:
    """The outcome of one record. `number` grows with time; pages continue from it.

    `waits` is the code of what a parked record waits for, `until` when that wait ends. `parked_at`
    is None if a record is parked and its bytes were not kept.
    """

    number: int
    settled_at: datetime
    key: bytes | None
    digest: str
    decision: RecordDecision
    waits: str | None = None
    parked_at: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Conditions of a page; None or () leaves a field open.

    `not_of`: tenants whose records are left out.
    `since` and `until` bound the instant of the outcome. `reason` is the code of a rejection, or of
    what a parked record waits for.
    """

    outcomes: Sequence[Outcome] = ()
    reason: str | None = None
    tenant: str | None = None
    not_of: Sequence[str] = ()
    source: str | None = None
    event_id: str | None = None
    case_id: str | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    numbers: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class EventEntry:
    """Which record of an event has an outcome, the number of that, and what the receipt says."""

    source: str
    event_id: str
    topic: str
    partition: int
    offset: int
    number: int
    outcome: str = Outcome.ACCEPTED
    reason: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class PostgresLedgerEntries:
    database: Database

    async def of_events(self, events: Collection[tuple[str, str]]) -> list[EventEntry]:
        """Return every outcome of these events, source and id each. Raises StoreUnavailable."""
        if not events:
            return []
        asked = columns(sorted(events))
        return await self.database.fetch_as(args_row(EventEntry), OF_EVENTS, asked)

    async def counts(self, wanted: LedgerFilter | None = None) -> dict[Outcome, int]:
        conditions, params = await self.narrowed(wanted or LedgerFilter())
        query = COUNTS.format(conditions=_all_of(conditions))
        found = dict(await self.database.fetch(query, params))
        return {outcome: found.get(outcome, 0) for outcome in Outcome}

    async def by_source(self, wanted: LedgerFilter) -> dict[str, dict[Outcome, int]]:
        """Return source -> outcome -> how many; "" for records that name no source."""
        conditions, params = await self.narrowed(wanted)
        query = BY_SOURCE.format(conditions=_all_of(conditions))
        found: dict[str, dict[Outcome, int]] = {}
        for source, outcome, number in await self.database.fetch(query, params):
            found.setdefault(source, {})[Outcome(outcome)] = number
        return found

    async def at(self, position: Position) -> Entry | None:
        cluster, topic, topic_id, partition, offset = place_of(position)
        place = {
            "cluster": cluster,
            "topic": topic,
            "topic_id": topic_id,
            "partition": partition,
            "offset": offset,
        }
        query = ENTRIES.format(columns=COLUMNS, conditions=AT)
        found = await self.database.fetch_as(args_row(entry), query, place)
        return found[0] if found else None

    async def newest(
        self,
        outcomes: Sequence[Outcome] = tuple(Outcome),
        *,
        limit: int = 50,
        before: int | None = None,
    ) -> list[Entry]:
        """Return entries, the latest first; `before` is the number of the last entry seen."""
        return await self.page(LedgerFilter(outcomes), limit=limit, before=before)

    async def page(
        self, wanted: LedgerFilter, *, limit: int = 50, before: int | None = None
    ) -> list[Entry]:
        """Return entries, the latest first; `before` is the number of the last entry seen."""
        query, params = await self.question(wanted, limit=limit, before=before)
        return await self.database.fetch_as(args_row(entry), query, params)

    async def question(
        self, wanted: LedgerFilter, *, limit: int, before: int | None = None
    ) -> tuple[sql.Composed, dict[str, object]]:
        """Return the statement of a page and its parameters."""
        conditions, params = await self.narrowed(wanted, before)
        entries = ENTRIES.format(columns=COLUMNS, conditions=_all_of(conditions))
        return NEWEST.format(entries=entries), params | {"limit": limit}

    async def narrowed(
        self, wanted: LedgerFilter, before: int | None = None
    ) -> tuple[list[sql.Composable], dict[str, object]]:
        """Return conditions on the table alias `l`, and their parameters."""
        conditions, params = _conditions(wanted, before)
        if wanted.topic is not None:
            known = [each for each in await self.topics() if each[1] == wanted.topic]
            names = columns(known) if known else [[], [], []]
            params |= dict(zip(("clusters", "topics", "topic_ids"), names, strict=True))
            conditions.append(TOPIC)
        return conditions, params

    async def topics(self) -> list[tuple[str, str, str]]:
        """Return cluster, name and id of every topic that the ledger has records of."""
        return [(cluster, *names) for cluster, *names in await self.database.fetch(TOPICS)]


def _conditions(
    wanted: LedgerFilter, before: int | None
) -> tuple[list[sql.Composable], dict[str, object]]:
    outcomes = {outcome.value for outcome in wanted.outcomes}
    chosen: dict[str, tuple[sql.Composable, object]] = {
        "outcomes": (OUTCOMES, sorted(outcomes) if 0 < len(outcomes) < len(Outcome) else None),
        "reason": (REASON, wanted.reason),
        "tenant": (TENANT, wanted.tenant),
        "not_of": (NOT_OF, list(wanted.not_of) or None),
        "source": (SOURCE, wanted.source),
        "event_id": (EVENT, wanted.event_id),
        "case_id": (CASE, wanted.case_id),
        "partition": (PARTITION, wanted.partition),
        "offset": (OFFSET, wanted.offset),
        "since": (SINCE, wanted.since and wanted.since.astimezone(UTC)),
        "until": (UNTIL, wanted.until and wanted.until.astimezone(UTC)),
        "numbers": (NUMBERS, list(wanted.numbers) or None),
        "before": (BEFORE, before),
    }
    given = {name: each for name, each in chosen.items() if each[1] is not None}
    return (
        [condition for condition, _ in given.values()] or [EVERY],
        {name: value for name, (_, value) in given.items()},
    )


def _all_of(conditions: list[sql.Composable]) -> sql.Composed:
    return sql.SQL(" AND ").join(conditions)


def entry(number: int, settled_at: datetime, key: bytes | None, digest: str, *rest: Any) -> Entry:
    """Build an entry from the columns of COLUMNS."""
    parked_at, until, *letter = rest[:5]
    cluster, topic, topic_id, partition, offset = rest[5:10]
    outcome, reason, detail, tenant, source, event_id, case_id = rest[10:]
    is_parked = outcome == Outcome.PARKED
    return Entry(
        number,
        settled_at,
        key,
        digest,
        RecordDecision(
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
        parked_at=parked_at if is_parked else None,
        until=until if is_parked else None,
    )
