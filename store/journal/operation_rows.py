"""Reads the chains operations/TENANT for people: what was done beside cases, by whom and why."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from store.connection import Database
from store.journal.operations import chain_of

HEAD = "SELECT seq FROM sanban.journal_heads WHERE case_id = %s"
PAGE = """
SELECT seq, hash, body FROM sanban.journal
WHERE case_id = %(chain)s AND seq < %(before)s AND seq >= %(since)s
    AND (%(kinds)s::text[] = '{}' OR convert_from(body, 'UTF8')::jsonb ->> 'kind' = ANY (%(kinds)s))
    AND (%(about)s = '' OR convert_from(body, 'UTF8')::jsonb ->> 'about' = %(about)s)
ORDER BY seq DESC LIMIT %(limit)s
"""
_LOOKED_AT = 20_000
"""Rows that one page looks at: a chain may be long, and rows of a kind few."""
_KNOWN = frozenset({"v", "chain", "seq", "at", "id", "kind", "person", "why", "about"})


@dataclass(frozen=True, slots=True)
class OperationRow:
    """A row of the chain. `details`: what it says besides."""

    seq: int
    hash: bytes
    at: datetime
    kind: str
    person: str
    why: str
    about: str
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OperationPage:
    """Rows, the newest first. `older`: give it as `before` for the rows before these, if any."""

    rows: Sequence[OperationRow]
    older: int | None


@dataclass(frozen=True, slots=True)
class PostgresOperationRows:
    database: Database

    async def page(
        self,
        tenant: str,
        *,
        kinds: Sequence[str] = (),
        about: str = "",
        before: int | None = None,
        limit: int = 50,
    ) -> OperationPage:
        """Return rows of these kinds (all, if none is named). Raises StoreUnavailable."""
        chain = chain_of(tenant)
        if before is None:
            found = await self.database.fetch(HEAD, (chain,))
            before = (found[0][0] if found else 0) + 1
        since = max(1, before - _LOOKED_AT)
        asked = {
            "chain": chain,
            "before": before,
            "since": since,
            "kinds": list(kinds),
            "about": about,
            "limit": limit + 1,
        }
        found = await self.database.fetch(PAGE, asked)
        rows = [_row(seq, bytes(hash_), bytes(body)) for seq, hash_, body in found[:limit]]
        older = rows[-1].seq if len(found) > limit else since if since > 1 else None
        return OperationPage(rows, older)


def _row(seq: int, hash_: bytes, body: bytes) -> OperationRow:
    said = json.loads(body)
    return OperationRow(
        seq,
        hash_,
        datetime.fromisoformat(said["at"]),
        said["kind"],
        said["person"],
        said["why"],
        said["about"],
        {name: str(value) for name, value in said.items() if name not in _KNOWN},
    )
