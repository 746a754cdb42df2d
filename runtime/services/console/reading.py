"""What people read in the console, from the database, as far as each of them may."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from console.desk.ports import Listed, Wanted
from domain.case.access import Reach
from domain.case.events import Event
from schemas.records import CaseRow
from store.cases.read_model import PostgresCases
from store.cases.row_access import PersonsDatabase
from store.cases.search_index import words_for
from store.connection import Database
from store.errors import AmbiguousCase, NoSuchCase
from store.journal.rows import PostgresJournal
from store.privacy.keys import PostgresKeys
from store.privacy.reporters import PostgresReporters
from store.privacy.unseal import Unsealer, told_in

_PATIENCE_S, _BETWEEN_LOOKS_S = 2.0, 0.05


@dataclass(frozen=True)
class PersonsReader:
    """Implements console.desk.ports.Reader: cases with the person's rights, keys with our own."""

    services: Database
    reach: Reach

    @property
    def _database(self) -> PersonsDatabase:
        return PersonsDatabase(self.services, self.reach)

    async def lists(self, wanted: Sequence[Wanted], now: datetime) -> Sequence[Listed]:
        asked = [await self._with_words(each) for each in wanted]
        pages = [(each.filter, each.limit, each.after) for each in asked]
        found = await PostgresCases(self._database).overview(pages, now=now)
        keys = PostgresKeys(self.services)
        cases = {row.case_id for page, _ in found for row in page.rows}
        hidden = await self._hidden(*cases)
        return [
            Listed(replace(page, rows=tuple(await Unsealer(keys).titles(page.rows, hidden))), total)
            for page, total in found
        ]

    async def _hidden(self, *cases: str) -> dict[str, list[str]]:
        """Return the names of who reported in confidence, for a person who may not read them."""
        kept = PostgresReporters(self.services, PostgresKeys(self.services))
        return await kept.hidden_from(self._database, self.reach.tenant, cases)

    async def _with_words(self, wanted: Wanted) -> Wanted:
        """Return the list with the search terms of its text; a text too short finds nothing."""
        if not wanted.text:
            return wanted
        words = await words_for(self.services, wanted.text)
        return replace(wanted, filter=replace(wanted.filter, words=words))

    async def named(self, beginning: str) -> Sequence[CaseRow]:
        cases = PostgresCases(self._database)
        try:
            return [await cases.get(beginning)]
        except NoSuchCase:
            return []
        except AmbiguousCase as error:
            return [await cases.get(each) for each in error.candidates]

    async def history(self, case_id: str) -> Sequence[Event]:
        rows = await PostgresJournal(self._database).read(case_id)
        bodies = [row.body for row in rows]
        hidden = await self._hidden(*told_in(bodies[0])) if bodies else {}
        names = [name for each in hidden.values() for name in each]
        return await Unsealer(PostgresKeys(self.services)).events(bodies, names)

    async def shows(self, case_id: str, seq: int) -> bool:
        cases, clock = PostgresCases(self._database), asyncio.get_running_loop()
        ends = clock.time() + _PATIENCE_S
        while await cases.seq(case_id) < seq:
            if clock.time() >= ends:
                return False
            await asyncio.sleep(_BETWEEN_LOOKS_S)
        return True
