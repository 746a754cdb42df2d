"""Files of events: one JSON CloudEvent a line, sent as a record each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateways.kafka_producer import Producer
from runtime.problems import Problem

STRUCTURED = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)


@dataclass(frozen=True, slots=True)
class Line:
    """One event of a file, with the bytes as they will be sent."""

    number: int
    key: bytes
    value: bytes


def lines_of(path: Path) -> list[Line]:
    """Every line that is not empty. Raises Problem naming file and line of what is no event."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"cannot read {path}: {error}") from error
    found = list(_lines(path, text))
    if not found:
        raise Problem(f"{path} has no events", do="put one JSON CloudEvent on each line")
    return found


def _lines(path: Path, text: str) -> Iterator[Line]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            event = json.loads(line)
        except ValueError as error:
            raise Problem(f"{path}:{number}: not JSON: {error}", do="one event a line") from error
        yield Line(number, key_of(event), line.encode())


def key_of(event: Any) -> bytes:
    """Source and complaint id, so that what belongs to one complaint keeps its order."""
    data = event.get("data") if isinstance(event, dict) else None
    complaint = data.get("complaint_id") if isinstance(data, dict) else None
    source = event.get("source") if isinstance(event, dict) else None
    return f"{source} {complaint}".encode()


async def send(producer: Producer, topic: str, lines: list[Line]) -> None:
    """All of them, in order; returns once the broker has every one. Raises Unavailable."""
    for line in lines:
        await producer.send(topic, key=line.key, value=line.value, headers=STRUCTURED)
