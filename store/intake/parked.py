"""Parked records: kept whole and sealed, in queues, until they have an outcome that was announced.

The ledger says which of them still wait.
"""

from collections.abc import Sequence
from typing import Any

from schemas.intake import DueRecord, Position, Record, RecordDecision, Wait
from store.ciphers import Wrapping, seal_bytes, unseal_bytes
from store.connection import Connection, Database
from store.intake.identities import columns, place_of
from store.privacy import keys
from store.privacy.keys import Ref

MOST_BYTES = 8 << 20
"""How many bytes of sealed values one look takes into memory; one record always fits."""

# Only if the ledger says parked: an earlier outcome stays.
KEEP = """
INSERT INTO sanban.parked AS p (
    cluster, topic, topic_id, partition, at_offset,
    wait, queue, until, record_key, value, names, contents, timestamp_ms, sealed, next_at
)
SELECT g.*, true, CASE g.wait WHEN 'newer_version' THEN timestamptz 'infinity'
                        WHEN 'case_silent' THEN now() + interval '15 seconds' ELSE now() END
FROM (VALUES (
    %s::text, %s::text, %s::text, %s::int, %s::bigint, %s::text, %s::text,
    %s::timestamptz, %s::bytea, %s::bytea, %s::bytea[], %s::bytea[], %s::bigint
)) AS g (
    cluster, topic, topic_id, partition, at_offset,
    wait, queue, until, record_key, value, names, contents, timestamp_ms
)
JOIN sanban.intake_ledger l USING (cluster, topic, topic_id, partition, at_offset)
WHERE l.outcome = 'parked'
ON CONFLICT (cluster, topic, topic_id, partition, at_offset) DO UPDATE SET
    wait = EXCLUDED.wait,
    -- An attempt has just failed: no other one within five seconds.
    next_at = greatest(EXCLUDED.next_at, now() + interval '5 seconds')
"""
RELEASE = """
DELETE FROM sanban.parked p
USING unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[])
    AS said (cluster, topic, topic_id, partition, at_offset)
WHERE (p.cluster, p.topic, p.topic_id, p.partition, p.at_offset)
    = (said.cluster, said.topic, said.topic_id, said.partition, said.at_offset)
RETURNING p.cluster, p.topic, p.topic_id, p.partition, p.at_offset
"""
IS_KEPT = """
SELECT FROM sanban.parked
WHERE (cluster, topic, topic_id, partition, at_offset) = (%s, %s, %s, %s, %s)
"""
DROP_KEYS = "SELECT sanban.parked_keys_drop(%s)"
WAITING = """
SELECT queue, cluster, topic, topic_id, partition, at_offset
FROM sanban.parked p
JOIN sanban.intake_ledger l USING (cluster, topic, topic_id, partition, at_offset)
WHERE queue = ANY(%s) AND l.outcome = 'parked' ORDER BY queue, p.number
"""
# If the first record of a queue is ready, the whole queue is, in its order.
READY = """
WITH heads AS (
    SELECT DISTINCT ON (queue) queue, wait, until, next_at
    FROM sanban.parked p
    JOIN sanban.intake_ledger l USING (cluster, topic, topic_id, partition, at_offset)
    WHERE topic = %(topic)s AND l.outcome = 'parked' ORDER BY queue, p.number
), going AS (
    SELECT queue FROM heads h
    WHERE until <= now() OR next_at <= now() AND CASE wait
        WHEN 'before_complaint' THEN EXISTS (
            SELECT FROM sanban.identities i
            WHERE kind = 'filed' AND state <> 'rejected'
            AND (i.tenant, i.source, i.complaint_id)
                = (h.queue::json ->> 0, h.queue::json ->> 1, h.queue::json ->> 2)
        )
        WHEN 'before_case' THEN EXISTS (
            SELECT FROM sanban.journal_heads j WHERE j.case_id = h.queue::json ->> 1
        )
        ELSE true END
)
SELECT until <= now(), sealed, timestamp_ms, record_key, value, names, contents,
       cluster, topic, topic_id, partition, at_offset
FROM (
    SELECT p.*, sum(octet_length(value)) OVER (ORDER BY p.number ROWS BETWEEN
        UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM sanban.parked p JOIN going USING (queue)
    JOIN sanban.intake_ledger l USING (cluster, topic, topic_id, partition, at_offset)
    WHERE topic = %(topic)s AND l.outcome = 'parked'
) p
WHERE coalesce(before, 0) < %(bytes)s ORDER BY number LIMIT %(limit)s
"""
# Records with an outcome whose announcement may be missing, because a process died before it.
UNTOLD = """
SELECT until <= now(), sealed, timestamp_ms, record_key, value, names, contents,
       cluster, topic, topic_id, partition, at_offset
FROM (
    SELECT p.*, sum(octet_length(value)) OVER (ORDER BY p.number ROWS BETWEEN
        UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM sanban.parked p
    JOIN sanban.intake_ledger l USING (cluster, topic, topic_id, partition, at_offset)
    WHERE topic = %(topic)s AND l.outcome <> 'parked'
) p
WHERE coalesce(before, 0) < %(bytes)s ORDER BY number LIMIT %(limit)s
"""
COUNTS = """
SELECT wait, count(*)
FROM sanban.parked p
JOIN sanban.intake_ledger l USING (cluster, topic, topic_id, partition, at_offset)
WHERE topic = %s AND l.outcome = 'parked' GROUP BY wait
"""
REREAD = """
UPDATE sanban.parked SET next_at = now() WHERE topic = %s AND wait = 'newer_version'
"""


