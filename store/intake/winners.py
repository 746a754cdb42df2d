"""Which record of an event had its effect, where two of them were decided at the same time."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from schemas.intake import TAKEN, Outcome, Position, RecordDecision
from store.connection import Connection
from store.intake.identities import Holder, Identity, columns, identity_of, place_of

# What the decided records claimed, and what their positions hold (a command says no claim). In the
# order in which `reserve` locks identities, so that two consumers do not deadlock.
LOCK = """
SELECT i.tenant, i.source, i.event_id, i.digest, i.state,
    i.cluster, i.topic, i.topic_id, i.partition, i.at_offset
FROM sanban.identities i
JOIN (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[]) AS said (tenant, source, event_id)
    UNION
    SELECT h.tenant, h.source, h.event_id FROM sanban.identities h
    JOIN unnest(%s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[])
        AS said (cluster, topic, topic_id, partition, at_offset)
        USING (cluster, topic, topic_id, partition, at_offset)
) asked USING (tenant, source, event_id)
ORDER BY i.tenant, i.source, i.event_id FOR UPDATE OF i
"""
MARK = """
UPDATE sanban.identities i SET
    state = said.state, cluster = said.cluster, topic = said.topic, topic_id = said.topic_id,
    partition = said.partition, at_offset = said.at_offset
FROM unnest(
    %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::text[], %s::int[], %s::bigint[]
) AS said (tenant, source, event_id, state, cluster, topic, topic_id, partition, at_offset)
WHERE (i.tenant, i.source, i.event_id) = (said.tenant, said.source, said.event_id)
"""


_ENDS = {*TAKEN, Outcome.REJECTED}


async def mark(connection: Connection, decisions: Sequence[RecordDecision]) -> list[RecordDecision]:
    """Mark the identities of decided records; return the decisions as they hold, in their order.

    A record that had its effect is a duplicate if another one of the same event was settled first.
    """
    ends = [each for each in decisions if each.outcome in _ENDS]
    if not ends:
        return [*decisions]
    holders = await _locked(connection, ends)
    before = dict(holders)
    held: dict[Position, list[Identity]] = {}
    for identity, holder in holders.items():
        held.setdefault(holder.position, []).append(identity)
    settled = [_marked(each, holders, held) for each in decisions]
    rows = [
        (*identity, holder.state, *place_of(holder.position))
        for identity, holder in holders.items()
        if holder != before[identity]
    ]
    if rows:
        await connection.execute(MARK, columns(rows))
    return settled


async def _locked(connection: Connection, ends: Sequence[RecordDecision]) -> dict[Identity, Holder]:
    claimed = [identity_of(each.claim) for each in ends if each.claim]
    places = [place_of(each.position) for each in ends]
    asked = [*(columns(claimed) or [[], [], []]), *columns(places)]
    cursor = await connection.execute(LOCK, asked)
    return {
        (tenant, source, event_id): Holder(digest, state, Position(*place))
        for tenant, source, event_id, digest, state, *place in await cursor.fetchall()
    }


def _marked(
    decision: RecordDecision,
    holders: dict[Identity, Holder],
    held: Mapping[Position, Sequence[Identity]],
) -> RecordDecision:
    """Note in `holders` what the decision changes; return it, or that it is a duplicate."""
    if decision.outcome not in _ENDS:
        return decision
    claim, position = decision.claim, decision.position
    for identity in held.get(position, ()) if claim is None else (identity_of(claim),):
        holder = holders.get(identity)
        if holder is None:
            continue
        is_holder = holder.position == position
        is_same = is_holder or (claim is not None and claim.digest == holder.digest)
        if decision.outcome is Outcome.REJECTED:
            # An accepted identity stays accepted: a rejection frees only one that had no effect.
            if is_holder and holder.state != Outcome.ACCEPTED:
                holders[identity] = holder._replace(state="rejected")
        elif is_same and holder.state != Outcome.ACCEPTED:
            holders[identity] = Holder(holder.digest, "accepted", position)
        elif is_same and not is_holder:
            decision = replace(decision, outcome=Outcome.DUPLICATE)
    return decision
