"""The export of the journal: a file of lines that proves itself without the system.

docs/VERIFY.md has the format. Fields are parted by tabs and a line ends in a newline; a healthy
journal has neither. Bodies are copied byte for byte. Rows stand in the order of the tree
(domain/audit/checkpoints.py); what is left out of a part is stood for by subtrees, so that the
roots can be computed all the same.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeAlias, assert_never

from domain.audit.merkle import Edge, Gap

NAME = "sanban-export"
VERSION = "1"
TALLEST = 62
"""The height of the largest subtree that may stand for what is left out."""


class NotAnExport(ValueError):
    """A file that is none, or one that this release does not read; the message says which."""


@dataclass(frozen=True, slots=True)
class Everything:
    """Every row that the database had."""


@dataclass(frozen=True, slots=True)
class OneChain:
    """The rows of one case, or of one chain of operations."""

    chain: str


@dataclass(frozen=True, slots=True)
class OneRow:
    """One row of a chain: that it is in the journal."""

    chain: str
    seq: int


@dataclass(frozen=True, slots=True)
class Consistency:
    """No row, and the checkpoints of two sizes: that the later one has all of the earlier one."""

    old: int
    new: int


@dataclass(frozen=True, slots=True)
class Between:
    """Rows of that period, by the instant that they state; `until` is no longer in it."""

    since: datetime
    until: datetime


Scope: TypeAlias = Everything | OneChain | OneRow | Between | Consistency


@dataclass(frozen=True, slots=True)
class Header:
    """What was asked for, and when the database was read."""

    scope: Scope
    at: datetime


@dataclass(frozen=True, slots=True)
class ChainedRow:
    """One row as it is kept; no body where it is left out of a part."""

    xid: int
    chain: str
    seq: int
    previous: bytes
    hash: bytes
    body: bytes | None


def words_of(scope: Scope) -> list[str]:
    """As the first line says it."""
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
    """Whether each chain of which it shows a row is shown from its first row to its last."""
    return isinstance(scope, Everything | OneChain)


def header_line(header: Header) -> str:
    return "\t".join([NAME, VERSION, _written(header.at), *words_of(header.scope)])


def header_of(line: bytes) -> Header:
    """What the first line says. Raises NotAnExport."""
    try:
        name, version, *rest = line.decode().split("\t")
    except ValueError as error:
        raise NotAnExport("this is no export of a journal") from error
    if name != NAME:
        raise NotAnExport("this is no export of a journal")
    if version != VERSION:
        raise NotAnExport(f"an export of version {version}; this release reads {VERSION}")
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
    """Makes the lines, in this order: begin, then rows and checkpoints, then heads, then end.

    `before` is the edge of the tree over all rows before the first one that will be given; only a
    part may begin elsewhere than at the first row.
    """

    def __init__(self, header: Header, before: Edge | None = None) -> None:
        self._header = header
        self._before = before or Edge()
        self._whole = isinstance(header.scope, Everything)
        self._every_note = isinstance(header.scope, Everything | Consistency)
        self._begun = set[str]()  # chains that are shown, of a part
        self._gap = Gap(self._before.size)
        self._size = self._before.size
        self._rows = 0
        self._uncovered = 0  # rows shown since the last checkpoint
        self._digest = sha256()

    def begin(self, key_changes: tuple[str, ...] = ()) -> bytes:
        """The header; changes of keys; and what stands for the rows before."""
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
        """The line of a row, and what must stand before it; nothing for one that is left out."""
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
        """The rows before are in it. A part has the first one of each row shown, and the newest."""
        if not (self._every_note or self._uncovered or newest):
            return b""
        self._uncovered = 0
        return self._out(f"{self._close()}checkpoint\t{_packed(note)}\n".encode())

    def head(self, chain: str, seq: int, last: bytes) -> bytes:
        """What is remembered of a chain beside its rows."""
        return self._out(f"{self._close()}head\t{chain}\t{seq}\t{last.hex()}\n".encode())

    def end(self) -> bytes:
        """The number of rows, and the digest of every byte before this line."""
        last = self._out(self._close().encode())
        return last + f"end\t{self._rows}\t{self._digest.hexdigest()}\n".encode()

    def _close(self) -> str:
        """What stands for the rows left out since the last one shown."""
        parts, self._gap = self._gap.close(), Gap(self._size)
        return "".join(f"{_skip(*part)}\n" for part in parts)

    def _from(self, row: ChainedRow) -> str:
        """Where a chain stands that does not begin in this part."""
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
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotAnExport(f"the first line: {text!r} is no instant") from error
    if at.tzinfo is None or _written(at) != text:
        raise NotAnExport(f"the first line: {text!r} is no instant in UTC")
    return at


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or str(int(text)) != text:
        raise NotAnExport(f"the first line: {text!r} is no number")
    return int(text)
