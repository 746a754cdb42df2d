"""Write what happened: journal and read model, in one transaction."""

from dataclasses import dataclass
from typing import Protocol

from temporalio import activity

from schemas.records import Batch


class OtherRows(Exception):
    """The journal holds other bytes at a seq of this batch, from an earlier attempt."""


class Journal(Protocol):
    async def append(self, batch: Batch) -> None:
        """Append the rows of one stage; a second call with the same rows changes nothing.

        Raises OtherRows. Any other failure than those of options.FINAL_FAILURES may be retried.
        """
        ...

    async def bodies_from(self, case_id: str, first_seq: int) -> tuple[str, ...]:
        """Return the bodies of the rows from that seq on, in order."""
        ...


@dataclass(frozen=True)
class RecordActivities:
    journal: Journal

    @activity.defn
    async def record(self, batch: Batch) -> tuple[str, ...]:
        """Append the rows; return () or, when the journal holds others there, the bodies of those.

        A worker can die after the commit and before Temporal knows. The workflow task is then done
        again, at a later moment, and decides in other bytes. What was journaled first is what
        happened; the workflow goes on from there (docs/adr/0012).
        """
        try:
            await self.journal.append(batch)
        except OtherRows:
            return await self.journal.bodies_from(batch.case_id, batch.first_seq)
        return ()
