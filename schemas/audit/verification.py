"""Audits an export line by line, without the system, and reports the first bad places.

It reads everything once and keeps one hash for each chain. docs/VERIFY.md says what it proves.
"""

import re
from binascii import unhexlify
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from hashlib import sha256

from schemas.audit.export_chains import BadRow, Chains
from schemas.audit.export_tree import NoteElsewhere, Tree
from schemas.audit.exports import (
    LONGEST_CHAIN,
    LONGEST_LINE,
    NUMBER,
    Consistency,
    Everything,
    Header,
    NotAnExport,
    OneChain,
    OneRow,
    Scope,
    clipped,
    has_whole_chains,
    header_of,
)
from schemas.audit.findings import VerificationFinding, VerificationReport
from schemas.audit.signed_notes import PublicKey

HASH_BYTES = 32
_ROW = b"row\t"
_ROW_LINE = re.compile(
    rb"row\t(%b)\t([^\t]{1,%d})\t(%b)\t([0-9a-f]{64})\t(.*)"
    % (NUMBER.pattern, LONGEST_CHAIN, NUMBER.pattern),
    re.DOTALL,
)


class _Part(IntEnum):
    """The parts of an export, in order."""

    KEYS = 0
    TREE = 1
    HEADS = 2
    END = 3


class _Malformed(ValueError):
    """A line that does not belong to the format."""


