"""Finds the unsolved case of something that the same source reports again."""

from collections.abc import Sequence
from datetime import UTC

from domain.matching.dedupe import UNSOLVED, DedupeQuery, UnsolvedCase
from domain.vocabulary import Urgency
from store.connection import Database

# Only the identity has the source; the read model does not.
UNSOLVED_OF = """
SELECT earlier.case_id, earlier.urgency
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[])
    WITH ORDINALITY AS asked (tenant, source, categories, spot, since, case_id, nth)
LEFT JOIN LATERAL (
    SELECT c.case_id, c.urgency
    FROM sanban.cases c JOIN sanban.identities i ON i.case_id = c.case_id AND i.kind = 'filed'
    WHERE c.tenant = asked.tenant AND c.category = ANY (string_to_array(asked.categories, ','))
        AND c.spot = asked.spot AND c.received_at >= asked.since AND c.case_id <> asked.case_id
        AND c.stage = ANY (%s::text[]) AND i.source = asked.source
    ORDER BY c.received_at DESC, c.case_id LIMIT 1
) earlier ON true
ORDER BY asked.nth
"""


async def unsolved(
    database: Database, questions: Sequence[DedupeQuery]
) -> list[UnsolvedCase | None]:
    """Implement consumers.ports.Repeats. Raises StoreUnavailable."""
    columns: list[object] = [
        [each.key.tenant for each in questions],
        [each.key.source for each in questions],
        # Codes have no comma (schemas/texts.py).
        [",".join(each.categories or (each.key.category,)) for each in questions],
        [each.key.spot for each in questions],
        [each.since.astimezone(UTC) for each in questions],
        [each.case_id for each in questions],
        sorted(UNSOLVED),
    ]
    rows = await database.fetch(UNSOLVED_OF, columns)
    return [
        UnsolvedCase(id_, Urgency(urgency)) if id_ is not None else None for id_, urgency in rows
    ]
