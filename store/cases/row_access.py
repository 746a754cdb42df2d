"""Reads on behalf of a person, who sees only permitted rows (docs/adr/0022-reading.md)."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import NoReturn, TypeVar

from psycopg import sql
from typing_extensions import override

from domain.case.access import Reach
from store.cases.filters import CaseFilter
from store.cases.streams import READS, WAITS, CaseRelation, Marks
from store.connection import SNAPSHOT, Connection, Database

T = TypeVar("T")

TENANT_READER = "sanban_reader"
UNIT_READER = "sanban_unit_reader"
# One text, so that it costs one round trip; migration 13 has the policies. No parallel workers:
# starting one takes longer than reading a page. Custom plans: the best one depends on parameters.
BECOME = sql.SQL("""
{snapshot}; SET LOCAL ROLE {role}; SET LOCAL sanban.tenant = {tenant};
SET LOCAL sanban.units = {units}; SET LOCAL sanban.calls_back = {calls_back};
SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL plan_cache_mode = force_custom_plan
""")


class PersonsDatabase(Database):
    """Reads on connections of `database` as the person; it cannot write.

    Each call sees one unchanging view. Rows outside the person's reach do not exist in it.
    """

    def __init__(self, database: Database, reach: Reach) -> None:
        self._database, self.reach = database, reach
        self._become = BECOME.format(
            snapshot=sql.SQL(SNAPSHOT),
            role=sql.Identifier(TENANT_READER if reach.whole_tenant else UNIT_READER),
            tenant=sql.Literal(reach.tenant),
            units=sql.Literal(_array(reach.units)),
            calls_back=sql.Literal("yes" if reach.calls_back else "no"),
        )

    @override
    async def run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        async def as_the_person(connection: Connection) -> T:
            await connection.execute(self._become)
            return await work(connection)

        return await self._database.run_in_transaction(as_the_person)

    @override
    async def run_in_transaction(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        return await self.run(work)

    @override
    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        async with self._database.snapshot() as connection:
            await connection.execute(self._become)
            yield connection

    @override
    def session(self) -> NoReturn:
        raise NotImplementedError("a session outlives the transaction that makes it a person's")

    @override
    async def ping(self) -> str | None:
        return await self._database.ping()

    @override
    async def open(self) -> None:
        """Do nothing: the connections belong to the wrapped database."""

    @override
    async def close(self) -> None:
        """Do nothing, like `open`."""


def _array(texts: Sequence[str]) -> str:
    """Return the text form of a PostgreSQL array."""
    quoted = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in quoted) + "}"


EVERY_CASE = CaseRelation(sql.SQL("sanban.cases"))
EVERY_CASE_OF_UNITS = replace(EVERY_CASE, of_open=sql.SQL("sanban.unit_open"))
WITH_WORDS = CaseRelation(
    sql.SQL("""
(SELECT c.*, w.words, w.of_open FROM sanban.cases c LEFT JOIN sanban.case_words w USING (case_id))
cases
""")
)
OF_TENANT, OF_UNITS = (
    CaseRelation(
        sql.SQL(f"sanban.{whose}_cases"),
        by_inbox=sql.SQL(f"sanban.{whose}_inbox"),
        by_words=sql.SQL(f"sanban.{whose}_words"),
        by_common_words=sql.SQL(f"sanban.{whose}_common_words"),
    )
    for whose in ("tenant", "unit")
)
SAY = "SELECT set_config('sanban.inbox', %s, true), set_config('sanban.words', %s, true)"
UNITS = "SELECT set_config('sanban.units', %s, true)"


def source_of(database: Database, wanted: CaseFilter) -> CaseRelation:
    """Return the table or the views that a list reads, and the marks by which it finds open cases.

    A search in an array (words, inbox) needs a view if a person reads: under row-level security no
    index serves it on the table itself. So do the open cases of units, because the rule of the
    table takes the setting apart for each case, and the view once. A person's own list has the
    marks that it is asked for, a list of units the marks of these, so it reads no case of others.
    """
    units = None
    if isinstance(database, PersonsDatabase) and not database.reach.whole_tenant:
        units = database.reach.units
    if wanted.words is None and wanted.inbox is None:
        if units is None:
            return EVERY_CASE
        return replace(EVERY_CASE_OF_UNITS, marks=Marks(READS, units))
    source = EVERY_CASE if wanted.words is None else WITH_WORDS
    if isinstance(database, PersonsDatabase):
        source = OF_TENANT if units is None else OF_UNITS
    return source if wanted.inbox is None else replace(source, marks=Marks(WAITS, wanted.inbox))


async def say(connection: Connection, wanted: CaseFilter, reach: Reach) -> None:
    """Tell the views of this transaction what is looked for in an array, if anything is.

    Who reads only parts of a case does not find it by the words of its reporter: they could be
    found out one by one.
    """
    if reach.part_units:
        whole = [unit for unit in reach.units if unit not in reach.part_units]
        await connection.execute(UNITS, (_array(reach.units if wanted.words is None else whole),))
    if wanted.words is not None or wanted.inbox is not None:
        words = ",".join(map(str, wanted.words.numbers)) if wanted.words else ""
        await connection.execute(SAY, (_array(wanted.inbox or ()), f"{{{words}}}"))
