"""What a person of the console reads in tests, by the rule of `Reach`, without PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from console.desk.ports import DeskLists, Listed, Wanted
from domain.case.access import Reach
from domain.case.events import Event
from domain.case.state import Case
from domain.patrols.look_backs import ClosedCase
from domain.privacy.confidential import HIDDEN
from domain.privacy.personal import without_words
from schemas.intake import Reporter
from schemas.journal import body_of, event_of, row_of
from schemas.records import CaseRow
from store.cases.filters import Bookmark, Promise, is_late
from store.cases.grid_counts import GridCount
from store.cases.read_model import CaseCount, CasePage
from store.cases.tallies import UnitTally
from store.privacy.erasure import ErasedBy

if TYPE_CHECKING:
    from tests.fakes.desk import Desk


_HIGH = 3
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class FakeReader:
    """What a person reads: the rule of `Reach`, without PostgreSQL's policies."""

    desk: Desk
    reach: Reach

    def _rows(self) -> list[CaseRow]:
        rows = [self._row(life.case) for life in self.desk.lives.values()]
        if not self.reach.reads_words:
            rows = [row.model_copy(update={"title": HIDDEN}) for row in rows]
        own = {*self.reach.units}
        return [
            row
            for row in rows
            if row.tenant == self.reach.tenant
            and (self.reach.whole_tenant or own & {*row.units, row.holder})
        ]

    def _row(self, case: Case) -> CaseRow:
        """Return the row of a case, which is worked out once for each of its stages."""
        of, row = self.desk.listed.get(case.case_id, (None, None))
        if of is not case or row is None:
            row = row_of(case)
            self.desk.listed[case.case_id] = case, row
        return row

    async def closed_since(self, since: datetime) -> Sequence[ClosedCase]:
        return [
            ClosedCase(row.case_id, row.category, row.closed_at, row.holder, row.grid)
            for row in self._rows()
            if row.stage == "closed" and row.closed_at is not None and row.closed_at > since
            if row.looked_back_at is None
        ]

    async def lists(self, wanted: Sequence[Wanted], now: datetime) -> Sequence[Listed]:
        return [self._listed(each, now) for each in wanted]

    async def overview(self, wanted: Sequence[Wanted], now: datetime) -> DeskLists:
        rows = [row for row in self._rows() if row.closed_at is None]
        owed = {row.case_id: row.owed_by or row.holder for row in rows}
        units = [
            UnitTally(
                unit,
                sum(row.holder == unit for row in rows),
                sum(is_late(row, now) for row in rows if owed[row.case_id] == unit),
                sum(
                    not is_late(row, now) and row.level > 0
                    for row in rows
                    if owed[row.case_id] == unit
                ),
                sum(row.level >= _HIGH for row in rows if owed[row.case_id] == unit),
            )
            for unit in {*owed.values(), *(row.holder for row in rows)}
        ]
        return DeskLists(tuple(await self.lists(wanted, now)), tuple(units))

    async def rows(self, wanted: Wanted, now: datetime) -> AsyncIterator[Sequence[CaseRow]]:
        rows = self._found(wanted, now)
        for start in range(0, len(rows), wanted.limit):
            yield rows[start : start + wanted.limit]

    def _listed(self, wanted: Wanted, now: datetime) -> Listed:
        rows = self._found(wanted, now)
        left = [row for row in rows if wanted.after is None or _place(row) > _mark(wanted.after)]
        shown = left[: wanted.limit]
        more = len(left) > len(shown) > 0
        following = Bookmark(shown[-1].next_due, shown[-1].case_id) if more else None
        return Listed(CasePage(tuple(shown), following), CaseCount(len(rows)))

    def _found(self, wanted: Wanted, now: datetime) -> list[CaseRow]:
        asked, rows = wanted.filter, self._rows()
        rows = [row for row in rows if not asked.late_only or is_late(row, now)]
        if asked.due_before and asked.due_from:
            span = (asked.due_from, asked.due_before)
            rows = [row for row in rows if row.next_due and span[0] <= row.next_due < span[1]]
        rows = [row for row in rows if asked.owed_by in {None, row.owed_by or row.holder}]
        rows = [row for row in rows if asked.among is None or row.case_id in asked.among]
        rows = [row for row in rows if asked.promise in {None, _broken(row, now)}]
        rows = [row for row in rows if asked.stage in {None, row.stage}]
        rows = [row for row in rows if asked.holder in {None, row.holder}]
        rows = [row for row in rows if asked.turn in {None, row.turn}]
        rows = [row for row in rows if asked.category in {None, row.category}]
        rows = [row for row in rows if asked.channel in {None, row.channel}]
        rows = [row for row in rows if row.level >= (asked.level or 0)]
        if asked.inbox is not None:
            rows = [row for row in rows if {*asked.inbox} & {*row.inbox}]
        rows = [row for row in rows if asked.grid in {None, row.grid}]
        rows = [row for row in rows if row.grid is None or not asked.placeless]
        rows = [row for row in rows if asked.tier in {None, row.tier}]
        rows = [row for row in rows if not asked.resting_only or _rests(row)]
        rows = [row for row in rows if row.vacuum or not asked.vacuum]
        rows = [row for row in rows if row.open_lead or not asked.open_lead]
        rows = [row for row in rows if not asked.open_only or row.closed_at is None]
        return sorted(rows, key=_place)

    async def by_grid(self, wanted: Wanted, now: datetime) -> Sequence[GridCount]:
        rows = self._found(wanted, now)
        late = Counter(row.grid for row in rows if is_late(row, now))
        return [GridCount(g, n, late[g]) for g, n in Counter(row.grid for row in rows).items()]

    async def named(self, beginning: str) -> Sequence[CaseRow]:
        return [row for row in self._rows() if row.case_id.startswith(beginning)]

    async def readable(self, cases: Sequence[str]) -> Sequence[CaseRow]:
        return [row for row in self._rows() if row.case_id in cases]

    async def history(self, case_id: str) -> Sequence[Event]:
        readable = any(row.case_id == case_id for row in self._rows())
        events = self.desk.lives[case_id].events if readable else ()
        if self.reach.reads_words:
            return events
        return [event_of(without_words(body_of(case_id, event))) for event in events]

    async def reporter(self, case_id: str) -> Reporter | None:
        found = self.desk.reporters.get(case_id)
        row = next((row for row in self._rows() if row.case_id == case_id), None)
        if found is None or row is None or not self.reach.calls_back:
            return None
        concerned = {*self.reach.units} & {*row.units}
        return None if found.confidential and concerned else found

    async def erased(self, case_id: str) -> ErasedBy | None:
        return self.desk.erased.get(case_id)

    async def shows(self, case_id: str, seq: int) -> bool:
        return self.desk.lives[case_id].case.seq >= seq


def _broken(row: CaseRow, now: datetime) -> Promise | None:
    """Return what a late case breaks; None of one in time."""
    if not is_late(row, now):
        return None
    if row.citizen_due is not None and row.citizen_due < now:
        return Promise.CITIZEN
    return Promise.HOLDER if row.due_clock == "holder" else Promise.OTHER


def _place(row: CaseRow) -> tuple[bool, datetime, str]:
    return row.next_due is None, row.next_due or _NEVER, row.case_id


def _mark(after: Bookmark) -> tuple[bool, datetime, str]:
    return after.next_due is None, after.next_due or _NEVER, after.case_id


def _rests(row: CaseRow) -> bool:
    rests = row.next_due is None if row.rests is None else row.rests
    return row.closed_at is None and rests
