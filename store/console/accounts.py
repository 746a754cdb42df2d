"""Accounts of the console: a password and a key of one-time codes for a person of a roster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.console import Account
from store import ciphers
from store.connection import Connection, Database
from store.errors import StoreError
from store.journal.operations import Operation, PostgresOperations

FREE_TRIES, LONGEST_WAIT_MIN = 10, 15
"""Tries without a wait; and how long an account waits at most before the next one."""

# Counted before the password is looked at: tries side by side cannot outrun the count.
CHARGE = """
UPDATE sanban.console_accounts SET failures = failures + 1, failed_at = %(now)s
WHERE tenant = %(tenant)s AND person = %(person)s AND (
    failures < %(free)s OR failed_at + make_interval(
        mins => least(%(longest)s, power(2, least(failures - %(free)s, 10))::int)
    ) <= %(now)s
)
RETURNING password, key, made_at
"""
NOTE_STEP = """
UPDATE sanban.console_accounts SET failures = 0, failed_at = NULL, last_step = %(step)s
WHERE tenant = %(tenant)s AND person = %(person)s AND last_step < %(step)s
RETURNING person
"""
ADD = """
INSERT INTO sanban.console_accounts (tenant, person, password, key, made_at)
VALUES (%(tenant)s, %(person)s, %(password)s, %(key)s, %(at)s)
ON CONFLICT DO NOTHING RETURNING person
"""
RESET = """
UPDATE sanban.console_accounts
SET password = %(password)s, key = %(key)s, made_at = %(at)s, failures = 0, failed_at = NULL,
    last_step = 0
WHERE tenant = %(tenant)s AND person = %(person)s RETURNING person
"""
REMOVE = """
DELETE FROM sanban.console_accounts WHERE tenant = %(tenant)s AND person = %(person)s
RETURNING person
"""
LIST = """
SELECT person, made_at, failures FROM sanban.console_accounts WHERE tenant = %s ORDER BY person
"""
NUMBER = "SELECT count(*) FROM sanban.console_accounts"
END_SESSIONS = """
UPDATE sanban.console_sessions SET ended_at = %(at)s
WHERE tenant = %(tenant)s AND person = %(person)s AND way = 'account' AND ended_at IS NULL
"""


class NotChanged(StoreError):
    """There is such an account already, or there is none."""


@dataclass(frozen=True, slots=True)
class ListedAccount:
    person: str
    made_at: datetime
    failures: int


@dataclass(frozen=True, slots=True)
class PostgresAccounts:
    """Implements console.desk.sign_in_ports.Accounts; and changes accounts, for operators.

    Each change is journaled in `operations/TENANT`. Every method raises StoreUnavailable.
    """

    database: Database

    async def charge(self, tenant: str, person: str, now: datetime) -> Account | None:
        params = {
            "tenant": tenant,
            "person": person,
            "now": now.astimezone(UTC),
            "free": FREE_TRIES,
            "longest": LONGEST_WAIT_MIN,
        }
        found = await self.database.fetch(CHARGE, params)
        if not found:
            return None
        password, key, made_at = found[0]
        return Account(tenant, person, password, self.database.wrapping.unwrap(key), made_at)

    async def passed(self, tenant: str, person: str, step: int) -> bool:
        params = {"tenant": tenant, "person": person, "step": step}
        return bool(await self.database.fetch(NOTE_STEP, params))

    async def add(self, operation: Operation, password: str) -> Account:
        """Make an account for the person that the operation is about. Raises NotChanged."""
        return await self._put(operation, password, ADD)

    async def reset(self, operation: Operation, password: str) -> Account:
        """Give an account another password and key; end its sessions. Raises NotChanged."""
        return await self._put(operation, password, RESET)

    async def remove(self, operation: Operation) -> None:
        """Remove an account, and end its sessions. Raises NotChanged."""
        params = {"tenant": operation.tenant, "person": operation.about, "at": operation.at}

        async def also(connection: Connection, _seq: int) -> None:
            await _changed(connection, REMOVE, params)

        await PostgresOperations(self.database).append([operation], also)

    async def listed(self, tenant: str) -> Sequence[ListedAccount]:
        rows = await self.database.fetch(LIST, (tenant,))
        return [ListedAccount(*row) for row in rows]

    async def number(self) -> int:
        """Return how many people of all tenants have an account."""
        [(number,)] = await self.database.fetch(NUMBER)
        return int(number)

    async def _put(self, operation: Operation, password: str, statement: str) -> Account:
        key = ciphers.new_key()
        account = Account(operation.tenant, operation.about, password, key, operation.at)
        params = {
            "tenant": account.tenant,
            "person": account.person,
            "password": password,
            "key": self.database.wrapping.wrap(key),
            "at": operation.at.astimezone(UTC),
        }

        async def also(connection: Connection, _seq: int) -> None:
            await _changed(connection, statement, params)

        await PostgresOperations(self.database).append([operation], also)
        return account


async def _changed(connection: Connection, statement: str, params: dict[str, object]) -> None:
    """Change one account, and end the sessions that it began. Raises NotChanged."""
    cursor = await connection.execute(statement, params)
    if not await cursor.fetchall():
        raise NotChanged(str(params["person"]))
    await connection.execute(END_SESSIONS, params)
