"""Records as publishers send them, made in one call."""

import json
from datetime import UTC, datetime

from cloudevents.core.bindings import kafka
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from schemas.events.complaint import FILED
from schemas.intake import Position, Record

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
SOURCE = "https://12345.example/hotline"

HEADERS = {
    "ce_specversion": b"1.0",
    "ce_id": b"731-1",
    "ce_source": SOURCE.encode(),
    "ce_type": FILED.encode(),
    "content-type": b"application/json",
}
ENVELOPE = {"specversion": "1.0", "id": "731-1", "source": SOURCE, "type": FILED}
IN_JSON = {"content-type": b"application/cloudevents+json; charset=UTF-8"}


def data(**changes: object) -> dict[str, object]:
    """Return the data of a complaint event; a change to None leaves the field out."""
    whole: dict[str, object] = {
        "schema_version": 1,
        "tenant": "youchegang",
        "complaint_id": "2026-000731",
        "channel": "hotline",
        "reported_at": "2026-11-24T09:12:00+08:00",
        "text": "Rubbish has not been collected for a week.",
    } | changes
    return {name: value for name, value in whole.items() if value is not None}


def event(data: object, **attributes: object) -> CloudEvent:
    given: dict[str, object] = {
        "specversion": "1.0",
        "id": "731-1",
        "source": SOURCE,
        "type": FILED,
        "time": NOW,
        "datacontenttype": "application/json",
    } | attributes
    return CloudEvent(given, data)  # type: ignore[arg-type]  # tests also send what is no dict


def at(offset: int, *, partition: int = 0, topic_id: str = "t1") -> Position:
    return Position("cluster-1", "sanban.complaints", topic_id, partition, offset)


def record(
    value: bytes | None,
    headers: dict[str, bytes] | list[tuple[str, bytes | None]],
    *,
    offset: int = 0,
    key: bytes | None = b"hotline/2026-000731",
) -> Record:
    pairs = headers.items() if isinstance(headers, dict) else headers
    return Record(at(offset), key, value, tuple(pairs))


def binary(body: object, *, offset: int = 0, key: bytes | None = b"k", **attributes: str) -> Record:
    message = kafka.to_binary(event(body, **attributes), JSONFormat())
    return record(message.value, message.headers, offset=offset, key=key)


def structured(
    body: object, *, offset: int = 0, key: bytes | None = b"k", **attributes: str
) -> Record:
    message = kafka.to_structured(event(body, **attributes), JSONFormat())
    return record(message.value, message.headers, offset=offset, key=key)


def complaint(
    offset: int, *, event_id: str | None = None, key: str | None = None, **changes: object
) -> Record:
    """Return a readable complaint event, by default another one at each offset."""
    return binary(
        data(**changes),
        offset=offset,
        id=event_id or f"event-{offset}",
        key=(key or f"key-{offset}").encode(),
    )


def unreadable(offset: int) -> Record:
    return record(b"{", {"ce_specversion": b"1.0"}, offset=offset)


def as_json(body: object) -> bytes:
    return json.dumps(body).encode()
