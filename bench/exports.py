"""How fast the journal is exported and proved, beside reading it, and hashing and parsing alone."""

import json
import sys
import time
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measures import Section
from bench.rebuilds import fill
from bench.servers import Servers
from bench.tables import Spread, Target, spread, table
from bench.town import complaints
from domain.audit.checkpoints import Checkpoint
from domain.audit.merkle import Edge
from runtime.clock import utc_now
from runtime.jobs import export as exporting
from runtime.jobs import verify_export as auditing
from schemas.audit.exports import Everything
from schemas.audit.signed_notes import PrivateKey, sign
from store.connection import Database, DatabaseOptions, open_database
from store.journal.checkpoints import PostgresCheckpoints, StoredCheckpoint
from store.journal.exports import ROWS_AT_A_TIME

PARTS = 0.5
"""Of the rate of hashing and parsing alone."""
IN_ORDER = """
SELECT kept.xid::text, kept.case_id, kept.seq, kept.prev, kept.hash, kept.body
FROM sanban.journal kept ORDER BY kept.xid, kept.case_id, kept.seq
"""
_ROUNDS = 5
_KEY = PrivateKey.generate("bench.example/journal")


async def verify(servers: Servers, options: Namespace) -> Section:
    """Rounds of each by turns, in one process; ratios round by round."""
    async with open_database(DatabaseOptions(servers.journal)) as database:
        size, rows = await fill(database, complaints("verify", options.exported))
        await _take(database)
        with TemporaryDirectory() as directory:
            rounds = [
                await _round(database, Path(directory, f"{number}.txt"), rows)
                for number in range(_ROUNDS + 1)
            ][1:]  # the first one warms up
    return Section(
        "Exporting and proving the journal",
        f"{options.exported:,} cases, {rows:,} rows of {size / rows:,.0f} bytes, under one "
        "checkpoint. «Parts» is SHA-256 over each body and `json.loads` of it, in memory; proving "
        "reads the file. Both in seconds of CPU, one thread; reading and exporting in seconds that "
        "passed.",
        [
            Target(
                "proved / parts, round by round",
                _spread(e["parts"] / e["proved"] for e in rounds),
                PARTS,
            )
        ],
        (
            table(
                ["what", "rows a second", "MB a second"],
                [
                    [what]
                    + [
                        _spread(n / each[name] for each in rounds).text(0)
                        for n in (rows, size / 1e6)
                    ]
                    for name, what in {
                        "read": "rows read from PostgreSQL, and nothing else",
                        "exported": "rows exported to a file",
                        "parts": "parts: hashed and parsed, and nothing else",
                        "proved": "rows proved, from the file",
                    }.items()
                ],
            ),
        ),
        {"seconds": rounds, "rows": rows, "bytes": size},
    )


async def _round(database: Database, file: Path, rows: int) -> dict[str, float]:
    """Seconds of each."""
    seconds = {
        "read": await _seconds(_read(database)),
        "exported": await _seconds(_export(database, file)),
    }
    bodies = [*_bodies(file)]
    seconds["parts"] = _timed(lambda: _parts(bodies))
    del bodies[:]
    seconds["proved"] = _timed(lambda: _prove(file, rows))
    file.unlink()
    print(f"verify: {rows / seconds['proved']:,.0f} rows/s", file=sys.stderr)
    return seconds


def _spread(values: Iterable[float]) -> Spread:
    return spread(values) or Spread(0, 0, 0)


async def _take(database: Database) -> None:
    store = PostgresCheckpoints(database)
    through, edge = await store.settled(0) or 0, Edge()
    async for hashes in store.hashes(0, through):
        edge.extend(hashes)
    at = utc_now()
    note = sign(Checkpoint(_KEY.name, edge.size, edge.root(), at, through).text(), _KEY)
    async with store.lead() as lease:
        assert lease is not None
        kept = StoredCheckpoint(edge.size, at, edge.root(), through, edge.hashes, note)
        await store.keep(lease, kept, before=0)


async def _read(database: Database) -> AsyncIterator[int]:
    async with (
        database.snapshot() as connection,
        connection.cursor("bench", binary=True) as cursor,
    ):
        await cursor.execute(IN_ORDER)
        while some := await cursor.fetchmany(ROWS_AT_A_TIME):
            yield len(some)


async def _export(database: Database, path: Path) -> AsyncIterator[int]:
    with exporting.new_file(path) as out:
        await exporting.write(database, Everything(), out, lambda _rows: None)
    yield 0


def _bodies(path: Path) -> Iterator[bytes]:
    with path.open("rb") as lines:
        for line in lines:
            if line.startswith(b"row\t"):
                yield line[:-1].split(b"\t", 5)[5]


def _parts(bodies: list[bytes]) -> None:
    for body in bodies:
        sha256(body).digest()
        json.loads(body)


def _prove(path: Path, rows: int) -> None:
    report = auditing.audit(path, [_KEY.public], (), lambda _bytes: None)
    if not report.intact or report.covered != rows:
        raise AssertionError(report)


async def _seconds(work: AsyncIterator[int]) -> float:
    begun = time.perf_counter()
    async for _ in work:
        pass
    return time.perf_counter() - begun


def _timed(work: Callable[[], None]) -> float:
    """Seconds of this process: one thread, busy all the while, whoever else is on the machine."""
    begun = time.process_time()
    work()
    return time.process_time() - begun
