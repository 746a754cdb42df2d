"""Who is signed in to the console: one row for each session, which all consoles share."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from psycopg.rows import class_row

from schemas.console import Session
from store.connection import Connection, Database

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
"""How long a session lasts without a request, and at most."""
_MOST_AT_ONCE = 100

BEGIN = """
INSERT INTO sanban.console_sessions (id, tenant, person, language, begun_at, used_at)
VALUES (%s, %s, %s, %s, %s, %s)
"""
FIND = """
UPDATE sanban.console_sessions SET used_at = greatest(used_at, %(now)s)
WHERE id = %(id)s AND used_at >= %(idle)s AND begun_at >= %(longest)s
RETURNING id, tenant, person, language, begun_at
"""
PEEK = """
SELECT id, tenant, person, language, begun_at FROM sanban.console_sessions
WHERE id = %(id)s AND used_at >= %(idle)s AND begun_at >= %(longest)s
"""
SPEAK = "UPDATE sanban.console_sessions SET language = %s WHERE id = %s"
END = "DELETE FROM sanban.console_sessions WHERE id = %s"
FORGET = """
DELETE FROM sanban.console_sessions WHERE id IN (
    SELECT id FROM sanban.console_sessions WHERE used_at < %s LIMIT %s FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True, slots=True)
class PostgresSessions:
    """Implements console.desk.ports.Sessions."""

    database: Database

    async def begin(self, session: Session) -> None:
        """Store a new session; delete some that ended long ago."""
        at = session.begun_at.astimezone(UTC)
        row = (session.id, session.tenant, session.person, session.language, at, at)

        async def work(connection: Connection) -> None:
            await connection.execute(FORGET, (at - LONGEST, _MOST_AT_ONCE))
            await connection.execute(BEGIN, row)

        await self.database.run_in_transaction(work)

    async def find(self, id_: str, now: datetime, *, touch: bool = True) -> Session | None:
        at = now.astimezone(UTC)
        params = {"id": id_, "now": at, "idle": at - IDLE, "longest": at - LONGEST}
        found = await self.database.fetch_as(class_row(Session), FIND if touch else PEEK, params)
        return found[0] if found else None

    async def speak(self, id_: str, language: str) -> None:
        await self.database.fetch(SPEAK, (language, id_))

    async def end(self, id_: str) -> None:
        await self.database.fetch(END, (id_,))
