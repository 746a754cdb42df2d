"""Earlier cases of the same spot and category, among those that have a journal row."""

from collections.abc import Sequence
from datetime import UTC

from schemas.intake import Spot
from store.connection import Database

BEFORE = """
SELECT ARRAY(
    SELECT c.case_id FROM sanban.cases c
    WHERE c.tenant = asked.tenant AND c.category = ANY (string_to_array(asked.categories, ','))
        AND c.spot = asked.spot AND c.received_at >= asked.since AND c.case_id <> asked.case_id
    ORDER BY c.received_at DESC, c.case_id LIMIT 20
)
FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[], %s::text[])
    WITH ORDINALITY AS asked (tenant, categories, spot, since, case_id, place)
ORDER BY asked.place
"""


async def before(database: Database, spots: Sequence[Spot]) -> list[tuple[str, ...]]:
    """Return one tuple of case ids for each spot. Raises StoreUnavailable."""
    columns = [
        [spot.tenant for spot in spots],
        # Codes have no comma (schemas/texts.py).
        [",".join(spot.categories or (spot.category,)) for spot in spots],
        [spot.spot for spot in spots],
        [spot.since.astimezone(UTC) for spot in spots],
        [spot.case_id for spot in spots],
    ]
    return [tuple(found) for (found,) in await database.fetch(BEFORE, columns)]
