"""What was told outside before a restore: events on topics, and notices to people.

The readers of the journal were set back with it. The relay passes over what was told
(runtime/services/relay/told_events.py), and so does the notifier (notifier/told_notices.py).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.case.notices.facts import Notified, Undelivered
from gateways.kafka.record_reader import KafkaReader
from schemas.journal import event_of

_OUTCOMES = (b'"kind":"notified"', b'"kind":"undelivered"')


async def ids_since(kafka: KafkaReader, topic: str, moment: datetime) -> dict[str, str]:
    """Return where each event of a topic is, by its id; those that were sent since `moment`.

    An empty topic name, or a topic that does not exist, has none. Raises Unavailable.
    """
    found: dict[str, str] = {}
    for extent in await kafka.extents(topic) if topic else ():
        start = await kafka.first_since(extent, moment)
        async for records in kafka.between(topic, extent.partition, start, extent.end):
            for record in records:
                id_ = _id_of(record.value)
                if id_ is not None:
                    position = record.position
                    found.setdefault(id_, f"{topic}/{position.partition}/{position.offset}")
    return found


def _id_of(value: bytes | None) -> str | None:
    """Return the id of a structured CloudEvent; None for what is none, which others may write."""
    try:
        id_ = json.loads(value or b"")["id"]
    except (ValueError, KeyError, TypeError):
        return None
    return id_ if isinstance(id_, str) else None


@dataclass(frozen=True, slots=True)
class ToldIds:
    """Ids of the case events and of the replies to superiors that the topics have, with places."""

    events: Mapping[str, str]
    replies: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class EventsPassed:
    """`passed`: how many told events the relay does not send again. `again`: the ids of told events
    behind one that was not told, which it sends a second time, with the same id.
    """

    passed: int
    again: tuple[str, ...]


def notice_told_in(case_id: str, body: bytes) -> list[str]:
    """Return the id of the notice of which a row says that it was told or given up, if it does."""
    if not any(each in body for each in _OUTCOMES):
        return []
    fact = event_of(body).fact
    if isinstance(fact, Notified) or (isinstance(fact, Undelivered) and fact.final):
        return [f"{case_id}/{fact.row}/{fact.person}"]
    return []
