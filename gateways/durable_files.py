"""What directories of files have in common: durable names, and one form of error."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.intake import Unavailable


def sync_directory(directory: Path) -> None:
    """Make new names durable: fsync of a file does not cover its directory."""
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def as_unavailable(part: str, directory: Path) -> Iterator[None]:
    """Raise Unavailable of this part in place of an OSError, naming the file or the directory."""
    try:
        yield
    except OSError as error:
        what = f"{error.strerror}: {error.filename or directory}"
        raise Unavailable(part, what) from error
