"""What was reported where: each case by its day, grid, category, and who reported it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain.insight.hotspots import PlacedReport
from domain.vocabulary import Stage
from store.connection import Database

# Who reported is known by a keyed hash of the number. Of what has none, all that one channel
# brought counts as one reporter: a patrol that finds ten heaps is one person.
REPORTED = """
SELECT c.case_id, c.received_at, c.grid, c.category,
    coalesce(encode(k.phone_hash, 'hex'), c.channel)
FROM sanban.cases c LEFT JOIN sanban.keys k ON k.tenant = c.tenant AND k.case_id = c.case_id
WHERE c.tenant = %s AND c.received_at >= %s AND c.received_at < %s
    AND c.grid IS NOT NULL AND c.category IS NOT NULL AND c.stage <> ALL(%s)
"""
_NO_REPORT = [Stage.REFUSED.value, Stage.WITHDRAWN.value]


async def reports_between(
    database: Database, tenant: str, zone: ZoneInfo, since: datetime, until: datetime
) -> list[PlacedReport]:
    """Return the cases that came in a half-open span and have a grid and a category; not those
    that were refused or taken back. Raises StoreUnavailable.
    """
    rows = await database.fetch(
        REPORTED, (tenant, since.astimezone(UTC), until.astimezone(UTC), _NO_REPORT)
    )
    return [
        PlacedReport(case, at.astimezone(zone).date(), grid, category, reporter)
        for case, at, grid, category, reporter in rows
    ]
