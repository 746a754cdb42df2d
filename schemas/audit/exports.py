"""The export of the journal: a file of lines that can be verified without the system.

docs/VERIFY.md describes the format. Fields are separated by tabs and lines end in a newline;
neither occurs in a healthy journal. Bodies are copied byte for byte. Rows are in the order of the
tree (domain/audit/checkpoints.py). A partial export has subtrees in place of the rows that it
leaves out, so that the roots can still be computed.
"""

import re
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeAlias, assert_never

from domain.audit.merkle import Edge, Gap

NAME = "sanban-export"
VERSION = "1"
TALLEST = 62
"""The height of the largest subtree that may replace rows."""
LONGEST_LINE = 1 << 21
"""Bytes of a line. No row of ours reaches it: Temporal carries at most so much at a time."""
LONGEST_CHAIN = 1000
"""Bytes of the name of a chain; a workflow id, which contains it, has no more."""
MOST_KEY_CHANGES = 1000

NUMBER = re.compile(rb"0|[1-9][0-9]{0,19}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", re.ASCII)
_SHOWN = 80


class NotAnExport(ValueError):
    """A file that is not an export, or one that this release does not read."""


@dataclass(frozen=True, slots=True)
class Everything:
    """The scope of every row in the database."""


@dataclass(frozen=True, slots=True)
class OneChain:
    """The scope of all rows of one case, or of one chain of operations."""

    chain: str


@dataclass(frozen=True, slots=True)
class OneRow:
    """The scope of one row, to prove that it is in the journal."""

    chain: str
    seq: int


