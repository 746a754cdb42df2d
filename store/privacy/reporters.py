"""The reporters of cases: personal data, sealed, in a table of its own."""

from collections.abc import Collection
from dataclasses import dataclass

from psycopg.rows import class_row

from schemas.intake import Claim, Reporter
from store.connection import Connection, Database
from store.privacy.keys import Keys, PostgresKeys

# Two tenants may have the same case number: neither may replace or see the other's reporter.
KEEP = """
INSERT INTO sanban.reporters AS r (case_id, tenant, name, phone, confidential)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bool[])
ON CONFLICT (case_id) DO UPDATE SET
    name = EXCLUDED.name, phone = EXCLUDED.phone, confidential = EXCLUDED.confidential
    WHERE r.tenant = EXCLUDED.tenant
"""
DROP = """
DELETE FROM sanban.reporters r
USING unnest(%s::text[], %s::text[]) AS said (case_id, tenant)
WHERE (r.case_id, r.tenant) = (said.case_id, said.tenant)
"""
OF_CASE = (
    "SELECT name, phone, confidential FROM sanban.reporters WHERE case_id = %s AND tenant = %s"
)
IN_CONFIDENCE = """
SELECT case_id, name, phone FROM sanban.reporters
WHERE case_id = ANY (%s) AND tenant = %s AND confidential
"""
Hidden = dict[str, list[str]]
"""Case -> the name and the number of who reported it in confidence."""
ERASE = "DELETE FROM sanban.reporters WHERE case_id = %s AND tenant = %s RETURNING case_id"


@dataclass(frozen=True, slots=True)
class PostgresReporters:
    """`keys` are read from the whole database if `database` shows only what one person may read."""

    database: Database
    keys: PostgresKeys | None = None

    async def of_case(self, tenant: str, case_id: str) -> Reporter | None:
        """Return the reporter; None if anonymous or erased."""
        found = await self.database.fetch_as(class_row(Reporter), OF_CASE, (case_id, tenant))
        if not found:
            return None
        said = [(tenant, found[0].name), (tenant, found[0].phone)]
        name, phone = await (self.keys or PostgresKeys(self.database)).unsealed(said)
        return Reporter(name, phone, confidential=found[0].confidential)

    async def in_confidence(self, tenant: str, cases: Collection[str]) -> dict[str, list[str]]:
        """Return the names and numbers of those who reported these cases in confidence, by case."""
        found = await self.database.fetch(IN_CONFIDENCE, ([*cases], tenant))
        sealed = [(tenant, each) for _, *both in found for each in both]
        said = await (self.keys or PostgresKeys(self.database)).unsealed(sealed)
        pairs = zip(said[::2], said[1::2], strict=True)
        return {case: [t for t in pair if t] for (case, *_), pair in zip(found, pairs, strict=True)}

    async def hidden_from(self, reader: Database, tenant: str, cases: Collection[str]) -> Hidden:
        """Return what a person may not read of those who reported these cases in confidence.

        `reader` shows what the person may read; we read the rest with the rights of our own.
        """
        found = await self.in_confidence(tenant, cases) if cases else {}
        shown = await reader.fetch(IN_CONFIDENCE, ([*found], tenant)) if found else []
        return {case: names for case, names in found.items() if case not in {c for c, *_ in shown}}

    async def erase(self, tenant: str, case_id: str) -> bool:
        """Delete the reporter; return False if there was none. A repeated record adds none."""
        return bool(await self.database.fetch(ERASE, (case_id, tenant)))


async def keep(connection: Connection, keys: Keys, claims: Collection[Claim]) -> None:
    """Store the reporters of claims that have just become holders, replacing former holders'.

    Nothing is stored for an erased case.
    """
    named = {
        claim.case_id: (
            claim.case_id,
            claim.tenant,
            keys.seal(claim.tenant, claim.case_id, r.name),
            keys.seal(claim.tenant, claim.case_id, r.phone),
            r.confidential,
        )
        for claim in claims
        if (r := claim.reporter) is not None and keys.of[claim.tenant, claim.case_id] is not None
    }
    nameless = [(claim.case_id, claim.tenant) for claim in claims if claim.case_id not in named]
    if named:
        columns = zip(*sorted(named.values()), strict=True)
        await connection.execute(KEEP, [list(column) for column in columns])
    if nameless:
        await connection.execute(DROP, [list(column) for column in zip(*nameless, strict=True)])
