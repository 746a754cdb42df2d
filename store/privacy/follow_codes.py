"""Makes follow codes with the keys of cases, and finds the case of one."""

import hmac
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from domain.privacy.follow_codes import read, written
from store import ciphers
from store.connection import Connection, Database
from store.privacy import keys
from store.privacy.keys import Ref


@dataclass(frozen=True, slots=True)
class PostgresFollowCodes:
    """Nothing is stored: a code is made again, and compared. Every method raises StoreUnavailable.

    `decoy` is the key that is used where a case has none, so that it is not told by the time that
    the answer takes if there is such a case.
    """

    database: Database
    decoy: bytes = field(default_factory=ciphers.new_key, repr=False)

    async def of(self, cases: Collection[Ref]) -> Mapping[Ref, str]:
        """Return the codes of those of these cases that have a key."""

        async def work(connection: Connection) -> dict[Ref, bytes | None]:
            return await keys.read(connection, self.database.wrapping, cases)

        found = await self.database.run(work) if cases else {}
        return {ref: _code(key, *ref) for ref, key in found.items() if key is not None}

    async def case_of(self, tenants: Sequence[str], code: str) -> Ref | None:
        """Return the case of a code, in one of these tenants; None for a wrong or unknown one.

        Both cost one query, and for each tenant one unwrapping, one hash and one comparison.
        """
        case_id, given = read(code)
        refs = [(tenant, case_id) for tenant in tenants]
        wrapping = self.database.wrapping

        async def work(connection: Connection) -> dict[Ref, bytes]:
            return await keys.read_wrapped(connection, refs)

        kept = await self.database.run(work)
        decoy = wrapping.wrap(self.decoy)
        right = None
        for ref in refs:
            made = _code(wrapping.unwrap(kept.get(ref, decoy)), *ref)
            same = hmac.compare_digest(made.encode(), given.encode())
            if same and ref in kept:
                right = ref
        return right


def _code(key: bytes, tenant: str, case_id: str) -> str:
    return written(case_id, ciphers.follow_digest(key, tenant, case_id))
