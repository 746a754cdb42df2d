"""Write what happened: the journal and the read model, in one transaction."""

from dataclasses import dataclass
from typing import Protocol

from temporalio import activity

from schemas.records import Batch


class OtherRows(Exception):
    """The journal holds other bytes at a seq of this batch: an earlier attempt got there first."""


class Journal(Protocol):
    async def append(self, batch: Batch) -> None:
        """Keep the rows of one stage; doing it twice is doing it once.

        Raises OtherRows. Any failure but those of options.FINAL_FAILURES is worth another try.
        """
        ...

    async def bodies_from(self, case_id: str, first_seq: int) -> tuple[str, ...]:
        """The bodies the journal holds for that seq and all after it, in order."""
        ...


@dataclass(frozen=True)
class RecordActivities:
    journal: Journal

    @activity.defn
    async def record(self, batch: Batch) -> tuple[str, ...]:
        """Nothing, when the rows were kept as given; else the rows that stand in their place.

        A worker can die after the commit and before Temporal knows. The workflow task is then done
        again, at a later moment, and decides in other bytes. What was journaled first is what
        happened; the workflow goes on from there (docs/adr/0012).
        """
        try:
            await self.journal.append(batch)
        except OtherRows:
            return await self.journal.bodies_from(batch.case_id, batch.first_seq)
        return ()
