"""Texts as one person may read them: unsealed, without who reported in confidence."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.case.events import Event
from domain.case.own_parts import as_read, reads_own_parts
from domain.privacy.confidential import HIDDEN
from domain.privacy.personal import without_words
from schemas.journal import event_of
from schemas.records import CaseRow
from store.cases.row_access import PersonsDatabase
from store.connection import Database
from store.journal.rows import PostgresJournal
from store.privacy.keys import PostgresKeys
from store.privacy.reporters import Hidden, PostgresReporters
from store.privacy.unseal import Unsealer, told_in


@dataclass(frozen=True, slots=True)
class PersonsTexts:
    """Reads rows with the rights of `reader`, and keys with our own (`services`).

    Only a person's database hides anything. Every method raises StoreUnavailable.
    """

    reader: Database
    services: Database

    async def events(self, case_id: str) -> list[Event]:
        """Return the rows of a case; none if there is no such case to read."""
        bodies = [row.body for row in await PostgresJournal(self.reader).read(case_id)]
        if not self._reads_words:
            return [event_of(without_words(body)) for body in bodies]
        hidden = await self._hidden(told_in(bodies[0])) if bodies else {}
        names = [name for several in hidden.values() for name in several]
        events = await self._unsealer.events(bodies, names)
        if isinstance(self.reader, PersonsDatabase):
            return as_read(events, self.reader.reach)
        return events

    async def titles(self, rows: Sequence[CaseRow]) -> list[CaseRow]:
        """Return the rows with their titles unsealed."""
        if not self._reads_words:
            return [row.model_copy(update={"title": HIDDEN}) for row in rows]
        hidden = await self._hidden([row.case_id for row in rows])
        return [self._as_read(row) for row in await self._unsealer.titles(rows, hidden)]

    def _as_read(self, row: CaseRow) -> CaseRow:
        """Return the row without its title, if the person reads only parts of the case."""
        if not isinstance(self.reader, PersonsDatabase):
            return row
        parts_alone = reads_own_parts(self.reader.reach, row.units, row.holder)
        return row.model_copy(update={"title": HIDDEN}) if parts_alone and row.title else row

    @property
    def _reads_words(self) -> bool:
        return not isinstance(self.reader, PersonsDatabase) or self.reader.reach.reads_words

    async def _hidden(self, cases: Sequence[str]) -> Hidden:
        if not isinstance(self.reader, PersonsDatabase):
            return {}
        kept = PostgresReporters(self.services, PostgresKeys(self.services))
        return await kept.hidden_from(self.reader, self.reader.reach.tenant, cases)

    @property
    def _unsealer(self) -> Unsealer:
        return Unsealer(PostgresKeys(self.services))
