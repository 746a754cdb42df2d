"""Parse the JSON of a record strictly, and say what a value looks like that is not JSON."""

import json
import re
from typing import NoReturn

from consumers.decoding.unreadable import Unreadable
from schemas.intake import RejectReason

_EXACT = 2**53
"""Below it, a float with no fraction is exactly one whole number."""
_SCHEMA_ID = 5
"""Bytes in front of the value in Confluent's wire format: a zero, and the number of the schema."""
_LINE = re.compile(r'\s*([\[{}\]],?|"[^"]*"\s*:.*)\s*')
_A_FEW = 8


def parse_json(value: bytes) -> object:
    """Parse JSON strictly as in RFC 8259: refuse what two parsers may read differently.

    A number without a fraction is an int, however it is written, as JSON Schema has it.
    """
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(
            RejectReason.NOT_UTF8,
            f"byte {error.start} of the value is not UTF-8; {looks_like(value) or 'send UTF-8'}",
        ) from None
    if text.startswith("\ufeff"):
        raise Unreadable(
            RejectReason.NOT_JSON, "the value begins with a byte order mark; send UTF-8 without it"
        )
    try:
        return json.loads(
            text,
            object_pairs_hook=_names_once,
            parse_constant=_no_constant,
            parse_float=_finite,
            parse_int=_whole,
        )
    except RecursionError:
        raise Unreadable(
            RejectReason.TOO_DEEP, "the value is nested too deeply; the schema has four levels"
        ) from None
    except json.JSONDecodeError as error:
        hint = looks_like(value)
        if not hint and error.msg == "Extra data":
            hint = "it is more than one JSON document; send each as a record of its own"
        raise Unreadable(
            RejectReason.NOT_JSON,
            f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
            + f"; {hint}" * bool(hint),
        ) from None
    except ValueError as error:  # from the hooks below
        raise Unreadable(RejectReason.NOT_JSON, f"not JSON as in RFC 8259: {error}") from None


def looks_like(value: bytes) -> str:
    """Return what the value is in place of JSON, and what to do; "" if it is like nothing known."""
    found, start = "", value[:_A_FEW]
    # In UTF-16 every other byte of ASCII is zero.
    halves = all(map(any, (start[::2], start[1::2]))) or len(start) < _A_FEW
    if value.startswith((b"\xff\xfe", b"\xfe\xff")) or not halves:
        found = "it looks like UTF-16; send UTF-8"
    elif value.startswith(b"\0") and len(value) > _SCHEMA_ID:
        found = (
            "it looks like Confluent's wire format (a zero byte and the number of a schema); use a "
            "serializer that writes JSON alone, such as StringSerializer"
        )
    elif value.startswith(b"\x1f\x8b"):
        found = "it looks compressed; let the Kafka client compress (compression.type)"
    elif value.startswith(b"{'"):
        found = "it has single quotes; write it as JSON, in Python with json.dumps"
    elif b"\n" not in value.strip() and _LINE.fullmatch(value.decode(errors="replace")):
        found = (
            "it looks like one line of a JSON document; send the whole document as one record "
            "(kafka-console-producer makes a record of each line)"
        )
    return found


def _names_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has the same name twice; keep one")
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number; leave the field out")


def _whole(digits: str) -> int:
    try:
        return int(digits)
    except ValueError:  # Python's limit, which keeps a long number from taking minutes
        many = len(digits.removeprefix("-"))
        raise ValueError(f"a number has {many} digits, more than any field takes") from None


def _finite(digits: str) -> float | int:
    number = float(digits)
    if abs(number) == float("inf"):
        raise ValueError("a number is out of range")
    return int(number) if number.is_integer() and abs(number) < _EXACT else number
