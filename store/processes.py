"""The processes that run, as each says it: a row for each of their services."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from schemas.processes import ProcessState
from store.connection import Connection, Database

# All times are of the database: clocks of hosts differ. The parts alone say that it is another
# state: a reason may have a number in it that changes each time.
SAY = """
INSERT INTO sanban.processes AS p (id, service, host, begun_at, seen_at, since, reasons)
VALUES (%(id)s, %(service)s, %(host)s, now(), now(), now(), %(reasons)s)
ON CONFLICT (id) DO UPDATE SET
    seen_at = now(), reasons = excluded.reasons,
    since = CASE
        WHEN ARRAY(SELECT jsonb_object_keys(p.reasons) ORDER BY 1)
           = ARRAY(SELECT jsonb_object_keys(excluded.reasons) ORDER BY 1) THEN p.since
        ELSE now() END
"""
# What died without a word is shown for an hour: an operator has to know that its place is empty.
FORGET = "DELETE FROM sanban.processes WHERE seen_at < now() - interval '1 hour'"
LEAVE = "DELETE FROM sanban.processes WHERE id = ANY(%s)"
LISTED = """
SELECT id, service, host, begun_at, since, reasons, extract(epoch FROM now() - seen_at)::float8
FROM sanban.processes ORDER BY service, host, begun_at, id
"""


@dataclass(frozen=True, slots=True)
class PostgresProcesses:
    """Keeps the state of processes. Raises StoreUnavailable."""

    database: Database

    async def say(self, id_: str, service: str, host: str, reasons: Mapping[str, str]) -> None:
        row = {"id": id_, "service": service, "host": host, "reasons": Jsonb(dict(reasons))}

        async def work(connection: Connection) -> None:
            await connection.execute(FORGET)
            await connection.execute(SAY, row)

        await self.database.run_in_transaction(work)

    async def leave(self, ids: Sequence[str]) -> None:
        """Forget processes that stop: they are no more, and no one has to look for them."""
        await self.database.fetch(LEAVE, ([*ids],))

    async def listed(self) -> Sequence[ProcessState]:
        return [ProcessState(*row) for row in await self.database.fetch(LISTED)]
