"""Who holds the identity of an event, and which case the events of a complaint belong to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from schemas.intake import Claim, Outcome, Position, Standing
from store.cases import search_index
from store.ciphers import Wrapping, phone_hash
from store.connection import Connection
from store.intake import similar
from store.privacy import keys, reporters
from store.privacy.keys import Keys, Ref

Identity = tuple[str, str, str]
"""Tenant, source and event id."""
Complaint = tuple[str, str, str]
"""Tenant, source and the source's own number of the complaint."""

# Takes free identities. Held ones are locked all the same, so that they stay as they are until
# this transaction ends.
HOLD = """
INSERT INTO sanban.identities AS i (
    tenant, source, event_id, digest, case_id, cluster, topic, topic_id, partition, at_offset,
    kind, complaint_id
)
SELECT * FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[], %s::text[], %s::text[]
)
ON CONFLICT (tenant, source, event_id) DO UPDATE SET
    digest = EXCLUDED.digest, case_id = EXCLUDED.case_id, state = 'held',
    cluster = EXCLUDED.cluster, topic = EXCLUDED.topic, topic_id = EXCLUDED.topic_id,
    partition = EXCLUDED.partition, at_offset = EXCLUDED.at_offset,
    kind = EXCLUDED.kind, complaint_id = EXCLUDED.complaint_id, held_at = now()
    WHERE i.state = 'rejected'
RETURNING tenant, source, event_id
"""
HOLDERS = """
SELECT tenant, source, event_id, digest, state, cluster, topic, topic_id, partition, at_offset
FROM sanban.identities
JOIN unnest(%s::text[], %s::text[], %s::text[]) AS asked (tenant, source, event_id)
    USING (tenant, source, event_id)
"""
# An identity whose record has had no effect yet. The broker may have lost that record; if not, two
# records of one event are decided, and `settle` lets one of them win. What is parked is not lost.
TAKE_OVER = """
UPDATE sanban.identities i SET
    cluster = said.cluster, topic = said.topic, topic_id = said.topic_id,
    partition = said.partition, at_offset = said.at_offset, held_at = now()
FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[]
) AS said (tenant, source, event_id, digest, cluster, topic, topic_id, partition, at_offset)
WHERE (i.tenant, i.source, i.event_id) = (said.tenant, said.source, said.event_id)
    AND i.state = 'held' AND i.digest = said.digest
    AND NOT EXISTS (
        SELECT FROM sanban.parked p
        WHERE (p.cluster, p.topic, p.topic_id, p.partition, p.at_offset)
            = (i.cluster, i.topic, i.topic_id, i.partition, i.at_offset)
    )
RETURNING i.tenant, i.source, i.event_id
"""
# Also cases that are being started: a caller that finds no workflow yet waits for it.
CASES = """
SELECT DISTINCT ON (tenant, source, complaint_id) tenant, source, complaint_id, case_id
FROM sanban.identities
JOIN unnest(%s::text[], %s::text[], %s::text[]) AS asked (tenant, source, complaint_id)
    USING (tenant, source, complaint_id)
WHERE kind = 'filed' AND state <> 'rejected'
ORDER BY tenant, source, complaint_id, held_at DESC, at_offset DESC
"""


class Holder(NamedTuple):
    """The record that holds an identity, and what is known of its event."""

    digest: str
    state: str
    position: Position


async def reserve(
    connection: Connection, wrapping: Wrapping, claims: Sequence[Claim]
) -> list[Standing]:
    """Implement consumers.ports.Ledger.reserve in the caller's transaction."""
    first: dict[Identity, Claim] = {}
    for claim in claims:
        first.setdefault(identity_of(claim), claim)
    # Sorted everywhere, so that two consumers with the same events do not deadlock.
    asked = dict(sorted(first.items()))
    cursor = await connection.execute(HOLD, columns(map(_claim_row, asked.values())))
    mine = {asked[identity] for identity in await cursor.fetchall()}
    filed = [claim for claim in mine if claim.is_filed]
    held = await _keys(connection, wrapping, filed)
    await reporters.keep(connection, held, filed)
    others = [identity for identity in asked if asked[identity] not in mine]
    holders = await _holders(connection, others) if others else {}
    holders |= await _take_over(connection, claims, holders)
    came = [claim for claim in claims if claim in mine and claim.is_filed]
    # An erased case is neither compared with others nor found by its words.
    kept = [claim for claim in came if held.of[claim.tenant, claim.case_id] is not None]
    await similar.keep(connection, held, kept)
    await search_index.keep(connection, held.secret, kept)
    return [_standing(claim, asked, holders) for claim in claims]


async def _keys(connection: Connection, wrapping: Wrapping, filed: Collection[Claim]) -> Keys:
    """Return the keys of the cases that these claims become, with hashes of phone numbers."""
    if not filed:
        return Keys({})
    secret = await keys.secret(connection, wrapping)
    cases: dict[Ref, bytes | None] = {
        (claim.tenant, claim.case_id): phone_hash(secret, claim.tenant, claim.reporter.phone)
        if claim.reporter
        else None
        for claim in filed
    }
    return Keys(await keys.hold(connection, wrapping, cases, by_number=True), secret)


async def _holders(
    connection: Connection, identities: Sequence[Identity]
) -> dict[Identity, Holder]:
    cursor = await connection.execute(HOLDERS, columns(identities))
    return {
        (tenant, source, event_id): Holder(digest, state, Position(*place))
        for tenant, source, event_id, digest, state, *place in await cursor.fetchall()
    }


async def _take_over(
    connection: Connection, claims: Sequence[Claim], holders: Mapping[Identity, Holder]
) -> dict[Identity, Holder]:
    """Let claims take over what a record with the same content holds; return the new holders.

    A holder that is itself among the claims is not lost, and keeps its identity.
    """
    here = {claim.position for claim in claims}
    asked: dict[Identity, Claim] = {}
    for claim in claims:
        holder = holders.get(identity_of(claim))
        is_held = holder is not None and holder[:2] == (claim.digest, "held")
        if is_held and holder is not None and holder.position not in here:
            asked.setdefault(identity_of(claim), claim)
    if not asked:
        return {}
    rows = ((*who, each.digest, *place_of(each.position)) for who, each in asked.items())
    cursor = await connection.execute(TAKE_OVER, columns(rows))
    taken = [(tenant, source, event_id) for tenant, source, event_id in await cursor.fetchall()]
    return {who: Holder(asked[who].digest, "held", asked[who].position) for who in taken}


def _standing(
    claim: Claim, asked: Mapping[Identity, Claim], holders: Mapping[Identity, Holder]
) -> Standing:
    identity = identity_of(claim)
    first = asked[identity]
    holder = holders.get(identity, Holder(first.digest, "held", first.position))
    if holder.position == claim.position:
        return Standing.ACCEPTED if holder.state == Outcome.ACCEPTED else Standing.MINE
    return Standing.DUPLICATE if holder.digest == claim.digest else Standing.CONFLICT


def identity_of(claim: Claim) -> Identity:
    return (claim.tenant, claim.source, claim.event_id)


def _claim_row(claim: Claim) -> tuple[object, ...]:
    return (
        *identity_of(claim),
        claim.digest,
        claim.case_id,
        *place_of(claim.position),
        claim.kind,
        claim.complaint_id,
    )


def place_of(position: Position) -> tuple[str, str, str, int, int]:
    return (
        position.cluster,
        position.topic,
        position.topic_id,
        position.partition,
        position.offset,
    )


def columns(rows: Iterable[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
