"""What people read in the console, from the database, as far as each of them may."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from console.desk.ports import DeskLists, Listed, Wanted
from domain.case.access import Reach
from domain.case.events import Event
from domain.patrols.look_backs import ClosedCase
from schemas.intake import Reporter
from schemas.records import CaseRow
from store.cases.filters import Bookmark, CaseFilter
from store.cases.finding import sought
from store.cases.grid_counts import GridCount, by_grid
from store.cases.look_backs import PostgresLookBacks
from store.cases.persons_texts import PersonsTexts
from store.cases.read_model import CaseCount, CasePage, PostgresCases
from store.cases.row_access import PersonsDatabase
from store.cases.tallies import overview
from store.connection import Database
from store.errors import AmbiguousCase, NoSuchCase
from store.privacy.erasure import ErasedBy, PostgresErasure
from store.privacy.readings import reporter_for

_PATIENCE_S, _BETWEEN_LOOKS_S = 2.0, 0.05


@dataclass(frozen=True)
class PersonsReader:
    """Implements console.desk.ports.Reader: cases with the person's rights, keys with our own."""

    services: Database
    reach: Reach

    @property
    def _database(self) -> PersonsDatabase:
        return PersonsDatabase(self.services, self.reach)

    @property
    def _texts(self) -> PersonsTexts:
        return PersonsTexts(self._database, self.services)

    async def lists(self, wanted: Sequence[Wanted], now: datetime) -> Sequence[Listed]:
        pages = await self._pages(wanted, now)
        return await self._opened(await PostgresCases(self._database).overview(pages, now=now))

    async def overview(self, wanted: Sequence[Wanted], now: datetime) -> DeskLists:
        pages, cases = await self._pages(wanted, now), PostgresCases(self._database)
        tenant = self.reach.tenant if self.reach.whole_tenant else None
        found = await overview(cases, pages, now=now, tenant=tenant)
        return DeskLists(tuple(await self._opened(found.lists)), found.units)

    async def _pages(
        self, wanted: Sequence[Wanted], now: datetime
    ) -> list[tuple[CaseFilter, int, Bookmark | None]]:
        asked = [await self._with_words(each, now) for each in wanted]
        return [(each.filter, each.limit, each.after) for each in asked]

    async def _opened(self, found: Sequence[tuple[CasePage, CaseCount]]) -> list[Listed]:
        """Return the lists with unsealed titles."""
        opened = iter(await self._texts.titles([row for page, _ in found for row in page.rows]))
        return [
            Listed(replace(page, rows=tuple(islice(opened, len(page.rows)))), total)
            for page, total in found
        ]

    async def rows(self, wanted: Wanted, now: datetime) -> AsyncIterator[Sequence[CaseRow]]:
        asked = await self._with_words(wanted, now)
        cases = PostgresCases(self._database)
        async for rows in cases.pieces(asked.filter, now=now, size=asked.limit):
            yield rows

    async def _with_words(self, wanted: Wanted, now: datetime) -> Wanted:
        """Return the list with what its text finds. Raises TooShort."""
        if not wanted.text:
            return wanted
        if not self.reach.reads_words:
            raise ValueError("who reads no words searches for none")
        found = await sought(self.services, self._database, wanted.filter, wanted.text, now)
        return replace(wanted, filter=found)

    async def by_grid(self, wanted: Wanted, now: datetime) -> Sequence[GridCount]:
        asked = await self._with_words(wanted, now)
        return await by_grid(self._database, asked.filter, now)

    async def named(self, beginning: str) -> Sequence[CaseRow]:
        cases = PostgresCases(self._database)
        try:
            return [await cases.get(beginning)]
        except NoSuchCase:
            return []
        except AmbiguousCase as error:
            return [await cases.get(each) for each in error.candidates]

    async def readable(self, cases: Sequence[str]) -> Sequence[CaseRow]:
        return await PostgresCases(self._database).of(cases)

    async def history(self, case_id: str) -> Sequence[Event]:
        return await self._texts.events(case_id)

    async def reporter(self, case_id: str) -> Reporter | None:
        return await reporter_for(self._database, self.services, self.reach.tenant, case_id)

    async def erased(self, case_id: str) -> ErasedBy | None:
        return await PostgresErasure(self.services).by(self.reach.tenant, case_id)

    async def closed_since(self, since: datetime) -> Sequence[ClosedCase]:
        return await PostgresLookBacks(self._database).closed_since(self.reach.tenant, since)

    async def shows(self, case_id: str, seq: int) -> bool:
        cases, clock = PostgresCases(self._database), asyncio.get_running_loop()
        ends = clock.time() + _PATIENCE_S
        while await cases.seq(case_id) < seq:
            if clock.time() >= ends:
                return False
            await asyncio.sleep(_BETWEEN_LOOKS_S)
        return True
