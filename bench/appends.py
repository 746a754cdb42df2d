"""How fast the journal takes rows, beside plain inserts of the same bytes into a bare table."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import psycopg
from psycopg.conninfo import make_conninfo

from bench.micro import Part
from bench.tables import Spread
from domain.audit.hash_chain import canonical
from schemas.records import Batch, CaseRow
from store.connection import Connection, Database, DatabaseOptions, open_database
from store.journal.rows import PostgresJournal
from store.migrate import migrate

CONNECTIONS = 8
STAGES = 5
NAME = "sanban_appends"

PLAIN_TABLE = """
CREATE TABLE plain (case_id text, seq int, at timestamptz, body bytea, PRIMARY KEY (case_id, seq));
GRANT INSERT ON plain TO sanban_app
"""
PLAIN_INSERT = (
    "INSERT INTO public.plain SELECT %s, %s + nth, now(), body"
    " FROM unnest(%s::bytea[]) WITH ORDINALITY AS given (body, nth)"
)

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
Append = Callable[[str, int, tuple[str, ...]], Awaitable[None]]


async def appends(server: str, *, rounds: int, cases: int) -> AsyncIterator[Part]:
    """`server`: as superuser; makes and drops a database of its own.

    Rounds alternate between the programs, so that a busy minute of the machine hits both.
    """
    async with _database(server) as database:
        programs: dict[str, Append] = {
            "plain": lambda *given: _insert(database, *given),
            "journal": lambda *given: _append(database, *given),
        }
        for rows in (1, 4):
            rates: dict[str, list[float]] = {name: [] for name in programs}
            for number in range(rounds):
                order = list(programs) if number % 2 else list(reversed(programs))
                for name in order:
                    run = f"{name}-{rows}-{number}"
                    rates[name].append(await _rate(programs[name], run, rows, cases))
            pairs = zip(rates["journal"], rates["plain"], strict=True)
            what = f"append {rows} row(s) at a time"
            yield f"{what}, journal", _spread(rates["journal"]), "per second"
            yield (
                f"{what}, journal / plain inserts",
                _spread([journal / plain for journal, plain in pairs]),
                "ratio",
            )


@asynccontextmanager
async def _database(server: str) -> AsyncIterator[Database]:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {NAME}")
    try:
        owner = make_conninfo(server, dbname=NAME)
        migrate(owner)
        with psycopg.connect(owner, autocommit=True) as admin:
            admin.execute(PLAIN_TABLE)
        conninfo = make_conninfo(owner, user="sanban_app")
        options = DatabaseOptions(conninfo, min_size=CONNECTIONS, max_size=CONNECTIONS)
        async with open_database(options) as database:
            yield database
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


async def _append(database: Database, case_id: str, first: int, bodies: tuple[str, ...]) -> None:
    row = _row(case_id, first + len(bodies) - 1)
    batch = Batch(case_id=case_id, first_seq=first, bodies=bodies, row=row)
    await PostgresJournal(database).append(batch)


async def _insert(database: Database, case_id: str, first: int, bodies: tuple[str, ...]) -> None:
    values = [text.encode() for text in bodies]

    async def work(connection: Connection) -> None:
        await connection.execute(PLAIN_INSERT, (case_id, first - 1, values))

    await database.run(work)


async def _rate(program: Append, run: str, rows: int, cases: int) -> float:
    """Each case takes some appends, one after the other; as many cases at a time as connections."""
    waiting = iter(range(cases))

    async def writer() -> None:
        for case in waiting:
            case_id = f"{run}-{case}"
            for first in range(1, STAGES * rows, rows):
                bodies = tuple(_body(case_id, seq) for seq in range(first, first + rows))
                await program(case_id, first, bodies)

    begun = time.perf_counter()
    await asyncio.gather(*(writer() for _ in range(CONNECTIONS)))
    return cases * STAGES / (time.perf_counter() - begun)


def _body(case_id: str, seq: int) -> str:
    return canonical(
        {
            "actor": {"id": "li", "role": "dispatcher"},
            "at": AT.isoformat(),
            "case": case_id,
            "kind": "dispatched",
            "reason": "噪音扰民，责任清单第 12 项" * 6,
            "seq": seq,
            "v": 1,
        }
    ).decode()


def _row(case_id: str, seq: int) -> CaseRow:
    return CaseRow(
        case_id=case_id, tenant="youchegang", tier="assign", stage="dispatched", holder="chengguan",
        grid="g-07", category="noise", urgency="normal", channel="hotline", title="夜间施工噪音",
        level=0, received_at=AT, citizen_due=AT, next_due=AT, next_clock="holder", closed_at=None,
        policy="sha256:" + "0" * 64, seq=seq,
    )  # fmt: skip


def _spread(values: list[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))
