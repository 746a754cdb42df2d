"""The records that the canary publishes: a report, and its withdrawal."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kafka.partitioner.default import murmur2

from schemas.canary import CATEGORY, SOURCE, TENANT
from schemas.events.complaint import FILED
from schemas.events.inbound import INBOUND

_WITHDRAWN = next(kind for kind in INBOUND if ".withdrawn." in kind)
_POSITIVE = 0x7FFFFFFF
_TEXT = "金丝雀：检查系统是否运行，不是诉求"


@dataclass(frozen=True, slots=True)
class CanaryRecord:
    """A record of sanban.complaints. Its key decides its partition, as that of every record."""

    event_id: str
    key: bytes
    value: bytes


def number_for(partition: int, partitions: int, beginning: str) -> str:
    """Return a complaint id with this beginning whose records come to the partition."""
    number = 0
    while True:
        complaint_id = f"{beginning}-{number}"
        if (murmur2(_key(complaint_id)) & _POSITIVE) % partitions == partition:
            return complaint_id
        number += 1


def filed(complaint_id: str, now: datetime) -> CanaryRecord:
    """Return the report."""
    said = {"channel": "department", "category": CATEGORY, "urgency": "normal", "text": _TEXT}
    return _record(FILED, complaint_id, "filed", {**said, "reported_at": now.isoformat()})


def withdrawn(complaint_id: str) -> CanaryRecord:
    """Return its withdrawal, which ends the case."""
    return _record(_WITHDRAWN, complaint_id, "withdrawn", {"reason": "the round is over"})


def _record(kind: str, complaint_id: str, what: str, said: dict[str, Any]) -> CanaryRecord:
    event_id = f"{complaint_id}-{what}"
    data = {"schema_version": 1, "tenant": TENANT, "complaint_id": complaint_id, **said}
    event: dict[str, Any] = {"specversion": "1.0", "type": kind, "source": SOURCE, "id": event_id}
    event |= {"datacontenttype": "application/json", "data": data}
    value = json.dumps(event, ensure_ascii=False).encode()
    return CanaryRecord(event_id, _key(complaint_id), value)


def _key(complaint_id: str) -> bytes:
    return f"{SOURCE} {complaint_id}".encode()
