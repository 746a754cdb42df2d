"""The audit of the database: compares every chain with its head and its read-model row.

Chains of operations (store/journal/operations.py) have rows and a head, and no read-model row.

It cannot see that a whole case was removed together with its head, or that a chain was rewritten
from the first row to the head. Signed checkpoints show both (store/journal/checkpoints.py).
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
    """What the database keeps of a chain beside its rows: its head, and the seq of its list row."""

    case_id: str
    head: int | None
    hash: bytes | None
    shown: int | None


@dataclass(slots=True)
class JournalAudit:
    """Counts, and the first break of each broken chain, in order, up to `BREAKS_LISTED`."""

    cases: int = 0
    operations: int = 0  # chains of operations
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
    """Read everything once, in one snapshot, with one chain in memory; writers are not disturbed.

    `progress` is called with the report so far after every chain. Raises StoreUnavailable.
    """
    report = JournalAudit()
    async with (
        database.snapshot() as connection,
        aclosing(_chains(connection)) as chains,
        aclosing(_expected(connection)) as everything_expected,
    ):
        # Both streams are ordered by case id: a merge join that keeps one chain of each.
        chain = await anext(chains, None)
        async for expected in everything_expected:
            # A chain below the next expected one has neither a head nor a list row.
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
    """Compare an unbroken chain with its head and list row; return the first difference."""
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
    """Yield the rows of one chain after the other."""
    chain: list[Row] = []
    async for row in all_rows(connection):
        if chain and chain[-1].case_id != row.case_id:
            yield chain
            chain = []
        chain.append(row)
    if chain:
        yield chain
