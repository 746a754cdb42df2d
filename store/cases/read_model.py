"""The read model: cases as lists show them. The journal writes it (store/journal/rows.py)."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial

from psycopg import sql
from psycopg.rows import class_row

from domain.matching.dedupe import DedupeQuery, UnsolvedCase
from schemas.intake import Spot
from schemas.records import CaseRow
from store.cases import spots_before, unsolved
from store.cases.filters import Bookmark, CaseFilter, SortBy
from store.cases.row_access import PersonsDatabase, say, source_of
from store.cases.streams import ORDERS, streams
from store.connection import SNAPSHOT, Connection, Database
from store.errors import AmbiguousCase, NoSuchCase

# Columns by name: with * a prepared statement would break when a migration adds one.
COLUMNS = sql.SQL(", ").join(map(sql.Identifier, CaseRow.model_fields))
CASES = sql.SQL("SELECT {columns} FROM sanban.cases").format(columns=COLUMNS)
BEGINNING_WITH = sql.SQL("""
{cases}
WHERE case_id >= %(prefix)s AND case_id < %(end)s AND tenant = coalesce(%(tenant)s, tenant)
ORDER BY case_id LIMIT %(limit)s
""").format(cases=CASES)
THESE = sql.SQL("{cases} WHERE case_id = ANY (%s) ORDER BY case_id").format(cases=CASES)
# Indexes give the order; whole rows are read for one page only.
PAGE = sql.SQL("""
{cases} WHERE case_id IN (
    SELECT case_id FROM ({streams}) s ORDER BY next_due, case_id LIMIT %(limit)s
)
ORDER BY next_due, case_id
""")
FIRST = sql.SQL("""
{cases} WHERE case_id IN (SELECT case_id FROM ({streams}) s) ORDER BY {order} LIMIT %(first)s
""")
COUNT = sql.SQL("SELECT count(*) FROM ({streams}) s")
SEQ = "SELECT seq FROM sanban.cases WHERE case_id = %s"
RESTORE = "SELECT sanban.case_restore(%s::jsonb)"
FORGET_UNJOURNALED = """
WITH files AS (
    DELETE FROM sanban.case_files f
    WHERE NOT EXISTS (SELECT FROM sanban.journal_heads h WHERE h.case_id = f.case_id)
)
DELETE FROM sanban.cases c
WHERE NOT EXISTS (SELECT FROM sanban.journal_heads h WHERE h.case_id = c.case_id)
RETURNING case_id
"""

SORTED = 100_000
"""The most cases that are sorted for a list in another order than its index has."""
COUNTED = 1000
"""A longer list is shown as having more than this: counting a million rows takes too long."""
COUNTED_BY_WORDS = 40
"""The same for a search by words, where each counted case must be read."""
CANDIDATES_NAMED = 5
_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class CasePage:
    """One page of a list. `following` is None on the last page."""

    rows: tuple[CaseRow, ...]
    following: Bookmark | None


@dataclass(frozen=True, slots=True)
class CaseCount:
    """How many cases a list has. `and_more`: it has more, which were not counted."""

    number: int
    and_more: bool = False


@dataclass(frozen=True, slots=True)
class PostgresCases:
    database: Database

    async def get(self, beginning: str, *, tenant: str | None = None) -> CaseRow:
        """Return the case with this id, or the only one (of the tenant) whose id begins with it.

        Raises NoSuchCase, AmbiguousCase, StoreUnavailable.
        """
        if not beginning:
            raise NoSuchCase(beginning)
        params = {
            "prefix": beginning,
            "end": beginning + _LAST_CHARACTER,
            "tenant": tenant,
            "limit": CANDIDATES_NAMED,
        }
        found = await self.database.fetch_as(class_row(CaseRow), BEGINNING_WITH, params)
        if not found:
            raise NoSuchCase(beginning)
        if len(found) > 1 and found[0].case_id != beginning:
            raise AmbiguousCase(beginning, tuple(row.case_id for row in found))
        return found[0]

    async def of(self, cases: Sequence[str]) -> list[CaseRow]:
        """Return the rows of these cases, by number, without those that are not there."""
        return await self.database.fetch_as(class_row(CaseRow), THESE, ([*cases],))

    async def page(
        self,
        wanted: CaseFilter,
        *,
        now: datetime,
        limit: int = 50,
        after: Bookmark | None = None,
    ) -> CasePage:
        """Return a page, ordered by the next deadline, cases without one last."""

        async def work(connection: Connection) -> CasePage:
            await self._say(connection, wanted)
            return await self._page(connection, wanted, now, limit, after)

        return await self.database.run(work)

    async def count(self, wanted: CaseFilter, *, now: datetime) -> CaseCount:
        """Count the cases on all pages of this filter, up to a limit (`CaseCount.and_more`)."""

        async def work(connection: Connection) -> CaseCount:
            await self._say(connection, wanted)
            return await self._counted_on(connection, wanted, now)

        return await self.database.run(work)

    async def listed(
        self,
        wanted: CaseFilter,
        *,
        now: datetime,
        limit: int = 50,
        after: Bookmark | None = None,
        sort: SortBy = SortBy.DUE,
    ) -> tuple[CasePage, CaseCount]:
        """Return a page and the count of the whole list from one snapshot, so that they agree.

        A list that is sorted otherwise than by `due` has one page: its first rows.
        """
        if sort is not SortBy.DUE:
            return await self._sorted(wanted, now, limit, sort)
        [found] = await self.overview([(wanted, limit, after)], now=now)
        return found

    async def _sorted(
        self, wanted: CaseFilter, now: datetime, limit: int, sort: SortBy
    ) -> tuple[CasePage, CaseCount]:
        async def work(connection: Connection) -> tuple[CasePage, CaseCount]:
            await connection.execute(SNAPSHOT)
            await self._say(connection, wanted)
            source = source_of(self.database, wanted)
            found, params = streams(source, wanted, now=now, limit=SORTED, ordered=False)
            query = FIRST.format(cases=CASES, streams=found, order=ORDERS[sort])
            cursor = connection.cursor(row_factory=class_row(CaseRow))
            await cursor.execute(query, params | {"first": limit})
            total = await self._counted_on(connection, wanted, now)
            return CasePage(tuple(await cursor.fetchall()), None), total

        return await self.database.run_in_transaction(work)

    async def overview(
        self, lists: Sequence[tuple[CaseFilter, int, Bookmark | None]], *, now: datetime
    ) -> list[tuple[CasePage, CaseCount]]:
        """Return a page and the count of each list (filter, limit, after), all of one snapshot."""

        async def work(connection: Connection) -> list[tuple[CasePage, CaseCount]]:
            await connection.execute(SNAPSHOT)
            return [
                await self.listed_on(connection, wanted, now, limit, after)
                for wanted, limit, after in lists
            ]

        return await self.database.run_in_transaction(work)

    async def pieces(
        self, wanted: CaseFilter, *, now: datetime, size: int
    ) -> AsyncIterator[Sequence[CaseRow]]:
        """Yield the whole list, `size` rows at a time, of one snapshot."""
        async with self.database.snapshot() as connection:
            await self._say(connection, wanted)
            after, first = None, True
            while first or after is not None:
                page = await self._page(connection, wanted, now, size, after)
                after, first = page.following, False
                if page.rows:
                    yield page.rows

    async def listed_on(
        self,
        connection: Connection,
        wanted: CaseFilter,
        now: datetime,
        limit: int,
        after: Bookmark | None,
    ) -> tuple[CasePage, CaseCount]:
        """Return a page and the count; with `limit` 0 the count alone."""
        await self._say(connection, wanted)
        if not limit:
            return CasePage((), None), await self._counted_on(connection, wanted, now)
        if after is not None or wanted.words is None:
            page = await self._page(connection, wanted, now, limit, after)
            if after is None and page.following is None:
                return page, CaseCount(len(page.rows))
            return page, await self._counted_on(connection, wanted, now)
        # What words find is counted to a few, so one look finds both the page and the count.
        found = await self._page(connection, wanted, now, max(limit, COUNTED_BY_WORDS), None)
        page = _cut(found.rows, limit) if len(found.rows) > limit else found
        number = len(found.rows) if found.following is None else COUNTED_BY_WORDS
        return page, CaseCount(number, and_more=found.following is not None)

    async def _say(self, connection: Connection, wanted: CaseFilter) -> None:
        if isinstance(self.database, PersonsDatabase):
            await say(connection, wanted, self.database.reach)

    async def seq(self, case_id: str) -> int:
        """Return the seq of the journal row that the list row shows; 0 if there is no list row."""
        rows = await self.database.fetch(SEQ, (case_id,))
        return rows[0][0] if rows else 0

    async def _page(
        self,
        connection: Connection,
        wanted: CaseFilter,
        now: datetime,
        limit: int,
        after: Bookmark | None,
    ) -> CasePage:
        source = source_of(self.database, wanted)
        ask = partial(streams, source, now=now, limit=limit + 1, after=after)
        if not (source.by_common_words and wanted.words and wanted.words.common):
            return _cut(await _rows(connection, *ask(wanted)), limit)
        # Through a view PostgreSQL does not merge the two streams step by step. Where open cases
        # fill the page, closed ones are looked for before the last of them alone.
        rows = await _rows(connection, *ask(replace(wanted, open_only=True)))
        if wanted.includes_closed:
            last = _cut(rows, limit).following
            before = last if last and last.next_due else None
            closed = ask(wanted, closed_only=True, before=before)
            rows = sorted([*rows, *await _rows(connection, *closed)], key=_place)
        return _cut(rows[: limit + 1], limit)

    async def _counted_on(
        self, connection: Connection, wanted: CaseFilter, now: datetime
    ) -> CaseCount:
        source = source_of(self.database, wanted)
        most = COUNTED if wanted.words is None else COUNTED_BY_WORDS
        found, params = streams(source, wanted, now=now, limit=most + 1, ordered=False)
        counted = await connection.execute(COUNT.format(streams=found), params)
        [(number,)] = await counted.fetchall()
        return CaseCount(most, and_more=True) if number > most else CaseCount(number)

    async def before(self, spots: Sequence[Spot]) -> list[tuple[str, ...]]:
        """Return other cases of the same spot and category since then, newest first, at most 20.

        One tuple for each spot asked. A case without a journal row yet is not found.
        """
        return await spots_before.before(self.database, spots)

    async def unsolved(self, questions: Sequence[DedupeQuery]) -> list[UnsolvedCase | None]:
        """Return the newest unsolved case for each question, among cases with a journal row."""
        return await unsolved.unsolved(self.database, questions)

    async def restore(self, row: CaseRow) -> bool:
        """Write a row that was computed again from the journal, whatever is there now.

        Returns False, and writes nothing, if the journal is not at `row.seq`: compute it again.
        """
        [(done,)] = await self.database.fetch(RESTORE, (row.model_dump_json(),))
        return bool(done)

    async def forget_unjournaled(self) -> list[str]:
        """Delete the rows of cases that the journal does not have; return their ids."""
        return [case_id for (case_id,) in await self.database.fetch(FORGET_UNJOURNALED)]


async def _rows(
    connection: Connection, found: sql.Composed, params: dict[str, object]
) -> list[CaseRow]:
    cursor = connection.cursor(row_factory=class_row(CaseRow))
    await cursor.execute(PAGE.format(cases=CASES, streams=found), params)
    return await cursor.fetchall()


def _place(row: CaseRow) -> tuple[bool, datetime, str]:
    """Return what lists are ordered by, as PAGE says it."""
    return row.next_due is None, row.next_due or datetime.max.replace(tzinfo=UTC), row.case_id


def _cut(rows: Sequence[CaseRow], limit: int) -> CasePage:
    """Make a page of `limit` rows from `limit` + 1, which show if another page follows."""
    if len(rows) <= limit:
        return CasePage(tuple(rows), None)
    last = rows[limit - 1]
    return CasePage(tuple(rows[:limit]), Bookmark(last.next_due, last.case_id))
