"""The journal as an export reads it: rows in the order of the tree, checkpoints at their place."""

from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, LiteralString, assert_never

from domain.merkle import Edge
from schemas.exports import Between, ChainedRow, Everything, Header, OneChain, Scope, Writer
from store.connection import Connection, Database

HASH_BYTES = 32
ROWS_AT_A_TIME = 1000

NOW = "SELECT now()"
NUMBER = "SELECT coalesce(sum(seq), 0)::bigint FROM sanban.journal_heads"
BEGINNING_WITH = """
SELECT case_id FROM sanban.journal_heads WHERE starts_with(case_id, %s) ORDER BY case_id LIMIT %s
"""
KEY_CHANGES = "SELECT note FROM sanban.checkpoint_keys WHERE note IS NOT NULL ORDER BY number"
NOTES = "SELECT through::text, note FROM sanban.checkpoints WHERE size > %s ORDER BY size"
# `kept.xid` throughout: a bare xid in ORDER BY would be the text that is selected, and 1000 < 999.
EVERY_ROW = """
SELECT kept.xid::text, kept.case_id, kept.seq, kept.prev, kept.hash, kept.body
FROM sanban.journal kept WHERE kept.xid > %s::xid8
ORDER BY kept.xid, kept.case_id, kept.seq
"""
OF_CHAIN = """
SELECT kept.xid::text, kept.case_id, kept.seq, kept.prev, kept.hash,
    CASE WHEN kept.case_id = %s THEN kept.body END
FROM sanban.journal kept WHERE kept.xid > %s::xid8
ORDER BY kept.xid, kept.case_id, kept.seq
"""
OF_PERIOD = """
SELECT kept.xid::text, kept.case_id, kept.seq, kept.prev, kept.hash,
    CASE WHEN kept.at >= %s AND kept.at < %s THEN kept.body END
FROM sanban.journal kept WHERE kept.xid > %s::xid8
ORDER BY kept.xid, kept.case_id, kept.seq
"""
# The newest checkpoint that has none of the rows asked for: a part begins behind it.
BEFORE_CHAIN = """
SELECT size, through::text, edge FROM sanban.checkpoints
WHERE through < (SELECT xid FROM sanban.journal WHERE case_id = %s ORDER BY seq LIMIT 1)
ORDER BY size DESC LIMIT 1
"""
BEFORE_PERIOD = """
SELECT size, through::text, edge FROM sanban.checkpoints
WHERE through < (
    SELECT kept.xid FROM sanban.journal kept WHERE kept.at >= %s AND kept.at < %s
    ORDER BY kept.xid LIMIT 1
)
ORDER BY size DESC LIMIT 1
"""
HEADS = "SELECT case_id, seq, hash FROM sanban.journal_heads ORDER BY case_id"
HEAD = "SELECT case_id, seq, hash FROM sanban.journal_heads WHERE case_id = %s"


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of an export, and how many rows of the journal they bring it further."""

    lines: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """What reads a scope. `before` finds the checkpoint behind which it may begin."""

    rows: LiteralString
    before: LiteralString | None
    heads: LiteralString | None
    params: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class PostgresExports:
    database: Database

    async def number(self) -> int:
        """Rows in the journal, about."""
        [(number,)] = await self.database.fetch(NUMBER)
        return int(number)

    async def beginning_with(self, beginning: str, limit: int = 5) -> list[str]:
        """Chains, those of operations too."""
        return [chain for (chain,) in await self.database.fetch(BEGINNING_WITH, (beginning, limit))]

    async def lines(self, scope: Scope) -> AsyncGenerator[Lines, None]:
        """The whole export, as of now, in little memory. Raises StoreUnavailable.

        What is not right in the database is written as it is: the audit names it. Whoever leaves
        before the end closes it (`contextlib.aclosing`).
        """
        asked = _asked(scope)
        async with self.database.snapshot() as connection:
            [(now,)] = await _all(connection, NOW)
            edge, through = await _before(connection, asked)
            writer = Writer(Header(scope, now), edge)
            changes = tuple(note for (note,) in await _all(connection, KEY_CHANGES))
            yield Lines(writer.begin(changes), edge.size)
            async with aclosing(_tree(connection, asked, writer, edge.size, through)) as tree:
                async for lines in tree:
                    yield lines
            if asked.heads is not None:
                async with aclosing(_some(connection, asked.heads, asked.params)) as heads:
                    async for some in heads:
                        yield Lines(b"".join(writer.head(*head) for head in some), 0)
            yield Lines(writer.end(), 0)


async def _tree(
    connection: Connection, asked: _Asked, writer: Writer, size: int, through: int
) -> AsyncGenerator[Lines, None]:
    """Rows behind that transaction, and checkpoints of more than `size` rows."""
    async with (
        aclosing(_notes(connection, size)) as notes,
        aclosing(_some(connection, asked.rows, (*asked.params, str(through)))) as rows,
    ):
        upcoming = await anext(notes, None)
        async for some in rows:
            lines = list[bytes]()
            for xid, *rest in some:
                row = ChainedRow(int(xid), *rest)
                while upcoming is not None and upcoming[0] < row.xid:
                    note, upcoming = upcoming[1], await anext(notes, None)
                    lines.append(writer.checkpoint(note, newest=upcoming is None))
                lines.append(writer.row(row))
            yield Lines(b"".join(lines), len(some))
        while upcoming is not None:
            note, upcoming = upcoming[1], await anext(notes, None)
            yield Lines(writer.checkpoint(note, newest=upcoming is None), 0)


async def _before(connection: Connection, asked: _Asked) -> tuple[Edge, int]:
    """Where a part may begin: the tree before it, and its last transaction."""
    found = await _all(connection, asked.before, asked.params) if asked.before else []
    for size, through, edge in found:
        hashes = [edge[start : start + HASH_BYTES] for start in range(0, len(edge), HASH_BYTES)]
        with suppress(ValueError):  # it was altered: all rows are read instead
            return Edge(size, hashes), int(through)
    return Edge(), 0


def _asked(scope: Scope) -> _Asked:
    match scope:
        case Everything():
            return _Asked(EVERY_ROW, None, HEADS)
        case OneChain(chain):
            return _Asked(OF_CHAIN, BEFORE_CHAIN, HEAD, (chain,))
        case Between(since, until):
            return _Asked(OF_PERIOD, BEFORE_PERIOD, None, (since, until))
        case _:
            assert_never(scope)


async def _some(
    connection: Connection, query: LiteralString, params: tuple[object, ...]
) -> AsyncGenerator[list[tuple[Any, ...]], None]:
    """What it finds, many at a time. The cursor ends with the snapshot at the latest."""
    async with connection.cursor("export", binary=True) as cursor:
        await cursor.execute(query, params)
        while some := await cursor.fetchmany(ROWS_AT_A_TIME):
            yield some


async def _notes(connection: Connection, size: int) -> AsyncGenerator[tuple[int, str], None]:
    """Checkpoints of more rows than that: through which transaction, and the note."""
    async with connection.cursor("export notes", binary=True) as cursor:
        cursor.itersize = ROWS_AT_A_TIME
        await cursor.execute(NOTES, (size,))
        async for through, note in cursor:
            yield int(through), note


async def _all(
    connection: Connection, query: LiteralString, params: tuple[object, ...] = ()
) -> list[tuple[Any, ...]]:
    cursor = await connection.execute(query, params)
    return await cursor.fetchall()
