"""Write what happened: the journal and the read model, in one transaction."""

from dataclasses import dataclass
from typing import Protocol

from temporalio import activity

from schemas.records import Batch


class Journal(Protocol):
    async def append(self, batch: Batch) -> None:
        """Keep the rows of one stage; doing it twice is doing it once.

        Any failure but those of options.FINAL_FAILURES is worth another try.
        """
        ...


@dataclass(frozen=True)
class RecordActivities:
    journal: Journal

    @activity.defn
    async def record(self, batch: Batch) -> None:
        await self.journal.append(batch)
