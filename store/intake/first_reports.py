"""The event that each report over HTTP became when it came first, shared by all gateways."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from store.connection import Connection, Database

KEPT = timedelta(days=1)
"""How long a row is kept at least. Later the journal has the case."""
_MOST_AT_ONCE = 100

# One statement, so of two gateways with the same report one is the first. `key` in the target makes
# the row visible to RETURNING also if it is not changed.
FIRST = """
INSERT INTO sanban.first_reports AS f (key, event_id, at) VALUES (%(key)s, %(event_id)s, %(at)s)
ON CONFLICT (key) DO UPDATE SET
    event_id = CASE WHEN f.at < %(since)s THEN EXCLUDED.event_id ELSE f.event_id END,
    at = CASE WHEN f.at < %(since)s THEN EXCLUDED.at ELSE f.at END
RETURNING event_id, at
"""
FORGET = """
DELETE FROM sanban.first_reports WHERE key IN (
    SELECT key FROM sanban.first_reports WHERE at < %s ORDER BY at LIMIT %s FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True, slots=True)
class PostgresFirstReports:
    database: Database

    async def first(
        self, key: str, event_id: str, at: datetime, since: datetime | None
    ) -> tuple[str, datetime]:
        """Return event id and time of the first report with this key; store this one if none is.

        A stored one from before `since` gives way to this one. Raises StoreUnavailable.
        """
        params = {
            "key": key,
            "event_id": event_id,
            "at": at.astimezone(UTC),
            "since": since.astimezone(UTC) if since else datetime(1, 1, 1, tzinfo=UTC),
        }

        async def work(connection: Connection) -> tuple[str, datetime]:
            await connection.execute(FORGET, (at.astimezone(UTC) - KEPT, _MOST_AT_ONCE))
            cursor = await connection.execute(FIRST, params)
            [(first, time)] = await cursor.fetchall()
            return first, time

        return await self.database.run(work)
