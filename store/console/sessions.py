"""Who is signed in to the console: one row for each session, which all consoles share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from psycopg.rows import class_row

from schemas.console import ProviderSignOut, Session
from store.connection import Connection, Database

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
"""How long a session lasts without a request, and at most."""
SOON = timedelta(seconds=30)
"""Within this after a use that was written, another is not; so IDLE may be that much shorter."""
_MOST_AT_ONCE = 100

# A session that has ended keeps its row for a while: a form that comes too late says whose it is.
BEGIN = """
INSERT INTO sanban.console_sessions
    (id, tenant, person, language, begun_at, used_at, way, browser, subject, provider_session, form)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
# A request that follows soon after another writes nothing: each write waits for the disk.
FIND = """
WITH used AS (
    UPDATE sanban.console_sessions SET used_at = %(now)s
    WHERE id = %(id)s AND ended_at IS NULL AND used_at >= %(idle)s AND begun_at >= %(longest)s
        AND used_at < %(soon)s
)
SELECT id, tenant, person, language, begun_at, greatest(used_at, %(now)s) AS used_at, way, browser,
    subject, provider_session, form, coalesce((
        SELECT p.shortcuts FROM sanban.console_people p
        WHERE p.tenant = console_sessions.tenant AND p.person = console_sessions.person
    ), true) AS shortcuts
FROM sanban.console_sessions
WHERE id = %(id)s AND ended_at IS NULL AND used_at >= %(idle)s AND begun_at >= %(longest)s
"""
OF_PERSON = """
SELECT id, tenant, person, language, begun_at, used_at, way, browser, subject, provider_session,
    form
FROM sanban.console_sessions
WHERE tenant = %(tenant)s AND person = %(person)s
    AND ended_at IS NULL AND used_at >= %(idle)s AND begun_at >= %(longest)s
ORDER BY used_at DESC, id
"""
OF_FORM = """
SELECT id, tenant, person, language, begun_at, used_at, way, browser, subject, provider_session,
    form
FROM sanban.console_sessions WHERE form = %s
"""
PEEK = """
SELECT id, tenant, person, language, begun_at, used_at, way, browser, subject, provider_session,
    form
FROM sanban.console_sessions
WHERE id = %(id)s AND ended_at IS NULL AND used_at >= %(idle)s AND begun_at >= %(longest)s
"""
USE_SHORTCUTS = """
INSERT INTO sanban.console_people (tenant, person, shortcuts) VALUES (%s, %s, %s)
ON CONFLICT (tenant, person) DO UPDATE SET shortcuts = excluded.shortcuts
"""
SPEAK = "UPDATE sanban.console_sessions SET language = %s WHERE id = %s"
END = """
UPDATE sanban.console_sessions SET ended_at = %(now)s WHERE id = %(id)s AND ended_at IS NULL
"""
END_OF_PERSON = """
UPDATE sanban.console_sessions SET ended_at = %(now)s
WHERE tenant = %(tenant)s AND person = %(person)s AND ended_at IS NULL
    AND (id = %(id)s) = %(this)s
"""
END_BY_PROVIDER = """
UPDATE sanban.console_sessions SET ended_at = %(now)s
WHERE way = 'provider' AND ended_at IS NULL AND begun_at <= %(at)s
    AND (%(subject)s::text IS NULL OR subject = %(subject)s)
    AND (%(session)s::text IS NULL OR provider_session = %(session)s)
RETURNING id
"""
FORGET = """
DELETE FROM sanban.console_sessions WHERE id IN (
    SELECT id FROM sanban.console_sessions WHERE used_at < %s LIMIT %s FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True, slots=True)
class PostgresSessions:
    """Implements console.desk.sign_in_ports.Sessions."""

    database: Database

    async def begin(self, session: Session) -> None:
        """Store a new session; delete some that ended long ago."""
        at = session.begun_at.astimezone(UTC)
        row = (
            *(session.id, session.tenant, session.person, session.language, at, at),
            *(session.way, session.browser, session.subject, session.provider_session),
            session.form,
        )

        async def work(connection: Connection) -> None:
            await connection.execute(FORGET, (at - LONGEST, _MOST_AT_ONCE))
            await connection.execute(BEGIN, row)

        await self.database.run_in_transaction(work)

    async def find(self, id_: str, now: datetime, *, touch: bool = True) -> Session | None:
        params = {"id": id_, **_lasting(now)}
        found = await self.database.fetch_as(class_row(Session), FIND if touch else PEEK, params)
        return found[0] if found else None

    async def of_person(self, tenant: str, person: str, now: datetime) -> Sequence[Session]:
        params = {"tenant": tenant, "person": person, **_lasting(now)}
        return await self.database.fetch_as(class_row(Session), OF_PERSON, params)

    async def of_form(self, form: str) -> Session | None:
        found = await self.database.fetch_as(class_row(Session), OF_FORM, (form,))
        return found[0] if found else None

    async def speak(self, id_: str, language: str) -> None:
        await self.database.fetch(SPEAK, (language, id_))

    async def use_shortcuts(self, tenant: str, person: str, *, use: bool) -> None:
        await self.database.fetch(USE_SHORTCUTS, (tenant, person, use))

    async def end(self, id_: str, now: datetime) -> None:
        await self.database.fetch(END, {"id": id_, "now": now})

    async def end_one(self, tenant: str, person: str, id_: str, now: datetime) -> None:
        params = {"tenant": tenant, "person": person, "id": id_, "this": True, "now": now}
        await self.database.fetch(END_OF_PERSON, params)

    async def end_others(self, tenant: str, person: str, id_: str, now: datetime) -> None:
        params = {"tenant": tenant, "person": person, "id": id_, "this": False, "now": now}
        await self.database.fetch(END_OF_PERSON, params)

    async def end_by_provider(self, sign_out: ProviderSignOut, now: datetime) -> int:
        if sign_out.subject is None and sign_out.provider_session is None:
            return 0
        params = {
            "at": sign_out.at,
            "subject": sign_out.subject,
            "session": sign_out.provider_session,
            "now": now,
        }
        return len(await self.database.fetch(END_BY_PROVIDER, params))


def _lasting(now: datetime) -> dict[str, datetime]:
    """Return what a session that lasts at `now` is compared with."""
    at = now.astimezone(UTC)
    return {"now": at, "idle": at - IDLE, "longest": at - LONGEST, "soon": at - SOON}
