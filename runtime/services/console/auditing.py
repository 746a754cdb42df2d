"""What auditors read in the console: chains, proofs, checkpoints, and what a policy changed."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import BinaryIO
from zoneinfo import ZoneInfo

from console.desk.audit_ports import ChainView, CheckpointPage, SignedCheckpoint
from domain.audit.checkpoints import NotACheckpoint
from domain.audit.hash_chain import Row, genesis, link
from domain.policy.diffs import diff
from runtime.policy_lines import line
from runtime.wiring.policy_registry import PolicyRegistry
from schemas.audit.exports import OneRow
from schemas.audit.findings import VerificationReport
from schemas.audit.keyring import Keyring
from schemas.audit.signed_notes import NoteError, PublicKey, opened
from schemas.audit.verification import Verification
from store.connection import Database
from store.journal.checkpoints import PostgresCheckpoints
from store.journal.exports import PostgresExports
from store.journal.operation_rows import OperationPage, PostgresOperationRows

ROWS = """
SELECT case_id, seq, prev, hash, body FROM sanban.journal
WHERE case_id = %s AND seq >= %s ORDER BY seq LIMIT %s
"""
CHECKPOINTS = """
SELECT size, at, root, note FROM sanban.checkpoints WHERE size < %s ORDER BY size DESC LIMIT %s
"""
_AT_A_TIME = 1000
_MOST = 2**62


@dataclass(frozen=True)
class ConsoleAudit:
    """Implements console.desk.audit_ports.Audit."""

    database: Database
    policies: PolicyRegistry

    async def operations(
        self,
        tenant: str,
        *,
        kinds: Sequence[str] = (),
        about: str = "",
        before: int | None = None,
        limit: int = 50,
    ) -> OperationPage:
        rows = PostgresOperationRows(self.database)
        return await rows.page(tenant, kinds=kinds, about=about, before=before, limit=limit)

    async def chain(self, chain: str, *, since: int, limit: int) -> ChainView:
        shown, previous, total, broken = list[Row](), genesis(chain), 0, ""
        async for row in self._rows(chain):
            total += 1
            if not broken:
                broken = _fault(row, total, previous)
            previous = row.hash
            if row.seq >= since and len(shown) < limit:
                shown.append(row)
        return ChainView(shown, total, broken)

    async def _rows(self, chain: str) -> AsyncIterator[Row]:
        seq = 1
        while rows := await self.database.fetch(ROWS, (chain, seq, _AT_A_TIME)):
            for case_id, number, previous, hash_, body in rows:
                yield Row(case_id, number, bytes(previous), bytes(hash_), bytes(body))
            seq = rows[-1][1] + 1

    async def proof(self, chain: str, seq: int, file: BinaryIO) -> VerificationReport:
        keys = await PostgresCheckpoints(self.database).keys()
        # The first key: an export brings the changes of keys after it, and they are verified too.
        verification = Verification([PublicKey.parse(each.key) for each in keys[:1]])
        async with aclosing(PostgresExports(self.database).lines(OneRow(chain, seq))) as every:
            async for some in every:
                await asyncio.to_thread(file.write, some.lines)
                await asyncio.to_thread(verification.feed, some.lines)
        return verification.finish()

    async def checkpoints(self, before: int | None, limit: int) -> CheckpointPage:
        kept = PostgresCheckpoints(self.database)
        keys, published = await kept.keys(), await kept.published_size()
        ring, known = _ring([each.key for each in keys], [each.note for each in keys])
        rows = await self.database.fetch(CHECKPOINTS, (before or _MOST, limit + 1))
        shown = [
            SignedCheckpoint(size, at, bytes(root), size <= published, *_signed(ring, known, note))
            for size, at, root, note in rows[:limit]
        ]
        older = shown[-1].size if len(rows) > limit else None
        lag = await kept.lag()
        return CheckpointPage(shown, [each.key for each in keys], lag.rows, older)

    async def policy_changes(self, tenant: str, before: str, after: str) -> Sequence[str] | None:
        try:
            old = await self.policies.pinned(tenant, before)
            new = await self.policies.pinned(tenant, after)
        except LookupError:
            return None
        zone = ZoneInfo(new.calendar.zone)
        return [line(change, zone) for change in diff(old, new)]


def _fault(row: Row, place: int, previous: bytes) -> str:
    """Return why the row does not follow the one before, "" if it does."""
    if row.seq != place:
        return f"row {place} is missing"
    if row.previous != previous:
        return f"row {row.seq} names another row before it"
    if link(previous, row.body) != row.hash:
        return f"row {row.seq} has other bytes than its hash says"
    return ""


def _ring(keys: Sequence[str], notes: Sequence[str | None]) -> tuple[Keyring, list[PublicKey]]:
    known = [PublicKey.parse(each) for each in keys]
    ring = Keyring(known[:1])
    for note in notes:
        if note is not None:
            ring.learn(note)
    return ring, known


def _signed(ring: Keyring, known: Sequence[PublicKey], note: str) -> tuple[str, str]:
    """Return the key that signed, and why that does not hold."""
    try:
        ring.open(note)
        return str(opened(note, known).signers[0]), ""
    except (NoteError, NotACheckpoint) as error:
        return "", str(error)
