"""Published policies. A case keeps the policy it began with, so none is ever removed.

Who brought a policy into force is journaled in the tenant's chain of operations.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from psycopg.rows import class_row

from store.connection import Connection, Database
from store.errors import ConflictingPolicy
from store.journal.operations import Operation, PostgresOperations

KEEP = "INSERT INTO sanban.policies (hash, body) VALUES (%s, %s) ON CONFLICT DO NOTHING"
BODY = "SELECT body FROM sanban.policies WHERE hash = %s"
# Two publishers of one tenant must take turns: PUBLISH compares with the latest publication.
LOCK_TENANT = "SELECT pg_advisory_xact_lock(hashtextextended('sanban.policies.' || %s, 0))"
PUBLISH = """
INSERT INTO sanban.policy_publications (tenant, hash)
SELECT %(tenant)s, %(hash)s WHERE %(hash)s IS DISTINCT FROM (
    SELECT hash FROM sanban.policy_publications WHERE tenant = %(tenant)s
    ORDER BY number DESC LIMIT 1
)
"""
CURRENT = """
SELECT tenant, hash, body, published_at
FROM sanban.policy_publications JOIN sanban.policies USING (hash)
WHERE tenant = %s ORDER BY number DESC LIMIT 1
"""
IN_FORCE = """
SELECT DISTINCT ON (tenant) tenant, hash, body, published_at
FROM sanban.policy_publications JOIN sanban.policies USING (hash)
ORDER BY tenant, number DESC
"""


@dataclass(frozen=True, slots=True)
class PolicyPublication:
    """The policy in force for a tenant: its content, as it was published, and since when."""

    tenant: str
    hash: str
    body: bytes
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who brings a policy into force: a person of the roster, or the account of a process."""

    person: str
    why: str
    at: datetime


class _InForce(Exception):
    """Another publisher has brought the same policy into force in the meantime."""


@dataclass(frozen=True, slots=True)
class PostgresPolicies:
    database: Database

    async def publish(
        self, tenant: str, policy_hash: str, body: bytes, publisher: Publisher
    ) -> None:
        """Bring a policy into force, and journal who did. Nothing happens if it is in force.

        To go back to an older policy, publish it again. Raises ConflictingPolicy if other bytes
        were published under this hash, and StoreUnavailable.
        """

        async def keep(connection: Connection) -> None:
            await connection.execute(KEEP, (policy_hash, body))
            cursor = await connection.execute(BODY, (policy_hash,))
            if await cursor.fetchall() != [(body,)]:
                raise ConflictingPolicy(policy_hash)

        async def bring(connection: Connection, _seq: int) -> None:
            await connection.execute(LOCK_TENANT, (tenant,))
            cursor = await connection.execute(PUBLISH, {"tenant": tenant, "hash": policy_hash})
            if not cursor.rowcount:
                raise _InForce

        await self.database.run_in_transaction(keep)
        before = await self.current(tenant)
        if before is not None and before.hash == policy_hash:
            return
        act = Operation(
            id=str(uuid4()),
            kind="policy_published",
            at=publisher.at,
            tenant=tenant,
            person=publisher.person,
            why=publisher.why,
            about=policy_hash,
            details=(("before", before.hash),) if before else (),
        )
        # Processes that start together publish the same pack: the first one journals it.
        with suppress(_InForce):
            await PostgresOperations(self.database).append([act], bring)

    async def body(self, policy_hash: str) -> bytes | None:
        """Return the bytes published under this hash, in force or not; None if there are none."""
        found = await self.database.fetch(BODY, (policy_hash,))
        return found[0][0] if found else None

    async def current(self, tenant: str) -> PolicyPublication | None:
        """Return the policy in force for a tenant; None if none was ever published."""
        found = await self.database.fetch_as(class_row(PolicyPublication), CURRENT, (tenant,))
        return found[0] if found else None

    async def in_force(self) -> list[PolicyPublication]:
        """Return the policy in force for each tenant that has one."""
        return await self.database.fetch_as(class_row(PolicyPublication), IN_FORCE)