class Verification:
    """Verifies one export. Call `feed` with all lines, some at a time, then `finish`.

    `trusted` are keys from outside the export, `elsewhere` notes from outside the database;
    `allow_newer`: notes from after the export may know of more rows than it has.
    """

    def __init__(
        self,
        trusted: Iterable[PublicKey],
        elsewhere: Iterable[NoteElsewhere] = (),
        *,
        allow_newer: bool = False,
    ) -> None:
        self.report = VerificationReport()
        self._tree = Tree(trusted, elsewhere, self.report, allow_newer=allow_newer)
        self._chains = Chains(Everything())
        self._header: Header | None = None
        self._line = 0
        self._part = _Part.KEYS
        self._digest = sha256()
        self._kinds: Mapping[bytes, tuple[_Part, Callable[[list[bytes]], None]]] = {
            b"key": (_Part.KEYS, self._key),
            b"from": (_Part.TREE, self._from),
            b"skip": (_Part.TREE, self._skip),
            b"checkpoint": (_Part.TREE, self._checkpoint),
            b"head": (_Part.HEADS, self._head),
            b"end": (_Part.END, self._end),
        }

    def feed(self, lines: bytes) -> None:
        """Read whole lines, each with its newline. Raises NotAnExport, at the first line only."""
        last = lines.rfind(b"\n", 0, -1) + 1
        self._digest.update(lines[:last] if lines.startswith(b"end\t", last) else lines)
        each = iter(lines.removesuffix(b"\n").split(b"\n"))
        if self._header is None:
            self._header = self.report.header = header_of(next(each))
            self._chains = Chains(self._header.scope)
            self._line = 1
        for line in each:
            self._line += 1
            if len(line) > LONGEST_LINE:
                self._bad(f"is no line of an export: it has more than {LONGEST_LINE} bytes")
                continue
            try:
                if line.startswith(_ROW):
                    self._row(line)
                else:
                    self._other(line)
            except _Malformed as error:
                self._bad(f"is no line of an export: {error}")

    def finish(self, rest: bytes = b"", reason: str = "") -> VerificationReport:
        """Return the report. `rest`: what came after the last newline; `reason`: why reading ended.

        Raises NotAnExport if there was not even a first line.
        """
        report = self.report
        if self._header is None:
            raise NotAnExport(reason or "this is no export of a journal")
        report.chains = self._chains.number
        if rest or reason or self._part is not _Part.END:
            self._line += 1
            self._bad(reason or "the export breaks off here: no line with its end")
        self._tree.end(self._header)
        if not report.bad:
            self._covered()
        return report

    def _covered(self) -> None:
        report = self.report
        if report.rows and not (report.checkpoints or report.agreeing):
            self._bad("no checkpoint covers these rows: nothing proves that none is missing")
        if isinstance(self._scope, OneChain | OneRow) and not report.rows:
            self._bad(f"no row of {self._scope.chain} is here, which was asked for")
        if isinstance(self._scope, Consistency) and not report.checkpoints > 1:
            self._bad("two checkpoints are to be compared, and are not both here")

    def _row(self, line: bytes) -> None:
        if self._part is not _Part.TREE:
            self._enter(_Part.TREE, "row")
        if (fields := _ROW_LINE.fullmatch(line)) is None:
            raise _Malformed("«row, transaction, chain, seq, hash, body» is expected")
        xid, chain, seq, stated_hex, body = fields.groups()
        place, stated = (int(xid), chain, int(seq)), unhexlify(stated_hex)
        self.report.rows += 1
        bad = self._chains.add(chain, place[2], stated, body)
        misplaced = self._tree.add(self._line, place, stated)
        if bad is not None:
            self._bad_row(chain, bad)
        elif misplaced is not None:
            self._bad_row(chain, BadRow(place[2], misplaced))

    def _other(self, line: bytes) -> None:
        kind, *fields = line.split(b"\t")
        if kind not in self._kinds:
            raise _Malformed(f"it begins with {kind[:20]!r}")
        part, take = self._kinds[kind]
        self._enter(part, kind.decode())
        take(fields)

    def _key(self, fields: list[bytes]) -> None:
        (packed,) = _fields(fields, 1)
        self._tree.learn(self._line, packed)

    def _from(self, fields: list[bytes]) -> None:
        chain, seq, last = _fields(fields, 3)
        number, before = _number(seq), _hash(last)
        if has_whole_chains(self._scope):
            self._bad("a chain that begins later, where all of it should be")
        elif (reason := self._chains.begin(chain, number, before)) is not None:
            self._bad(reason)

    def _skip(self, fields: list[bytes]) -> None:
        height, root = _fields(fields, 2)
        if isinstance(self._scope, Everything):
            self._bad("rows are left out, where all should be")
        if (reason := self._tree.skip(self._line, _number(height), _hash(root))) is not None:
            self._bad(reason)

    def _checkpoint(self, fields: list[bytes]) -> None:
        (packed,) = _fields(fields, 1)
        self._tree.checkpoint(self._line, packed)

    def _head(self, fields: list[bytes]) -> None:
        chain, seq, last = _fields(fields, 3)
        bad = self._chains.end(chain, _number(seq), _hash(last))
        if bad is not None:
            self._bad_row(chain, bad)

    def _end(self, fields: list[bytes]) -> None:
        rows, digest = _fields(fields, 2)
        if has_whole_chains(self._scope):
            for chain in self._chains.unremembered():
                self._bad_row(chain, BadRow(1, "the chain has rows here and no head"))
        if _number(rows) != self.report.rows:
            self._bad(f"{_number(rows)} rows were written, {self.report.rows} are here")
        elif _hash(digest) != self._digest.digest():
            self._bad("not all bytes before this line are those that were written")

    @property
    def _scope(self) -> Scope:
        return self._header.scope if self._header else Everything()

    def _enter(self, part: _Part, kind: str) -> None:
        """Move to a part of the export; lines out of order are malformed."""
        if part < self._part or self._part is _Part.END:
            raise _Malformed(f"«{kind}» has no place here")
        if self._part is _Part.KEYS and part is not _Part.KEYS:
            self._tree.begin()
        self._part = part

    def _bad(self, reason: str) -> None:
        self.report.add(VerificationFinding(self._line, reason))

    def _bad_row(self, chain: bytes, bad: BadRow) -> None:
        named = clipped(chain.decode(errors="backslashreplace"))
        self.report.add(VerificationFinding(self._line, bad.reason, named, bad.seq))


def _fields(fields: list[bytes], number: int) -> list[bytes]:
    if len(fields) != number:
        raise _Malformed(f"{number} fields are expected, not {len(fields)}")
    return fields


def _number(text: bytes) -> int:
    if not NUMBER.fullmatch(text):
        raise _Malformed(f"{text[:20]!r} is no number")
    return int(text)


def _hash(text: bytes) -> bytes:
    try:
        found = unhexlify(text)
    except ValueError:
        found = b""
    if len(found) != HASH_BYTES or found.hex().encode() != text:
        raise _Malformed(f"{text[:20]!r} is no hash")
    return found
