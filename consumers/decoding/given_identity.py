"""Find out which event a record names that cannot be used, so that its publisher recognises it.

A record may be broken or cut short anywhere: what can be read of its attributes is read. Never
raises. For a record without a key, its partitionkey or its identity keeps it in order.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from consumers.decoding.envelopes import LONGEST, is_printed, partition_key_of
from schemas.intake import Record

_DECODER = json.JSONDecoder()
_SPACE = " \t\r\n"
_HEADERS = {"source": "ce_source", "id": "ce_id", "partitionkey": "ce_partitionkey"}


@dataclass(frozen=True, slots=True)
class GivenIdentity:
    """The source and the id that a record gives; None where it gives none that can be read."""

    source: str | None = None
    event_id: str | None = None
    partition_key: bytes | None = None


def given_identity(record: Record) -> GivenIdentity:
    """Return what the record says about itself: in its headers, else at the top of its value."""
    names = [name.lower() for name, _ in record.headers]
    is_binary = "ce_specversion" in names or "ce_id" in names
    given = _in_headers(record) if is_binary else _in_value(record)
    keys = [key for key in map(partition_key_of, given["partitionkey"]) if key is not None]
    return GivenIdentity(
        _usable("source", given), _usable("id", given), keys[0] if len(keys) == 1 else None
    )


def key_of(record: Record) -> bytes:
    """Return what keeps the record in order with others; b"" if nothing does."""
    if record.key:
        return record.key
    given = given_identity(record)
    if given.partition_key is not None:
        return given.partition_key
    known = given.source is not None and given.event_id is not None
    return f"{given.source} {given.event_id}".encode() if known else b""


def _usable(name: str, given: dict[str, set[object]]) -> str | None:
    """Return the one value of an attribute that a valid event could have as well."""
    values = given[name]
    if len(values) != 1:
        return None  # missing, or given twice with different values
    [value] = values
    return value if isinstance(value, str) and is_printed(value, LONGEST[name]) else None


def _in_headers(record: Record) -> dict[str, set[object]]:
    found = dict[str, set[object]]()
    for name, header in _HEADERS.items():
        values = [value for spelling, value in record.headers if spelling.lower() == header]
        found[name] = {_text(value) for value in values if value is not None}
    return found


def _text(value: bytes) -> str | None:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def _in_value(record: Record) -> dict[str, set[object]]:
    value = record.value if record.left_out is None else record.left_out.head
    # What is not UTF-8 becomes half a surrogate pair, which no attribute may have.
    text = (value or b"").decode(errors="surrogateescape").removeprefix("\ufeff")
    found: dict[str, set[object]] = {name: set() for name in _HEADERS}
    for name, member in _members(text):
        if name in found and isinstance(member, str):
            found[name].add(member)
    return found


def _members(text: str) -> Iterator[tuple[str, object]]:
    """Yield the members of a JSON object, up to the first place where it is none."""
    at = _after(text, _skip(text, 0), "{")
    while at is not None:
        try:
            name, at = _DECODER.raw_decode(text, _skip(text, at))
            colon = _after(text, _skip(text, at), ":")
            if colon is None or not isinstance(name, str):
                return
            member, at = _DECODER.raw_decode(text, _skip(text, colon))
        except (ValueError, RecursionError):
            return
        yield name, member
        at = _after(text, _skip(text, at), ",")


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _after(text: str, at: int, mark: str) -> int | None:
    return at + 1 if text.startswith(mark, at) else None
