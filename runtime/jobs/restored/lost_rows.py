"""Rows of cases that their workflows have written and a restored database does not have.

Each workflow whose history went on after the restored moment is replayed on this build. That gives
every row it has surely journaled, byte for byte, and appending it again gives the same hashes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from temporalio.worker import WorkflowRunner

from domain.case.evolve import fold
from runtime.jobs.histories.case_histories import CaseHistories
from runtime.jobs.histories.replayed_rows import replays
from schemas.journal import event_of, row_of
from schemas.records import Batch
from workflows.registry import WORKFLOWS


class RestoredJournal(Protocol):
    """store.journal.rows.PostgresJournal is one."""

    async def newest_at(self) -> datetime | None:
        """Return when the newest row of a case was decided; None if there is none."""
        ...

    async def bodies_from(self, case_id: str, first_seq: int) -> tuple[str, ...]:
        """Return the bodies from `first_seq` on, in order."""
        ...

    async def journaled_seq(self, case_id: str) -> int:
        """Return the seq of the last row; 0 if there is no such case."""
        ...


@dataclass(frozen=True, slots=True)
class LostCase:
    """The rows of a case after `head`, the last row that the database has; `bodies` in order.

    `tenant` is that of the case. `gap`: rows between `head` and the first of `bodies` that no
    history has.
    """

    case_id: str
    tenant: str
    head: int
    first_seq: int
    bodies: tuple[str, ...]

    @property
    def gap(self) -> int:
        return self.first_seq - self.head - 1

    @property
    def seqs(self) -> range:
        return range(self.first_seq, self.first_seq + len(self.bodies))


@dataclass(frozen=True, slots=True)
class BrokenHistory:
    """A case whose rows cannot be compared, and why: a person must look at it."""

    case_id: str
    detail: str


@dataclass
class LostRows:
    """What was found. `restored_to`: when the newest row of the database was decided."""

    restored_to: datetime | None = None
    replayed: int = 0
    cases: list[LostCase] = field(default_factory=list)
    broken: list[BrokenHistory] = field(default_factory=list)

    @property
    def number(self) -> int:
        return sum(len(each.bodies) for each in self.cases)


@dataclass(frozen=True)
class LostRowsFinder:
    """Reads Temporal and PostgreSQL, and changes neither. Raises Unavailable.

    `margin` is how far clocks may be apart, and how long a worker may have waited for the database.
    """

    histories: CaseHistories
    journal: RestoredJournal
    runner: WorkflowRunner
    margin: timedelta

    async def find(self, moved: Callable[[int], None]) -> LostRows:
        found = LostRows(await self.journal.newest_at())
        since = found.restored_to or datetime(2000, 1, 1, tzinfo=UTC)
        runs = await self.histories.changed_since(since - self.margin, moved)
        written: dict[str, list[Batch]] = {}
        async for run, failure, batches in replays(self.histories, runs, WORKFLOWS, self.runner):
            found.replayed += 1
            if failure is not None:
                detail = f"this build does not replay it ({failure}): use the release that ran"
                found.broken.append(BrokenHistory(run.case_id, detail))
            for batch in batches:
                written.setdefault(batch.case_id, []).append(batch)
            moved(found.replayed)
        unreadable = {each.case_id for each in found.broken}
        for case_id in sorted(written.keys() - unreadable):
            await self._compare(case_id, written[case_id], found)
        return found

    async def _compare(self, case_id: str, batches: Sequence[Batch], found: LostRows) -> None:
        rows: dict[int, str] = {}
        for batch in batches:
            rows |= dict(enumerate(batch.bodies, batch.first_seq))
        first = min(rows)
        kept = await self.journal.bodies_from(case_id, first)
        head = first - 1 + len(kept) if kept else await self.journal.journaled_seq(case_id)
        for seq, body in enumerate(kept, first):
            if rows.get(seq, body) != body:
                detail = f"row {seq} is another than its workflow wrote: the case went on in two "
                detail += "ways, or this build decides it in another way (`sanban upgrade check`)"
                found.broken.append(BrokenHistory(case_id, detail))
                return
        lost = [rows[seq] for seq in sorted(rows) if seq > head]
        if lost:
            first_lost = min(seq for seq in rows if seq > head)
            tenant = batches[-1].row.tenant
            found.cases.append(LostCase(case_id, tenant, head, first_lost, tuple(lost)))


def batch_of_lost(case: LostCase, before: Sequence[str]) -> Batch:
    """Return the lost rows as one batch, with the list's row; `before` are all rows until then."""
    events = [event_of(body.encode()) for body in (*before, *case.bodies)]
    return Batch(
        case_id=case.case_id,
        first_seq=case.first_seq,
        bodies=case.bodies,
        row=row_of(fold(events)),
    )
