"""Dead letters: rejected records, byte for byte, on a topic of their own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateways.kafka.producer import Producer, RecordTooLarge
from schemas.intake import Letter, Record, RejectReason, Unavailable

TOPIC = "sanban.dead-letters"

REASON = "sanban-reason"
DETAIL = "sanban-detail"
ORIGIN = "sanban-origin"
AT = "sanban-at"
NULLS = "sanban-nulls"


@dataclass(frozen=True, slots=True)
class KafkaDeadLetters:
    """Implements consumers.ports.DeadLetters.

    Adds the headers above at the end. Of several with one name the last counts: a letter that is
    sent again and rejected again has older ones.
    """

    producer: Producer
    now: Callable[[], datetime]
    topic: str = TOPIC

    async def put(self, record: Record, reason: RejectReason, detail: str) -> Letter:
        position = record.position
        headers = [(name, value or b"") for name, value in record.headers]
        headers += [
            (REASON, reason.encode()),
            (DETAIL, detail.encode()),
            (ORIGIN, f"{position.topic}/{position.partition}/{position.offset}".encode()),
            (AT, self.now().isoformat().encode()),
        ]
        # The producer takes no null header values, and no record without key and value. Both become
        # empty here, and NULLS lists them, so that the original can be restored.
        value = record.value
        nulls = [f"header {name}" for name, content in record.headers if content is None]
        if value is None and record.key is None:
            value = b""
            nulls.append("value")
        if nulls:
            headers.append((NULLS, ", ".join(nulls).encode()))
        try:
            delivery = await self.producer.send(
                self.topic, key=record.key, value=value, headers=headers
            )
        except RecordTooLarge as error:
            # The topic's setting is too small, so waiting helps once it is raised.
            raise Unavailable("kafka", str(error)) from error
        return Letter(self.topic, delivery.partition, delivery.offset)
