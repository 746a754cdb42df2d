"""What the pages of auditors ask of Sanban: they read, and nothing here writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from domain.audit.hash_chain import Row
from schemas.audit.findings import VerificationReport
from store.journal.operation_rows import OperationPage


@dataclass(frozen=True, slots=True)
class ChainView:
    """A chain as the database has it. `broken`: its first bad row and why, "" if it holds.

    `rows` are those of one page, in order; `total` all that were checked.
    """

    rows: Sequence[Row]
    total: int
    broken: str


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with the key that signed it; `wrong` says why its signature does not hold."""

    size: int
    at: datetime
    root: bytes
    published: bool
    signer: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class CheckpointPage:
    """Checkpoints, the newest first. `keys`: that ever signed; `lag`: rows that none covers."""

    checkpoints: Sequence[SignedCheckpoint]
    keys: Sequence[str]
    lag: int
    older: int | None


class Audit(Protocol):
    """Raises StoreUnavailable."""

    async def operations(
        self,
        tenant: str,
        *,
        kinds: Sequence[str] = (),
        about: str = "",
        before: int | None = None,
        limit: int = 50,
    ) -> OperationPage: ...

    async def chain(self, chain: str, *, since: int, limit: int) -> ChainView:
        """Check a whole chain, and return its rows from `since` on."""

    async def proof(self, chain: str, seq: int, file: BinaryIO) -> VerificationReport:
        """Write the proof of one row into the file, and verify what was written."""

    async def checkpoints(self, before: int | None, limit: int) -> CheckpointPage: ...

    async def policy_changes(self, tenant: str, before: str, after: str) -> Sequence[str] | None:
        """Return a line for each change between two policies; None if one is not kept."""
