"""What `sanban audit verify EXPORT` does: reads a file once, and knows nothing of any system."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from gzip import BadGzipFile, GzipFile
from io import BufferedReader
from pathlib import Path

from runtime.problems import Problem
from schemas.audit.export_tree import Elsewhere
from schemas.audit.exports import NotAnExport
from schemas.audit.findings import VerificationReport
from schemas.audit.signed_notes import Malformed, PublicKey
from schemas.audit.verification import Verification

STDIN = Path("-")
AT_A_TIME = 1 << 18
LONGEST_LINE = 1 << 26
NOTE_SUFFIX = ".note"
_GZIP = b"\x1f\x8b"


def keys_of(given: Iterable[str]) -> list[PublicKey]:
    """Public keys as text, or in files that have one. Raises Problem."""
    keys = [_key(each) for each in given]
    if not keys:
        raise Problem(
            "no key is given, so nothing that is signed can be believed",
            do="give --key, the public key of the journal, from whoever keeps it for you",
        )
    return keys


def kept_elsewhere(places: Iterable[Path]) -> Iterator[Elsewhere]:
    """Notes in these files, and in the .note files of these directories. Raises Problem."""
    for place in places:
        try:
            paths = sorted(place.glob(f"*{NOTE_SUFFIX}")) if place.is_dir() else [place]
            for path in paths:
                yield Elsewhere(str(path), path.read_text("utf-8", errors="replace"))
        except OSError as error:
            raise _unreadable(place, error) from error
        if not paths:
            raise Problem(f"{place} has no {NOTE_SUFFIX} files", do="correct --checkpoint")


def audit(
    path: Path,
    trusted: Iterable[PublicKey],
    elsewhere: Iterable[Elsewhere],
    moved: Callable[[int], None],
) -> VerificationReport:
    """`moved` is told how many bytes of the file were read. Raises Problem."""
    verification = Verification(trusted, elsewhere)
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
    """Everything up to the last newline; what came after it, and why no more could be read."""
    rest = b""
    try:
        while block := file.read1(AT_A_TIME):
            whole = block.rfind(b"\n") + 1
            if whole:
                verification.feed(rest + block[:whole])
                rest = b""
            rest += block[whole:]
            if len(rest) > LONGEST_LINE:
                return rest, f"a line of more than {LONGEST_LINE} bytes is none of an export"
            moved()
    except (EOFError, BadGzipFile, zlib.error) as error:
        return rest, f"the compressed file is damaged here, or breaks off: {error}"
    return rest, ""


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BufferedReader | GzipFile, Callable[[], int]]]:
    """What was written, and how far the file is read that may have it compressed."""
    with open(0, "rb", closefd=False) if path == STDIN else path.open("rb") as file:
        if not file.peek(len(_GZIP)).startswith(_GZIP):
            yield file, lambda: _position(file)
            return
        with GzipFile(fileobj=file) as plain:
            yield plain, lambda: _position(file)


def _position(file: BufferedReader) -> int:
    return file.tell() if file.seekable() else 0


def size_of(path: Path) -> int | None:
    """In bytes; None where that cannot be known. Raises Problem."""
    if path == STDIN:
        return None
    try:
        return path.stat().st_size
    except OSError as error:
        raise _unreadable(path, error) from error


def _key(given: str) -> PublicKey:
    try:
        path = Path(given)
        text = path.read_text("utf-8").strip() if path.is_file() else given.strip()
        return PublicKey.parse(text)
    except (OSError, ValueError) as error:
        said = str(error) if isinstance(error, Malformed) else "is no key"
        raise Problem(
            f"--key {given}: {said}", do="give name+id+key, or a file that has it"
        ) from error


def _unreadable(path: Path, error: OSError) -> Problem:
    return Problem(f"cannot read {error.filename or path}: {error.strerror or error}")
