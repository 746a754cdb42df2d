"""Write what happened: journal and read model, in one transaction."""

from dataclasses import dataclass

from temporalio import activity

from activities.journal import Journal, OtherRows
from schemas.records import Batch


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
