"""How fast the journal takes rows, beside plain inserts of the same bytes into a bare table.

    python bench/store_append.py postgresql://...   (a superuser; makes and drops a database)

Rounds alternate between the programs, so that a busy minute of the machine hits both.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import psycopg
from psycopg.conninfo import make_conninfo

from domain.chain import canonical
from schemas.records import Batch, CaseRow
from store.connection import Connection, Database, DatabaseOptions, open_database
from store.journal import PostgresJournal
from store.migrate import migrate

CONNECTIONS = 8
APPENDS = 1500
ROUNDS = 7
NAME = "sanban_bench"

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


def body(case_id: str, seq: int) -> str:
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


def row(case_id: str, seq: int) -> CaseRow:
    return CaseRow(
        case_id=case_id, tenant="youchegang", tier="assign", stage="dispatched", holder="chengguan",
        grid="g-07", category="noise", urgency="normal", channel="hotline", title="夜间施工噪音",
        level=0, received_at=AT, citizen_due=AT, next_due=AT, next_clock="holder", closed_at=None,
        policy="sha256:" + "0" * 64, seq=seq,
    )  # fmt: skip


async def main(server: str) -> None:
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {NAME}")
    try:
        owner = make_conninfo(server, dbname=NAME)
        migrate(owner)
        with psycopg.connect(owner, autocommit=True) as admin:
            admin.execute(PLAIN_TABLE)
        options = DatabaseOptions(
            make_conninfo(owner, user="sanban_app"), min_size=CONNECTIONS, max_size=CONNECTIONS
        )
        async with open_database(options) as database:
            await _compare(database)
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {NAME} WITH (FORCE)")


async def _compare(database: Database) -> None:
    journal = PostgresJournal(database)

    async def append(case_id: str, first: int, bodies: tuple[str, ...]) -> None:
        last = first + len(bodies) - 1
        await journal.append(
            Batch(case_id=case_id, first_seq=first, bodies=bodies, row=row(case_id, last))
        )

    async def insert(case_id: str, first: int, bodies: tuple[str, ...]) -> None:
        values = [text.encode() for text in bodies]

        async def work(connection: Connection) -> None:
            await connection.execute(PLAIN_INSERT, (case_id, first - 1, values))

        await database.run(work)

    for rows in (1, 4):
        rates: dict[str, list[float]] = {"plain inserts": [], "journal": []}
        for number in range(ROUNDS):
            order: list[tuple[str, Append]] = [("plain inserts", insert), ("journal", append)]
            for name, program in order if number % 2 else reversed(order):
                rates[name].append(await _rate(program, f"{rows}-{number}", rows))
        for name, values in rates.items():
            print(f"{rows} row(s), {name:13}: median {statistics.median(values):6.0f}/s,",
                  "all", *(f"{value:.0f}" for value in values))  # fmt: skip
        ratios = [j / p for j, p in zip(rates["journal"], rates["plain inserts"], strict=True)]
        print(f"{rows} row(s), journal / plain inserts: median {statistics.median(ratios):.2f},",
              f"{min(ratios):.2f} to {max(ratios):.2f}")  # fmt: skip


async def _rate(program: Append, run: str, rows: int) -> float:
    """Each case takes five appends, one after the other; eight cases at a time."""
    cases = iter(range(APPENDS // 5))

    async def writer() -> None:
        for case in cases:
            case_id = f"{run}-{case}"
            for first in range(1, 5 * rows, rows):
                bodies = tuple(body(case_id, seq) for seq in range(first, first + rows))
                await program(case_id, first, bodies)

    start = time.perf_counter()
    await asyncio.gather(*(writer() for _ in range(CONNECTIONS)))
    return APPENDS / (time.perf_counter() - start)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
