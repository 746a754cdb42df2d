"""Verifies an export by reading it once, without any server; the work of `audit verify EXPORT`."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from gzip import BadGzipFile, GzipFile
from io import BufferedReader
from pathlib import Path

from runtime.problems import Problem
from schemas.audit.export_tree import NoteElsewhere
from schemas.audit.exports import LONGEST_LINE, NotAnExport
from schemas.audit.findings import VerificationReport
from schemas.audit.signed_notes import LONGEST_NOTE, Malformed, PublicKey
from schemas.audit.verification import Verification

STDIN = Path("-")
AT_A_TIME = 1 << 18
NOTE_SUFFIX = ".note"
_GZIP = b"\x1f\x8b"


def keys_of(given: Iterable[str]) -> list[PublicKey]:
    """Parse public keys, given as text or as files that have one. Raises Problem."""
    keys = [_key(each) for each in given]
    if not keys:
        raise Problem(
            "no key was given, so no signature can be checked",
            do="give --key, the public key of the journal, from a person you trust",
        )
    return keys


def kept_elsewhere(places: Iterable[Path]) -> Iterator[NoteElsewhere]:
    """Yield the notes of these files and of the .note files in directories. Raises Problem."""
    for place in places:
        try:
            paths = sorted(place.glob(f"*{NOTE_SUFFIX}")) if place.is_dir() else [place]
            for path in paths:
                yield NoteElsewhere(str(path), _short(path))
        except OSError as error:
            raise _unreadable(place, error) from error
        if not paths:
            raise Problem(f"{place} has no {NOTE_SUFFIX} files", do="correct --checkpoint")


def audit(
    path: Path,
    trusted: Iterable[PublicKey],
    elsewhere: Iterable[NoteElsewhere],
    moved: Callable[[int], None],
    *,
    allow_newer: bool = False,
) -> VerificationReport:
    """Verify the file. Calls `moved` with the number of bytes read. Raises Problem."""
    verification = Verification(trusted, elsewhere, allow_newer=allow_newer)
    try:
        with _opened(path) as (file, position):
            rest, reason = _fed(verification, file, lambda: moved(position()))
        return verification.finish(rest, reason)
    except NotAnExport as error:
        raise Problem(
            f"{path}: {error}", do="give a file that `sanban audit export` wrote"
        ) from error
    except OSError as error:
        raise _unreadable(path, error) from error


def _fed(
    verification: Verification, file: BufferedReader | GzipFile, moved: Callable[[], None]
) -> tuple[bytes, str]:
    """Feed all whole lines; return the bytes after the last newline, and why reading stopped."""
    rest = b""
    try:
        while block := file.read1(AT_A_TIME):
            whole = block.rfind(b"\n") + 1
            if whole:
                verification.feed(rest + block[:whole])
                rest = b""
            rest += block[whole:]
            if len(rest) > LONGEST_LINE:
                return rest, f"a line has more than {LONGEST_LINE} bytes, which no export has"
            moved()
    except (EOFError, BadGzipFile, zlib.error) as error:
        return rest, f"the compressed file is damaged here, or incomplete: {error}"
    return rest, ""


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BufferedReader | GzipFile, Callable[[], int]]]:
    """Yield the plain content, and a function for the position in the (compressed) file."""
    with open(0, "rb", closefd=False) if path == STDIN else path.open("rb") as file:
        if not file.peek(len(_GZIP)).startswith(_GZIP):
            yield file, lambda: _position(file)
            return
        with GzipFile(fileobj=file) as plain:
            yield plain, lambda: _position(file)


def _position(file: BufferedReader) -> int:
    return file.tell() if file.seekable() else 0


def size_of(path: Path) -> int | None:
    """Return the size in bytes; None for standard input. Raises Problem."""
    if path == STDIN:
        return None
    try:
        return path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error


def _key(given: str) -> PublicKey:
    # The text first: one with a long name is longer than a file's name may be.
    with suppress(ValueError):
        return PublicKey.parse(given.strip())
    try:
        path = Path(given)
        text = (_short(path) if path.is_file() else given).strip()
        return PublicKey.parse(text)
    except (OSError, ValueError) as error:
        said = str(error) if isinstance(error, Malformed) else "is no key"
        raise Problem(
            f"--key {given}: {said}", do="give name+id+key, or a file that has it"
        ) from error


def _short(path: Path) -> str:
    """Return a text file with all its bytes, up to one more than a note has."""
    with path.open("rb") as file:
        return file.read(LONGEST_NOTE + 1).decode(errors="replace")


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(f"cannot read {error.filename or path}: {error.strerror or error}")
