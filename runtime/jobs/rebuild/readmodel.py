"""The read model again from the journal: `sanban rebuild readmodel`.

What is right is left alone, so it can be ended at any moment and run again, beside everything else.
"""

from dataclasses import dataclass

from runtime.jobs.rebuild.shared import (
    Folded,
    RebuildProgress,
    RebuildReport,
    RebuildResult,
    every_case,
    sound,
)
from schemas.journal import row_of
from schemas.records import CaseRow
from store.cases.read_model import PostgresCases
from store.cases.rebuilding import PostgresRebuilding

_ROUNDS = 5


@dataclass(frozen=True)
class ReadModelRebuild:
    """Raises StoreUnavailable: what was put by then stays put."""

    store: PostgresRebuilding
    report: RebuildReport

    async def rebuild(self, progress: RebuildProgress) -> None:
        async for stretch in every_case(self.store, self.report, progress):
            await self._put(stretch)
        if self.report.dry:
            surplus = await self.store.unjournaled()
        else:
            surplus = await PostgresCases(self.store.database).forget_unjournaled()
        for case_id in sorted(surplus):
            self.report.add(RebuildResult.DROPPED, case_id, "the journal has no such case")

    async def _put(self, stretch: list[Folded]) -> None:
        """A case that moves on meanwhile writes its row itself; it is looked at again all the same,
        because a worker of an older release may write less than we would.
        """
        for _ in range(_ROUNDS):
            rows = {each.kept.case_id: row_of(each.case) for each in stretch}
            wrong = [each for each in stretch if rows[each.kept.case_id] != each.kept.shown]
            names = {each.kept.case_id for each in wrong}
            right = [each for each in stretch if each.kept.case_id not in names]
            self._count(RebuildResult.AS_IT_SHOULD_BE, right)
            if self.report.dry or not wrong:
                self._count(RebuildResult.PUT, wrong)
                return
            done = await self.store.restore([rows[name] for name in names])
            self._count(RebuildResult.PUT, [each for each in wrong if each.kept.case_id in done])
            if done == names:
                return
            stretch = sound(await self.store.kept(names - done), self.report)
        # Busy as they are, each of them has been written many times by those who work on it.
        self._count(RebuildResult.AS_IT_SHOULD_BE, stretch)

    def _count(self, what: RebuildResult, cases: list[Folded]) -> None:
        for each in cases:
            shown = each.kept.shown
            detail = "it was missing" if shown is None else _difference(row_of(each.case), shown)
            self.report.add(what, each.kept.case_id, detail if what is RebuildResult.PUT else "")


def _difference(row: CaseRow, shown: CaseRow) -> str:
    """Names alone: a title may be a citizen's words."""
    fields = [name for name in CaseRow.model_fields if getattr(row, name) != getattr(shown, name)]
    return f"it showed something else: {', '.join(fields)}"
