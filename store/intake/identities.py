"""Who holds the identity of an event, and which case the events of a complaint belong to."""

from collections.abc import Collection, Iterable, Mapping, Sequence

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
# Also cases that are being started: a caller that finds no workflow yet waits for it.
CASES = """
SELECT DISTINCT ON (tenant, source, complaint_id) tenant, source, complaint_id, case_id
FROM sanban.identities
JOIN unnest(%s::text[], %s::text[], %s::text[]) AS asked (tenant, source, complaint_id)
    USING (tenant, source, complaint_id)
WHERE kind = 'filed' AND state <> 'rejected'
ORDER BY tenant, source, complaint_id, held_at DESC, at_offset DESC
"""


async def reserve(
    connection: Connection, wrapping: Wrapping, claims: Sequence[Claim]
) -> list[Standing]:
    """Implement consumers.ports.Ledger.reserve in the caller's transaction."""
    first: dict[Identity, Claim] = {}
    for claim in claims:
        first.setdefault(_identity(claim), claim)
    # Sorted everywhere, so that two consumers with the same events do not deadlock.
    asked = dict(sorted(first.items()))
    cursor = await connection.execute(HOLD, columns(map(_claim_row, asked.values())))
    mine = {asked[identity] for identity in await cursor.fetchall()}
    filed = [claim for claim in mine if claim.is_filed]
    held = await _keys(connection, wrapping, filed)
    await reporters.keep(connection, held, filed)
    others = [identity for identity in asked if asked[identity] not in mine]
    holders = await _holders(connection, others) if others else {}
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
) -> Mapping[Identity, tuple[str, str, Position]]:
    """Return digest, state and position of the holder of each identity."""
    cursor = await connection.execute(HOLDERS, columns(identities))
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


def _claim_row(claim: Claim) -> tuple[object, ...]:
    return (
        *_identity(claim),
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