@dataclass(frozen=True, slots=True)
class Consistency:
    """The scope of two checkpoints and no row, to prove that the new one extends the old one."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Between:
    """The scope of rows that state an instant from `since` until before `until`."""

    since: datetime
    until: datetime


Scope: TypeAlias = Everything | OneChain | OneRow | Between | Consistency


@dataclass(frozen=True, slots=True)
class Header:
    """The first line: what was asked for, and when the database was read."""

    scope: Scope
    at: datetime


@dataclass(frozen=True, slots=True)
class ChainedRow:
    """One row of the database; `body` is None if a partial export leaves it out."""

    xid: int
    chain: str
    seq: int
    previous: bytes
    hash: bytes
    body: bytes | None


def words_of(scope: Scope) -> list[str]:
    """Return the scope in the words of the first line."""
    match scope:
        case Everything():
            return ["everything"]
        case OneChain(chain):
            return ["chain", chain]
        case OneRow(chain, seq):
            return ["row", chain, str(seq)]
        case Between(since, until):
            return ["period", _written(since), _written(until)]
        case Consistency(old, new):
            return ["checkpoints", str(old), str(new)]
        case _:
            assert_never(scope)


def has_whole_chains(scope: Scope) -> bool:
    """Say if the scope has all rows of each chain that it has rows of."""
    return isinstance(scope, Everything | OneChain)


def header_line(header: Header) -> str:
    return "\t".join([NAME, VERSION, _written(header.at), *words_of(header.scope)])


def header_of(line: bytes) -> Header:
    """Parse the first line. Raises NotAnExport."""
    if len(line) > LONGEST_LINE:
        raise NotAnExport("this is no export of a journal")
    try:
        name, version, *rest = line.decode().split("\t")
    except ValueError as error:
        raise NotAnExport("this is no export of a journal") from error
    if name != NAME:
        raise NotAnExport("this is no export of a journal")
    if version != VERSION:
        raise NotAnExport(f"an export of version {clipped(version)}; this release reads {VERSION}")
    at, *asked = rest or [""]
    return Header(_scope(asked), _instant(at))


def _scope(asked: list[str]) -> Scope:
    match asked:
        case ["everything"]:
            return Everything()
        case ["chain", chain]:
            return OneChain(chain)
        case ["row", chain, seq]:
            return OneRow(chain, _count(seq))
        case ["period", since, until]:
            return Between(_instant(since), _instant(until))
        case ["checkpoints", old, new]:
            return Consistency(_count(old), _count(new))
        case _:
            raise NotAnExport("the first line does not say what was exported")


class Writer:
    """Makes the lines of an export. Call `begin`, then `row` and `checkpoint`, `head`, `end`.

    `before` is the edge of the tree over all rows before the first call of `row`; only a partial
    export may begin after the first row of the journal.
    """

    def __init__(self, header: Header, before: Edge | None = None) -> None:
        self._header = header
        self._before = before or Edge()
        self._whole = isinstance(header.scope, Everything)
        self._every_note = isinstance(header.scope, Everything | Consistency)
        self._begun = set[str]()  # chains with a row in a partial export
        self._gap = Gap(self._before.size)
        self._size = self._before.size
        self._rows = 0
        self._uncovered = 0  # rows shown since the last checkpoint
        self._digest = sha256()

    def begin(self, key_changes: tuple[str, ...] = ()) -> bytes:
        """Return the header, the key changes, and the subtrees of the rows before."""
        size, heights = self._before.size, list[int]()
        while size:
            heights.append(size.bit_length() - 1)
            size -= 1 << heights[-1]
        lines = [
            header_line(self._header),
            *(f"key\t{_packed(note)}" for note in key_changes),
            *map(_skip, heights, self._before.hashes),
        ]
        return self._out("".join(f"{line}\n" for line in lines).encode())

    def row(self, row: ChainedRow) -> bytes:
        """Return the line of a row and those that must come before it; b"" if it is left out."""
        self._size += 1
        if row.body is None:
            self._gap.add(row.hash)
            return b""
        before = "" if self._whole else self._close() + self._from(row)
        self._rows += 1
        self._uncovered += 1
        line = f"{before}row\t{row.xid}\t{row.chain}\t{row.seq}\t{row.hash.hex()}\t"
        return self._out(b"%b%b\n" % (line.encode(), row.body))

    def checkpoint(self, note: str, *, newest: bool) -> bytes:
        """Return the line of a checkpoint over all rows before it.

        A partial export has only the first checkpoint after each row shown, and the newest one.
        """
        if not (self._every_note or self._uncovered or newest):
            return b""
        self._uncovered = 0
        return self._out(f"{self._close()}checkpoint\t{_packed(note)}\n".encode())

    def head(self, chain: str, seq: int, last: bytes) -> bytes:
        """Return the line of the head of a chain."""
        return self._out(f"{self._close()}head\t{chain}\t{seq}\t{last.hex()}\n".encode())

    def end(self) -> bytes:
        """Return the last line: the number of rows, and the digest of all bytes before it."""
        last = self._out(self._close().encode())
        return last + f"end\t{self._rows}\t{self._digest.hexdigest()}\n".encode()

    def _close(self) -> str:
        """Return the subtrees of the rows that were left out since the last line."""
        parts, self._gap = self._gap.close(), Gap(self._size)
        return "".join(f"{_skip(*part)}\n" for part in parts)

    def _from(self, row: ChainedRow) -> str:
        """Return the state of a chain before its first row in a partial export."""
        if row.chain in self._begun:
            return ""
        self._begun.add(row.chain)
        return f"from\t{row.chain}\t{row.seq - 1}\t{row.previous.hex()}\n" if row.seq > 1 else ""

    def _out(self, lines: bytes) -> bytes:
        self._digest.update(lines)
        return lines


def _skip(height: int, root: bytes) -> str:
    return f"skip\t{height}\t{root.hex()}"


def _packed(note: str) -> str:
    return b64encode(note.encode()).decode()


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def _instant(text: str) -> datetime:
    at = None
    if _INSTANT.fullmatch(text):
        with suppress(ValueError):  # as on 30 February
            at = datetime.fromisoformat(text)
    if at is None or _written(at) != text:
        raise NotAnExport(f"the first line: {clipped(text)!r} is no instant in UTC")
    return at


def _count(text: str) -> int:
    if not NUMBER.fullmatch(text.encode()):
        raise NotAnExport(f"the first line: {clipped(text)!r} is no number")
    return int(text)


def unpacked(packed: bytes) -> str:
    """Return the note of a line. Raises ValueError, also for base64 that is spelt otherwise."""
    note = b64decode(packed, validate=True)
    if b64encode(note) != packed:
        raise ValueError("the note is not spelt as base64 is")
    return note.decode()


def clipped(text: str) -> str:
    """Return a text of a hostile file, short enough for a message."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
