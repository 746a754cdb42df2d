"""A checkpoint over a whole journal from nothing, and a new one; beside only reading the hashes."""

import sys
import time
from argparse import Namespace
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from bench.measures import Section
from bench.servers import Servers
from bench.tables import Spread, Target, spread, table
from gateways.checkpoint_files import CheckpointFiles
from runtime.clock import utc_now
from runtime.embedded.child_server import temporary_directory
from runtime.services.checkpoints.checkpoint_taker import CheckpointTaker
from runtime.services.checkpoints.keys import SigningKeys
from schemas.audit.signed_notes import PrivateKey
from store.connection import Database, DatabaseOptions, open_database
from store.journal.checkpoints import HASHES_AT_A_TIME, PostgresCheckpoints
from store.journal.leases import Lease

FROM_NOTHING_S = 10.0
NEW_MS = 100.0
"""On a disk that syncs; most of it is two files."""
NEW_ROWS = 1000
_ROWS = 4
# Transactions of four rows, each of a case of its own, with bodies of the usual size; what
# case_append does beside is left out.
FILL = """
DO $$ BEGIN
    FOR number IN %s .. %s LOOP
        INSERT INTO sanban.journal (case_id, seq, at, body, prev, hash)
            SELECT 'bench-' || md5(number::text), seq, now(), body, sha256(''), sha256(body)
            FROM generate_series(1, 4) seq,
                LATERAL convert_to(repeat(md5(number || '/' || seq), 17), 'UTF8') body;
        COMMIT;
    END LOOP;
END $$
"""


async def checkpoint(servers: Servers, options: Namespace) -> Section:
    """Each round is a process that begins: it reads everything; then rows come, and it goes on."""
    cases = options.signed // _ROWS
    _fill(servers.owner, 0, cases)
    print(f"{cases * _ROWS} rows stored", file=sys.stderr)
    rounds = list[_Round]()
    with temporary_directory() as directory:
        async with open_database(DatabaseOptions(servers.journal)) as database:
            for number in range(options.rounds + 1):
                taker = _taker(database, directory)
                first = cases + number * NEW_ROWS // _ROWS
                plain = await _timed(_read_plain(database))
                ordered = await _timed(_read_ordered(taker.store))
                async with _lease(taker) as lease:
                    nothing = await _timed(_begin(taker, lease))
                    _fill(servers.owner, first, first + NEW_ROWS // _ROWS)
                    taken = await _timed(taker.take(lease))
                    written = await _timed(taker.write(lease))
                rounds.append(_Round(plain, ordered, nothing, 1000 * taken, 1000 * written))
                print(f"{servers.kind} {number} checkpoint: {rounds[-1]}", file=sys.stderr)
    counted = rounds[1:]  # the first warms up
    lines = [
        ["a process begins: reads, proves or signs, s", _text(r.nothing for r in counted)],
        ["hashes read in no order, and nothing done, s", _text(r.plain for r in counted)],
        [
            "hashes read in order, and nothing done, s",
            _text(r.ordered for r in counted),
        ],
        ["begins / reads in no order", _text(r.nothing / r.plain for r in counted)],
        ["begins / reads in order", _text(r.nothing / r.ordered for r in counted)],
        [
            "one more: read, signed, stored, ms",
            _text(r.taken for r in counted),
        ],
        ["and on disk in its files, ms", _text(r.written for r in counted)],
    ]
    return Section(
        f"Checkpoints over {cases * _ROWS:,} rows, PostgreSQL as it comes",
        f"{options.rounds} rounds, {_ROWS} rows a transaction, bodies of 544 bytes, "
        f"{NEW_ROWS} rows more in each round.",
        [
            Target(
                "from nothing, seconds", _spread(r.nothing for r in counted), FROM_NOTHING_S,
                at_least=False,
            ),
            Target(
                "one more, ms", _spread(r.taken + r.written for r in counted), NEW_MS,
                at_least=False,
            ),
        ],
        (table(["", "median (least..most) of the rounds"], lines),),
        {"rounds": counted},
    )  # fmt: skip


@dataclass(frozen=True)
class _Round:
    """Seconds, and milliseconds of what was taken and written."""

    plain: float
    ordered: float
    nothing: float
    taken: float
    written: float


def _taker(database: Database, directory: Path) -> CheckpointTaker:
    key = PrivateKey("bench.example/town", bytes(32))
    store, files = PostgresCheckpoints(database), CheckpointFiles(directory / "outside")
    return CheckpointTaker(store, files, None, SigningKeys(key), utc_now)


@asynccontextmanager
async def _lease(taker: CheckpointTaker) -> AsyncIterator[Lease]:
    """As soon as the server has noticed that the process before is gone."""
    while True:
        async with taker.store.lead() as lease:
            if lease is not None:
                yield lease
                return


async def _begin(taker: CheckpointTaker, lease: Lease) -> None:
    await taker.agree(lease)
    await taker.take(lease)
    await taker.write(lease)


async def _read_plain(database: Database) -> None:
    async with (
        database.snapshot() as connection,
        connection.cursor("plain", binary=True) as cursor,
    ):
        await cursor.execute("SELECT hash FROM sanban.journal")
        while await cursor.fetchmany(HASHES_AT_A_TIME):
            pass


async def _read_ordered(store: PostgresCheckpoints) -> None:
    through = await store.settled(0)
    assert through is not None
    async with aclosing(store.hashes(0, through)) as parts:
        async for _ in parts:
            pass


async def _timed(work: Awaitable[object]) -> float:
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun


def _fill(owner: str, first: int, end: int) -> None:
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("SET synchronous_commit = off")
        connection.execute((FILL % (first, end - 1)).encode())
        connection.execute("ANALYZE sanban.journal")


def _spread(values: Iterable[float]) -> Spread:
    found = spread(values)
    assert found is not None
    return found


def _text(values: Iterable[float]) -> str:
    return _spread(values).text(2)
