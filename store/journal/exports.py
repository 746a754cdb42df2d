"""Reads the journal for an export: rows in the order of the tree, with the checkpoints between."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from dataclasses import asdict, dataclass
from typing import Any, LiteralString, assert_never

from psycopg import sql

from domain.audit.merkle import Edge
from schemas.audit.exports import (
    Between,
    ChainedRow,
    Consistency,
    Everything,
    Header,
    OneChain,
    OneRow,
    Scope,
    Writer,
)
from store.connection import Connection, Database
from store.journal.checkpoints import hashes_in

ROWS_AT_A_TIME = 1000

NOW = "SELECT now()"
NUMBER = "SELECT coalesce(sum(seq), 0)::bigint FROM sanban.journal_heads"
BEGINNING_WITH = """
SELECT case_id FROM sanban.journal_heads WHERE starts_with(case_id, %s) ORDER BY case_id LIMIT %s
"""
KEY_CHANGES = "SELECT note FROM sanban.checkpoint_keys WHERE note IS NOT NULL ORDER BY number"
# `kept.xid` in ORDER BY: a bare xid would be the selected text, in which 1000 < 999.
ROWS = sql.SQL("""
SELECT kept.xid::text, kept.case_id, kept.seq, kept.prev, kept.hash,
    CASE WHEN {shown} THEN kept.body END
FROM sanban.journal kept WHERE kept.xid > %(after)s::xid8
ORDER BY kept.xid, kept.case_id, kept.seq
""")
# The newest checkpoint before all rows asked for: a partial export begins after it.
BEFORE = sql.SQL("""
SELECT size, through::text, edge FROM sanban.checkpoints WHERE {before} ORDER BY size DESC LIMIT 1
""")
NOTES = sql.SQL("""
SELECT through::text, note FROM sanban.checkpoints WHERE size > %(size)s AND {notes} ORDER BY size
""")
HEADS = sql.SQL(
    "SELECT case_id, seq, hash FROM sanban.journal_heads WHERE {heads} ORDER BY case_id"
)
SIZES = "SELECT size FROM sanban.checkpoints WHERE size = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of an export, and how many rows of the journal they cover."""

    lines: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """The SQL conditions of a scope for each table; parameters are the fields of the scope."""

    shown: LiteralString
    before: LiteralString = "false"
    heads: LiteralString = "false"
    notes: LiteralString = "true"


@dataclass(frozen=True, slots=True)
class PostgresExports:
    database: Database

    async def number(self) -> int:
        """Return the number of journal rows, as the heads have it."""
        [(number,)] = await self.database.fetch(NUMBER)
        return int(number)

    async def beginning_with(self, beginning: str, limit: int = 5) -> list[str]:
        """Return the names of chains with this beginning, those of operations too."""
        return [chain for (chain,) in await self.database.fetch(BEGINNING_WITH, (beginning, limit))]

    async def has_checkpoints(self, *sizes: int) -> bool:
        """Say if there is a checkpoint of each of these sizes."""
        return len(await self.database.fetch(SIZES, ([*sizes],))) == len(set(sizes))

    async def lines(self, scope: Scope) -> AsyncGenerator[Lines, None]:
        """Yield the lines of the export, from one snapshot, in little memory.

        Faults of the database are exported as they are: the audit of the export names them. A
        caller that stops early must close the generator (`contextlib.aclosing`). Raises
        StoreUnavailable.
        """
        asked, params = _asked(scope), asdict(scope)
        async with self.database.snapshot() as connection:
            [(now,)] = await _all(connection, sql.SQL(NOW))
            before = BEFORE.format(before=sql.SQL(asked.before))
            edge, through = _edge(await _all(connection, before, params))
            params |= {"size": edge.size, "after": str(through)}
            writer = Writer(Header(scope, now), edge)
            changes = await _all(connection, sql.SQL(KEY_CHANGES))
            yield Lines(writer.begin(tuple(note for (note,) in changes)), edge.size)
            async with aclosing(_tree(connection, asked, writer, params)) as tree:
                async for lines in tree:
                    yield lines
            heads = HEADS.format(heads=sql.SQL(asked.heads))
            async with aclosing(_some(connection, heads, params)) as every:
                async for some in every:
                    yield Lines(b"".join(writer.head(*head) for head in some), 0)
            yield Lines(writer.end(), 0)


async def _tree(
    connection: Connection, asked: _Asked, writer: Writer, params: dict[str, Any]
) -> AsyncGenerator[Lines, None]:
    """Yield the lines of rows and checkpoints, merged in the order of transactions."""
    every_note = NOTES.format(notes=sql.SQL(asked.notes))
    every_row = ROWS.format(shown=sql.SQL(asked.shown))
    async with (
        aclosing(_notes(connection, every_note, params)) as notes,
        aclosing(_some(connection, every_row, params)) as rows,
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


def _edge(found: list[tuple[Any, ...]]) -> tuple[Edge, int]:
    """Return the tree before a partial export, and its last transaction."""
    for size, through, edge in found:
        with suppress(ValueError):  # an altered edge: read all rows instead
            return Edge(size, hashes_in(edge)), int(through)
    return Edge(), 0


def _asked(scope: Scope) -> _Asked:
    match scope:
        case Everything():
            return _Asked("true", heads="true")
        case OneChain():
            return _Asked(
                "kept.case_id = %(chain)s",
                before="""through < (
                    SELECT xid FROM sanban.journal WHERE case_id = %(chain)s ORDER BY seq LIMIT 1
                )""",
                heads="case_id = %(chain)s",
            )
        case OneRow():
            return _Asked(
                "kept.case_id = %(chain)s AND kept.seq = %(seq)s",
                before="""through < (
                    SELECT xid FROM sanban.journal WHERE case_id = %(chain)s AND seq = %(seq)s
                )""",
            )
        case Between():
            return _Asked(
                "kept.at >= %(since)s AND kept.at < %(until)s",
                before="""through < (
                    SELECT kept.xid FROM sanban.journal kept
                    WHERE kept.at >= %(since)s AND kept.at < %(until)s ORDER BY kept.xid LIMIT 1
                )""",
            )
        case Consistency():
            return _Asked("false", before="size < %(old)s", notes="size IN (%(old)s, %(new)s)")
        case _:
            assert_never(scope)


async def _some(
    connection: Connection, query: sql.Composed, params: Mapping[str, object]
) -> AsyncGenerator[list[tuple[Any, ...]], None]:
    """Yield the rows of a query, many at a time. The cursor ends with the snapshot at latest."""
    async with connection.cursor("export", binary=True) as cursor:
        await cursor.execute(query, params)
        while some := await cursor.fetchmany(ROWS_AT_A_TIME):
            yield some


async def _notes(
    connection: Connection, query: sql.Composed, params: Mapping[str, object]
) -> AsyncGenerator[tuple[int, str], None]:
    """Yield (last transaction, note) of each checkpoint, in order."""
    async with connection.cursor("export notes", binary=True) as cursor:
        cursor.itersize = ROWS_AT_A_TIME
        await cursor.execute(query, params)
        async for through, note in cursor:
            yield int(through), note


async def _all(
    connection: Connection,
    query: sql.SQL | sql.Composed,
    params: Mapping[str, object] | None = None,
) -> list[tuple[Any, ...]]:
    cursor = await connection.execute(query, params)
    return await cursor.fetchall()
