"""Does everything kept hang together? Every chain, its head, and the read model's place in it.

Chains of operations (store/journal/operations.py) have rows and a head, and no place in the read
model.

What this cannot see is a whole case removed together with its head, or a chain rewritten from the
first row to the head: signed checkpoints do (store/journal/checkpoints.py).
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field

from domain.audit.hash_chain import Break, Row, first_break
from store.connection import Connection, Database
from store.journal.operations import is_case
from store.journal.rows import ROWS_AT_A_TIME, all_rows

EXPECTED = """
SELECT case_id, h.seq, h.hash, c.seq FROM sanban.journal_heads h
FULL JOIN sanban.cases c USING (case_id) ORDER BY case_id
"""
BREAKS_LISTED = 100


@dataclass(frozen=True, slots=True)
class Expected:
    """What is remembered of a case beside its rows: its head and its read-model row."""

    case_id: str
    head: int | None
    hash: bytes | None
    shown: int | None


@dataclass(slots=True)
class JournalAudit:
    """`breaks` has the first bad place of each chain that has one, in order, up to a limit."""

    cases: int = 0
    operations: int = 0  # chains of them
    rows: int = 0
    broken: int = 0
    breaks: list[Break] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return self.broken == 0

    def add(self, chain: str, rows: list[Row], found: Break | None) -> None:
        if is_case(chain):
            self.cases += 1
        else:
            self.operations += 1
        self.rows += len(rows)
        if found is not None:
            self.broken += 1
            if len(self.breaks) < BREAKS_LISTED:
                self.breaks.append(found)


def _silent(_report: JournalAudit) -> None:
    pass


async def verify(
    database: Database, progress: Callable[[JournalAudit], None] = _silent
) -> JournalAudit:
    """Read everything once, as of now, holding one case at a time; writers are not disturbed.

    `progress` is called with the report so far after every case. Raises StoreUnavailable.
    """
    report = JournalAudit()
    async with (
        database.snapshot() as connection,
        aclosing(_chains(connection)) as chains,
        aclosing(_expected(connection)) as everything_expected,
    ):
        chain = await anext(chains, None)
        async for expected in everything_expected:
            # Rows of cases that nobody remembers come before the next one remembered.
            while chain is not None and chain[0].case_id < expected.case_id:
                _judge(report, _unknown(chain), chain, progress)
                chain = await anext(chains, None)
            if chain is not None and chain[0].case_id == expected.case_id:
                _judge(report, expected, chain, progress)
                chain = await anext(chains, None)
            else:
                _judge(report, expected, [], progress)
        while chain is not None:
            _judge(report, _unknown(chain), chain, progress)
            chain = await anext(chains, None)
    return report


def _unknown(chain: list[Row]) -> Expected:
    return Expected(chain[0].case_id, None, None, None)


def _judge(
    report: JournalAudit,
    expected: Expected,
    rows: list[Row],
    progress: Callable[[JournalAudit], None],
) -> None:
    found = first_break(expected.case_id, rows) or _misfit(expected, rows)
    report.add(expected.case_id, rows, found)
    progress(report)


def _misfit(expected: Expected, rows: list[Row]) -> Break | None:
    """Where an unbroken chain and what is remembered of it part."""
    case_id, head, shown = expected.case_id, expected.head, expected.shown
    last = len(rows)
    if head is None:
        reason = "has rows and no head" if rows else "is in the read model and not in the journal"
        return Break(case_id, 1, reason)
    if last < head:
        rest = f"the last one kept is {last}" if rows else "none is kept"
        return Break(case_id, last + 1, f"rows up to {head} were written, {rest}: the tail is cut")
    if last > head:
        return Break(case_id, head + 1, f"the head knows nothing after row {head}")
    if rows and rows[-1].hash != expected.hash:
        return Break(case_id, head, "the head has another hash: the chain was rewritten")
    if shown != (head if is_case(case_id) else None):
        seen = "is missing" if shown is None else f"shows row {shown}"
        return Break(case_id, head, f"the read model {seen}, the journal is at row {head}")
    return None


async def _expected(connection: Connection) -> AsyncGenerator[Expected, None]:
    async with connection.cursor("expected", binary=True) as cursor:
        cursor.itersize = ROWS_AT_A_TIME
        await cursor.execute(EXPECTED)
        async for row in cursor:
            yield Expected(*row)


async def _chains(connection: Connection) -> AsyncGenerator[list[Row], None]:
    """The rows of one case after the other."""
    chain: list[Row] = []
    async for row in all_rows(connection):
        if chain and chain[-1].case_id != row.case_id:
            yield chain
            chain = []
        chain.append(row)
    if chain:
        yield chain
