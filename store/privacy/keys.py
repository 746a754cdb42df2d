"""The keys of cases: created when intake reserves a case, destroyed when its person is erased."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.privacy.sealed import keys_in, opened
from store import ciphers
from store.ciphers import Wrapping
from store.connection import Connection, Database

Ref = tuple[str, str]
"""Tenant and case id."""

READ = """
SELECT tenant, case_id, key FROM sanban.keys
JOIN unnest(%s::text[], %s::text[]) AS asked (tenant, case_id) USING (tenant, case_id)
"""
# A destroyed key is not replaced: a case that is not returned has none.
HOLD = """
INSERT INTO sanban.keys AS k (tenant, case_id, key, phone_hash)
SELECT * FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::bytea[])
ON CONFLICT (tenant, case_id) DO UPDATE SET
    phone_hash = CASE WHEN %s THEN EXCLUDED.phone_hash ELSE k.phone_hash END
    WHERE k.destroyed_at IS NULL
RETURNING tenant, case_id, key
"""
DESTROYED = """
SELECT 1 FROM sanban.keys WHERE tenant = %s AND case_id = %s AND destroyed_at IS NOT NULL
"""
MAKE = """
INSERT INTO sanban.secrets (name, secret) VALUES ('look-ups', %s) ON CONFLICT DO NOTHING
"""
LOOK_UPS = "SELECT secret FROM sanban.secrets WHERE name = 'look-ups'"

ERASED = "(已删除 erased)"
UNREADABLE = "(不可读 sealed)"
"""Shown if there is no such key here, or the sealed text was altered."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of some cases; None is a destroyed key. `secret` is for keyed hashes."""

    of: Mapping[Ref, bytes | None] = field(repr=False)
    secret: bytes = field(default=b"", repr=False)

    def seal(self, tenant: str, case_id: str, text: str) -> str:
        return ciphers.seal(self.of[tenant, case_id], case_id, text)

    def blind(self, tenant: str, text: str) -> str:
        return ciphers.blinded(self.secret, tenant, text)

    def unseal(self, tenant: str, text: str) -> str:
        """Return the text with its sealed parts in words, as far as their keys are here."""

        def words(key_id: str, content: bytes) -> str:
            ref = (tenant, key_id)
            if ref not in self.of:
                return UNREADABLE
            key = self.of[ref]
            found = ERASED if key is None else ciphers.unseal(key, key_id, content)
            return UNREADABLE if found is None else found

        return opened(text, words, ERASED)


@dataclass(frozen=True, slots=True)
class PostgresKeys:
    """Implements consumers.ports.Sealing, and unseals."""

    database: Database

    async def of(self, cases: Collection[Ref]) -> Keys:
        """Return the keys for sealing; a case without one gets one. Raises StoreUnavailable."""
        wrapping = self.database.wrapping

        async def work(connection: Connection) -> Keys:
            found = await read(connection, wrapping, cases)
            missing = {ref: None for ref in cases if ref not in found}
            if missing:
                found |= await hold(connection, wrapping, missing)
            return Keys(found, await secret(connection, wrapping))

        return await self.database.run(work)

    async def known(self, cases: Collection[Ref]) -> set[Ref]:
        """Return those of these cases that have a key, or had one that is destroyed."""
        rows = await self.database.fetch(READ, _columns(sorted(set(cases)))) if cases else []
        return {(tenant, case_id) for tenant, case_id, _ in rows}

    async def erased(self, tenant: str, case_id: str) -> bool:
        """Return whether the key of the case is destroyed. Raises StoreUnavailable."""
        return bool(await self.database.fetch(DESTROYED, (tenant, case_id)))

    async def unsealed(self, texts: Sequence[tuple[str, str]]) -> list[str]:
        """Return each text, given with its tenant, unsealed. Raises StoreUnavailable."""
        wanted = {(tenant, key_id) for tenant, text in texts for key_id in keys_in(text)}
        if not wanted:
            nothing = Keys({})
            return [nothing.unseal(tenant, text) for tenant, text in texts]

        async def work(connection: Connection) -> Keys:
            return Keys(await read(connection, self.database.wrapping, wanted))

        keys = await self.database.run(work)
        words = {each: keys.unseal(*each) for each in dict.fromkeys(texts)}
        return [words[each] for each in texts]


async def read(
    connection: Connection, wrapping: Wrapping, cases: Iterable[Ref]
) -> dict[Ref, bytes | None]:
    """Return the keys of those cases that have one; None for a destroyed key."""
    cursor = await connection.execute(READ, _columns(sorted(set(cases))))
    return {
        (tenant, case_id): None if kept is None else wrapping.unwrap(kept)
        for tenant, case_id, kept in await cursor.fetchall()
    }


async def read_wrapped(connection: Connection, cases: Iterable[Ref]) -> dict[Ref, bytes]:
    """Return the keys of those cases that have one that is not destroyed, as the database has them.

    `Wrapping.unwrap` makes a key of each.
    """
    cursor = await connection.execute(READ, _columns(sorted(set(cases))))
    found = await cursor.fetchall()
    return {(tenant, case_id): bytes(kept) for tenant, case_id, kept in found if kept is not None}


async def hold(
    connection: Connection,
    wrapping: Wrapping,
    cases: Mapping[Ref, bytes | None],
    *,
    by_number: bool = False,
) -> dict[Ref, bytes | None]:
    """Return the key of each case; create those that are missing.

    The values of `cases` are hashes of phone numbers; `by_number` stores them, also for old keys.
    Raises StoreUnavailable before it creates a key that another master key than theirs would wrap.
    """
    # A key that was wrapped by mistake could be opened by no process that has the right master key.
    await secret(connection, wrapping)
    # Sorted everywhere, so that two consumers with the same cases do not deadlock.
    rows = [(*ref, wrapping.wrap(ciphers.new_key()), cases[ref]) for ref in sorted(cases)]
    columns = [list(column) for column in zip(*rows, strict=True)]
    cursor = await connection.execute(HOLD, [*columns, by_number])
    found = {
        (tenant, case_id): wrapping.unwrap(kept)
        for tenant, case_id, kept in await cursor.fetchall()
    }
    return {ref: found.get(ref) for ref in cases}


async def secret(connection: Connection, wrapping: Wrapping) -> bytes:
    """Return the secret of all look-ups; the first caller creates it."""
    if wrapping.secret is not None:
        return wrapping.secret
    cursor = await connection.execute(LOOK_UPS)
    found = await cursor.fetchall()
    if found:
        wrapping.secret = wrapping.unwrap(found[0][0])
        return wrapping.secret
    await connection.execute(MAKE, (wrapping.wrap(ciphers.new_key()),))
    cursor = await connection.execute(LOOK_UPS)
    [(made,)] = await cursor.fetchall()
    # Not cached: this transaction may be rolled back.
    return wrapping.unwrap(made)


def _columns(refs: Sequence[Ref]) -> list[list[str]]:
    return [[tenant for tenant, _ in refs], [case_id for _, case_id in refs]]
