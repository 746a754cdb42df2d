"""`sanban rebuild readmodel`: compute every row of the read model again from the journal.

Rows that are right are left alone, so it may be stopped at any moment, run again, and run beside
everything else.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from runtime.jobs.rebuild.folding import Folded, every_case, sound
from runtime.jobs.rebuild.report import RebuildProgress, RebuildReport, RebuildResult
from schemas.journal import row_of
from schemas.records import CaseRow
from store.cases.read_model import PostgresCases
from store.cases.rebuilding import PostgresRebuilding

_ROUNDS = 5


@dataclass(frozen=True)
class ReadModelRebuild:
    """Raises StoreUnavailable; rows that were written by then stay."""

    store: PostgresRebuilding
    report: RebuildReport

    async def rebuild(self, progress: RebuildProgress) -> None:
        async for stretch in every_case(self.store, self.report, progress):
            await self._put(stretch)
            if not self.report.dry:
                await self.store.find_by_orders([*_orders(stretch)])
        if self.report.dry:
            surplus = await self.store.unjournaled()
        else:
            surplus = await PostgresCases(self.store.database).forget_unjournaled()
        for case_id in sorted(surplus):
            self.report.add(RebuildResult.DROPPED, case_id, "the journal has no such case")
        marked = await self.store.wrong_marks()
        if not self.report.dry:
            await self.store.put_marks(marked)
        for case_id in marked:
            self.report.add(RebuildResult.PUT, case_id, "its marks said something else")

    async def _put(self, stretch: list[Folded]) -> None:
        """Write the rows that are missing or wrong.

        A case that moves on meanwhile writes its row itself, and `restore` leaves it alone. It is
        looked at again all the same: a worker of an older release may write less than we would.
        """
        for _ in range(_ROUNDS):
            rows = {each.stored.case_id: row_of(each.case) for each in stretch}
            wrong = [each for each in stretch if rows[each.stored.case_id] != each.stored.shown]
            names = {each.stored.case_id for each in wrong}
            right = [each for each in stretch if each.stored.case_id not in names]
            self._count(RebuildResult.AS_IT_SHOULD_BE, right)
            if self.report.dry or not wrong:
                self._count(RebuildResult.PUT, wrong)
                return
            done = await self.store.restore([rows[name] for name in names])
            self._count(RebuildResult.PUT, [each for each in wrong if each.stored.case_id in done])
            if done == names:
                return
            stretch = sound(await self.store.stored(names - done), self.report)
        # Cases as busy as this have been written by their own workers in every round.
        self._count(RebuildResult.AS_IT_SHOULD_BE, stretch)

    def _count(self, what: RebuildResult, cases: list[Folded]) -> None:
        for each in cases:
            shown = each.stored.shown
            detail = "it was missing" if shown is None else _difference(row_of(each.case), shown)
            self.report.add(what, each.stored.case_id, detail if what is RebuildResult.PUT else "")


def _orders(stretch: list[Folded]) -> Iterator[tuple[str, str, str]]:
    """Yield (case, tenant, number) of the cases that a superior issued under a number."""
    for each in stretch:
        told = each.case.plan.complaint
        if told.superior is not None and told.superior.number:
            yield each.stored.case_id, told.tenant, told.superior.number


def _difference(row: CaseRow, shown: CaseRow) -> str:
    """Name the fields that differ, without their values: a title may be a citizen's words."""
    fields = [name for name in CaseRow.model_fields if getattr(row, name) != getattr(shown, name)]
    return f"it showed something else: {', '.join(fields)}"
