"""The hash chain of the journal: canonical bytes, and one hash for each row (design 6).

A body is RFC 8785 canonical JSON. Floats are not allowed, and keys are ASCII, so that the standard
library writes the same bytes; a property test compares them with the package rfc8785.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

MAX_SAFE_INTEGER = 2**53 - 1  # RFC 8785 inherits the integer range of IEEE 754 doubles


class NotCanonical(ValueError):
    """A value that a journal body may not contain."""


def canonical(body: Mapping[str, object]) -> bytes:
    """Return the canonical bytes of `body`. Raises NotCanonical, e.g. for floats."""
    if not _is_plain(body):
        _check(body, "$")
    return json.dumps(
        body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8", errors="strict")


def genesis(case_id: str) -> bytes:
    """Return the 32 bytes to which the first row of a case is chained."""
    return sha256(b"genesis:" + case_id.encode()).digest()


def link(previous: bytes, body: bytes) -> bytes:
    """Return the hash of a row: sha256 over the previous row's hash and this row's bytes."""
    return sha256(previous + body).digest()


@dataclass(frozen=True, slots=True)
class Row:
    """One stored row of the journal."""

    case_id: str
    seq: int
    previous: bytes
    hash: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a chain does not hold."""

    case_id: str
    seq: int
    reason: str


def first_break(case_id: str, rows: Iterable[Row]) -> Break | None:
    """Check the rows of one case in order of seq; None if the chain is unbroken.

    A chain alone does not show that its last rows are missing. The head kept beside it does
    (store/journal/audit.py), and so does a signed checkpoint (domain/audit/checkpoints.py).
    """
    expected = genesis(case_id)
    for seq, row in enumerate(rows, start=1):
        if row.seq != seq:
            return Break(case_id, seq, f"row {seq} is missing; the next one kept is {row.seq}")
        if row.previous != expected:
            return Break(case_id, seq, "is not chained to the row before it")
        expected = link(expected, row.body)
        if row.hash != expected:
            return Break(case_id, seq, "bytes do not match the stored hash")
    return None


def _is_plain(value: object) -> bool:
    """Check fast, without building paths for error messages. False needs the check with paths."""
    if isinstance(value, str):
        return value.isascii() or _encodes(value)
    if isinstance(value, dict):
        return all(
            isinstance(key, str) and key.isascii() and _is_plain(item)
            for key, item in value.items()
        )
    if isinstance(value, list):
        return all(map(_is_plain, value))
    if isinstance(value, int):
        return -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER
    return value is None


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check(value: object, path: str) -> None:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not (isinstance(key, str) and key.isascii()):
                raise NotCanonical(f"{path}: key {key!r} is not an ASCII string")
            _check(item, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            _check(item, f"{path}[{index}]")
    else:
        _check_leaf(value, path)


def _check_leaf(value: object, path: str) -> None:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise NotCanonical(f"{path}: not valid Unicode ({error.reason})") from error
    elif isinstance(value, int):
        if abs(value) > MAX_SAFE_INTEGER:
            raise NotCanonical(f"{path}: integer {value} is beyond 2^53 - 1")
    elif value is not None:
        raise NotCanonical(f"{path}: {type(value).__name__} has no canonical form here")
