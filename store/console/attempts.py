"""Sign-ins that wait for the identity provider: one row each, so that any console can go on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from psycopg.rows import class_row

from schemas.console import SignInAttempt
from store.connection import Connection, Database

PATIENCE = timedelta(minutes=10)
"""How long the identity provider may take for a sign-in."""
_MOST_AT_ONCE = 100

BEGIN = """
INSERT INTO sanban.console_attempts (state, browser, nonce, verifier, wanted, language, begun_at)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
TAKE = """
DELETE FROM sanban.console_attempts WHERE state = %s AND browser = %s
RETURNING state, browser, nonce, verifier, wanted, language, begun_at
"""
FORGET = """
DELETE FROM sanban.console_attempts WHERE state IN (
    SELECT state FROM sanban.console_attempts WHERE begun_at < %s LIMIT %s FOR UPDATE SKIP LOCKED
)
"""


@dataclass(frozen=True, slots=True)
class PostgresAttempts:
    """Implements console.desk.sign_in_ports.SignInAttempts."""

    database: Database

    async def begin(self, attempt: SignInAttempt) -> None:
        """Store a sign-in; delete some that have taken too long."""
        at = attempt.begun_at.astimezone(UTC)
        row = (
            *(attempt.state, attempt.browser, attempt.nonce, attempt.verifier),
            *(attempt.wanted, attempt.language, at),
        )

        async def work(connection: Connection) -> None:
            await connection.execute(FORGET, (at - PATIENCE, _MOST_AT_ONCE))
            await connection.execute(BEGIN, row)

        await self.database.run_in_transaction(work)

    async def take(self, state: str, browser: str, now: datetime) -> SignInAttempt | None:
        found = await self.database.fetch_as(class_row(SignInAttempt), TAKE, (state, browser))
        if not found or found[0].begun_at < now - PATIENCE:
            return None
        return found[0]
