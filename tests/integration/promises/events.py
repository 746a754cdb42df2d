"""Complaints as publishers send them: records of structured CloudEvents."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from domain.complaints import case_id_of
from runtime.jobs.publish import STRUCTURED
from schemas.events.complaint import FILED

TENANT = "youchegang"
Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Event:
    """A record to send; `case_id` is the case it makes if it makes one."""

    source: str
    event_id: str
    value: bytes | None = field(repr=False)
    key: bytes | None = field(repr=False)
    headers: Headers = STRUCTURED

    @property
    def case_id(self) -> str:
        return case_id_of(TENANT, self.source, self.event_id)

    def but(self, **changes: Any) -> "Event":
        return replace(self, **changes)


def event(source: str, event_id: str, **data: Any) -> Event:
    """Return a valid complaint about noise, from a department, without a callback; `data` changes
    it.
    """
    document = envelope(source, event_id, **data)
    return Event(source, event_id, json.dumps(document).encode(), f"{source} {event_id}".encode())


def settled(source: str, event_id: str) -> Event:
    """Return a complaint dealt with on the spot: its case closes itself as soon as it is open."""
    swept = {"result": "巡查员当场清理"}
    pair = [
        {
            "sha256": sha256(f"{name} of {source} {event_id}".encode()).hexdigest(),
            "uri": f"s3://evidence/{name}.jpg",
            "media_type": "image/jpeg",
        }
        for name in ("before", "after")
    ]
    return event(
        source,
        event_id,
        category="garbage",
        channel="patrol",
        place={"grid": "G01"},
        settled=swept,
        attachments=pair,
    )


def envelope(source: str, event_id: str, **data: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "type": FILED,
        "source": source,
        "id": event_id,
        "datacontenttype": "application/json",
        "data": {
            "schema_version": 1,
            "tenant": TENANT,
            "complaint_id": event_id,
            "channel": "department",
            "category": "noise-neighbourhood",
            "reported_at": datetime.now(UTC).isoformat(),
            "text": "音响声音过大",
            **data,
        },
    }
