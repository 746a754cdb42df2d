"""Writes the lines of an export into a new file; the work of `sanban audit export`."""

import os
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from gzip import GzipFile
from pathlib import Path
from typing import IO

from runtime.problems import Problem
from schemas.audit.exports import Scope
from store.connection import Database
from store.journal.exports import PostgresExports

COMPRESSED = ".gz"
PART = ".part"
_LEVEL = 6
_OURS_ALONE = 0o600
"""File mode: the journal can hold citizens' data."""


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Yield a file to write; it gets its name only once it is complete. Raises Problem."""
    if path.exists():
        raise Problem(f"{path} exists already", do="name another file, or remove it")
    part = path.with_name(f"{path.name}{PART}")
    try:
        part.unlink(missing_ok=True)
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OURS_ALONE)
        try:
            with os.fdopen(number, "wb") as file:
                yield from _compressed(file) if path.suffix == COMPRESSED else iter([file])
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise Problem(f"cannot write {error.filename or path}: {error.strerror}") from error


def _compressed(file: IO[bytes]) -> Iterator[IO[bytes]]:
    with GzipFile("", "wb", _LEVEL, file, mtime=0) as out:
        yield out  # type: ignore[misc]  # has all methods that callers use


async def write(
    database: Database, scope: Scope, out: IO[bytes], moved: Callable[[int], None]
) -> None:
    """Write the export. Calls `moved` with the number of rows read. Raises StoreUnavailable."""
    rows = 0
    async with aclosing(PostgresExports(database).lines(scope)) as every:
        async for some in every:
            out.write(some.lines)  # may block the event loop: nothing else runs in this process
            rows += some.rows
            moved(rows)
