"""Checkpoints: the statement that the journal had so many rows and this root over all of them.

The text is that of C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint) with two more lines. The
tree has the rows in the order of (xid, chain, seq), chains compared by bytes; a leaf is the hash of
a row (domain/audit/merkle.py). It has all rows of all transactions through `through`.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

ROOT_BYTES = 32

_NUMBER = re.compile(r"0|[1-9][0-9]{0,19}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", re.ASCII)
_KEY_CHANGE = "key change"


class NotACheckpoint(ValueError):
    """A text that is neither a checkpoint nor a key change; the message names line and reason."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`origin` names the journal, `at` is the instant of taking, `through` a transaction id."""

    origin: str
    size: int
    root: bytes
    at: datetime
    through: int

    def text(self) -> str:
        """Return the text that is signed."""
        return (
            f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"
            f"at {_written(self.at)}\nthrough {self.through}\n"
        )


@dataclass(frozen=True, slots=True)
class KeyChange:
    """The statement that another key signs from now on.

    The old key is valid for checkpoints of at most `size` rows, the new one for those of more.
    `old` and `new` are public keys as text (schemas/audit/signed_notes.py).
    """

    origin: str
    size: int
    at: datetime
    old: str
    new: str

    def text(self) -> str:
        """Return the text that both keys sign. Its second line is never a number, as a size is."""
        return (
            f"{self.origin}\n{_KEY_CHANGE}\nafter {self.size}\nat {_written(self.at)}\n"
            f"old {self.old}\nnew {self.new}\n"
        )


def checkpoint_of(text: str) -> Checkpoint:
    """Parse the text of a checkpoint. Raises NotACheckpoint."""
    lines = _lines(text, 5)
    return Checkpoint(
        origin=_origin(lines[0]),
        size=_number(2, lines[1], "the size"),
        root=_root(lines[2]),
        at=_instant(4, _labelled(4, lines[3], "at")),
        through=_number(5, _labelled(5, lines[4], "through"), "the transaction"),
    )


def key_change_of(text: str) -> KeyChange:
    """Parse the text of a key change. Raises NotACheckpoint."""
    lines = _lines(text, 6)
    if lines[1] != _KEY_CHANGE:
        raise NotACheckpoint(f"line 2: «{_KEY_CHANGE}» is expected")
    return KeyChange(
        origin=_origin(lines[0]),
        size=_number(3, _labelled(3, lines[2], "after"), "the size"),
        at=_instant(4, _labelled(4, lines[3], "at")),
        old=_labelled(5, lines[4], "old"),
        new=_labelled(6, lines[5], "new"),
    )


def is_key_change(text: str) -> bool:
    """Say if the text claims to be a key change; it may still be malformed."""
    return text.split("\n")[1:2] == [_KEY_CHANGE]


def _lines(text: str, count: int) -> Sequence[str]:
    # Only at newlines: splitlines() also splits at characters that a line may contain.
    *lines, rest = text.split("\n")
    if rest:
        raise NotACheckpoint(f"line {len(lines) + 1}: does not end in a newline")
    if len(lines) != count:
        raise NotACheckpoint(f"{len(lines)} lines, {count} are expected")
    return lines


def _origin(line: str) -> str:
    if not line:
        raise NotACheckpoint("line 1: the origin is empty")
    return line


def _labelled(number: int, line: str, label: str) -> str:
    head, _, value = line.partition(" ")
    if head != label or not value:
        raise NotACheckpoint(f"line {number}: «{label} ...» is expected")
    return value


def _number(number: int, text: str, what: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise NotACheckpoint(f"line {number}: {what} is no decimal number without leading zeros")
    return int(text)


def _root(line: str) -> bytes:
    try:
        root = b64decode(line, validate=True)
    except ValueError as error:  # also for what is not ASCII
        raise NotACheckpoint("line 3: the root is not base64") from error
    if b64encode(root).decode() != line:
        raise NotACheckpoint("line 3: the root is not spelt as base64 is")
    if len(root) != ROOT_BYTES:
        raise NotACheckpoint(f"line 3: the root has {len(root)} bytes, not {ROOT_BYTES}")
    return root


def _instant(number: int, text: str) -> datetime:
    at = None
    if _INSTANT.fullmatch(text):
        with suppress(ValueError):  # as on 30 February
            at = datetime.fromisoformat(text)
    if at is None or _written(at) != text:
        raise NotACheckpoint(f"line {number}: no instant as 2026-01-31T23:59:59Z")
    return at


def _written(at: datetime) -> str:
    """Write an instant in RFC 3339, in UTC, with microseconds if it has any: its only spelling."""
    return at.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