async def keep(
    connection: Connection, wrapping: Wrapping, decisions: Sequence[RecordDecision]
) -> None:
    """Store the records that these decisions park, each sealed with a key of its own."""
    for decision in decisions:
        if decision.hold is not None and decision.record is not None:
            ref = _key_of(decision.position)
            key = (await keys.hold(connection, wrapping, {ref: None}))[ref]
            if key is None:
                raise RuntimeError(f"the key of {ref[1]} was destroyed while it waits")
            cursor = await connection.execute(KEEP, _row(decision, decision.record, key))
            if not cursor.rowcount and not await _is_kept(connection, decision.position):
                await _drop_keys(connection, [decision.position])  # it had another outcome before


async def _is_kept(connection: Connection, position: Position) -> bool:
    cursor = await connection.execute(IS_KEPT, place_of(position))
    return cursor.rowcount > 0


async def _drop_keys(connection: Connection, positions: Sequence[Position]) -> None:
    await connection.execute(DROP_KEYS, ([_key_of(each)[1] for each in positions],))


def _key_of(position: Position) -> Ref:
    """Return tenant and name of the key of a parked record. No town has the tenant "" of it."""
    return "", "/".join(map(str, place_of(position)))


async def waiting(database: Database, queues: Sequence[str]) -> dict[str, list[Position]]:
    """Return what is parked in each of these queues, in order, without empty queues."""
    found: dict[str, list[Position]] = {}
    if queues:
        for queue, *place in await database.fetch(WAITING, (list(queues),)):
            found.setdefault(queue, []).append(Position(*place))
    return found


async def ready(database: Database, topic: str, limit: int) -> list[DueRecord]:
    """Return parked records of the topic that are ready, in the order in which they were parked.

    The last one is the one that passes MOST_BYTES together with those before it.
    """
    rows = await database.fetch(READY, _bounds(topic, limit))
    return await _unsealed(database, rows)


async def _unsealed(database: Database, rows: Sequence[Sequence[Any]]) -> list[DueRecord]:
    places = [Position(*row[7:]) for row in rows]

    async def work(connection: Connection) -> dict[Ref, bytes | None]:
        return await keys.read(connection, database.wrapping, map(_key_of, places))

    found = await database.run(work) if rows else {}
    # A record without its key was released by another process between the two queries.
    return [
        _waiting(found.get(_key_of(at)), at, *row[:7])
        for row, at in zip(rows, places, strict=True)
        if not row[1] or _key_of(at) in found
    ]


async def untold(database: Database, topic: str, limit: int) -> list[Record]:
    """Return records of the topic that are still kept although they have an outcome.

    Bounded as `ready` is.
    """
    rows = await database.fetch(UNTOLD, _bounds(topic, limit))
    return [each.record for each in await _unsealed(database, rows)]


def _bounds(topic: str, limit: int) -> dict[str, str | int]:
    return {"topic": topic, "limit": limit, "bytes": MOST_BYTES}


async def release(database: Database, positions: Sequence[Position]) -> None:
    """Delete those of these records that are kept, with their keys; most records never were."""

    async def work(connection: Connection) -> None:
        cursor = await connection.execute(RELEASE, columns(sorted(map(place_of, positions))))
        if released := [Position(*row) for row in await cursor.fetchall()]:
            await _drop_keys(connection, released)

    if positions:
        await database.run_in_transaction(work)


async def counts(database: Database, topic: str) -> dict[Wait, int]:
    return {Wait(wait): number for wait, number in await database.fetch(COUNTS, (topic,))}


async def reread(database: Database, topic: str) -> None:
    """Make records of a newer version ready: this release may be able to read them."""
    await database.fetch(f"{REREAD} RETURNING 1", (topic,))


def _row(decision: RecordDecision, record: Record, key: bytes) -> list[Any]:
    hold, (_, name) = decision.hold, _key_of(decision.position)
    return [
        *place_of(decision.position),
        hold and hold.wait.value,
        hold and hold.queue,
        hold and hold.until,
        record.key,
        seal_bytes(key, name, record.value),
        [header.encode(errors="surrogatepass") for header, _ in record.headers],
        [seal_bytes(key, name, content) for _, content in record.headers],
        record.timestamp_ms,
    ]


def _waiting(key: bytes | None, at: Position, *row: Any) -> DueRecord:
    """`key` is None for a record that was parked before records were sealed."""
    expired, sealed, timestamp_ms, record_key, value, names, contents = row
    if sealed and key is not None:
        value = unseal_bytes(key, _key_of(at)[1], value)
        contents = [unseal_bytes(key, _key_of(at)[1], each) for each in contents]
    spelt = (name.decode(errors="surrogatepass") for name in names)
    headers = tuple(zip(spelt, contents, strict=True))
    return DueRecord(Record(at, record_key, value, headers, timestamp_ms), expired)
