"""Send the events of a file, one record each, and wait for their receipts."""

import json
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumers.decoding.envelopes import data_in
from consumers.decoding.json_values import parse_json
from consumers.decoding.unreadable import Unreadable
from gateways.kafka.producer import Delivery, Producer
from gateways.kafka.receipt_reader import ReceiptReader
from runtime.problems import Problem
from schemas.events.inbound import InboundTopic
from schemas.events.receipts import Receipt
from schemas.intake import Outcome
from schemas.left_out import short_key

STRUCTURED = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)
STDIN = Path("-")


@dataclass(frozen=True, slots=True)
class Line:
    """One event of a file, with the bytes that are sent. `number` is the line where it begins."""

    number: int
    key: bytes
    value: bytes


def lines_of(path: Path, topic: InboundTopic = InboundTopic.COMPLAINTS) -> list[Line]:
    """Return every event of a file. Raises Problem with the line of an event that is not JSON."""
    return [_line(path, number, value, topic) for number, value in pieces_of(path)]


def pieces_of(path: Path) -> list[tuple[int, bytes]]:
    """Return each event of a file, or of standard input (`-`), with the number of its first line.

    A file has one event on each line, or is one document. Raises Problem if it has no event.
    """
    try:
        content = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
    except OSError as error:
        raise Problem(f"cannot read {path}: {error.strerror or error}") from error
    # Not splitlines: it also splits at characters that a JSON text may contain, such as U+2028.
    lines = [
        (number, line.rstrip())
        for number, line in enumerate(content.split(b"\n"), start=1)
        if line.strip()
    ]
    if not lines:
        raise Problem(f"{path} has no events", do="put one JSON CloudEvent on each line")
    if len(lines) == 1 or all(line[:1] == b"{" and line[-1:] == b"}" for _, line in lines):
        return lines
    if not _is_json(content) and any(line[:1] == b"{" and _is_json(line) for _, line in lines):
        return lines  # one broken line among valid ones is a mistake of that line only
    return [(lines[0][0], content.strip())]


def _line(path: Path, number: int, value: bytes, topic: InboundTopic) -> Line:
    try:
        event = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise Problem(
            f"{path}:{number}: {_why_not_json(value)}", do="one event a line, or one document"
        ) from error
    return Line(number, KEYS[topic](event), value)


def _why_not_json(value: bytes) -> str:
    """Return what intake says of such a value: the words of Python's parser name its settings."""
    try:
        parse_json(value)
    except Unreadable as refused:
        return refused.detail
    return "not JSON"


def _is_json(content: bytes) -> bool:
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return False
    return True


def complaint_key(event: Any) -> bytes:
    """Return source and complaint id, so that the events of one complaint stay in order."""
    source = event.get("source") if isinstance(event, dict) else None
    return f"{source} {_said(event, 'complaint_id')}".encode(errors="backslashreplace")


def command_key(event: Any) -> bytes:
    """Return the number of the case, so that everything done on it stays in order."""
    return f"{_said(event, 'case')}".encode(errors="backslashreplace")


KEYS: Mapping[InboundTopic, Callable[[Any], bytes]] = {
    InboundTopic.COMPLAINTS: complaint_key,
    InboundTopic.COMMANDS: command_key,
}
"""The function that makes the key of a record from its event, for each topic."""


def _said(event: Any, name: str) -> Any:
    try:
        data = data_in(event) if isinstance(event, dict) else None
    except Unreadable:  # intake will say so
        data = None
    return data.get(name) if isinstance(data, dict) else None


async def send(producer: Producer, topic: str, lines: Sequence[Line]) -> list[Delivery]:
    """Send all events in order; return when the broker has every one. Raises Unavailable."""
    return [
        await producer.send(topic, key=line.key, value=line.value, headers=STRUCTURED)
        for line in lines
    ]


RecordPlace = tuple[int, int]
"""Partition and offset."""


async def receipts_of(
    reader: ReceiptReader,
    topic: str,
    sent: Mapping[RecordPlace, Line],
    seconds: float,
) -> AsyncIterator[tuple[Line, Receipt]]:
    """Yield the receipts of sent events, until each event has one or the time is over.

    A parked event may get a second receipt in that time. Raises Unavailable.
    """
    missing, seen = set(sent), set[tuple[RecordPlace, Outcome]]()
    until = time.monotonic() + seconds
    while missing and (left := until - time.monotonic()) > 0:
        for each in await reader.some(min(left, 1.0)):
            receipt = each.receipt
            place = (receipt.partition, receipt.offset)
            line = sent.get(place) if receipt.topic == topic else None
            if line is None or short_key(line.key) != each.key or (place, receipt.outcome) in seen:
                continue
            seen.add((place, receipt.outcome))
            missing.discard(place)
            yield line, receipt
