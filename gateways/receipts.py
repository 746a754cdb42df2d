"""Receipts: what became of each record, for publishers, on a topic of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateways.kafka.producer import Producer, RecordTooLarge
from gateways.kafka.topic_limits import NEEDED
from schemas.events.receipts import RECEIPT, SOURCE, receipt_id, receipt_of
from schemas.intake import Record, RecordDecision, Unavailable

TOPIC = "sanban.receipts"
HEADERS = (("content-type", b"application/cloudevents+json; charset=UTF-8"),)


@dataclass(frozen=True, slots=True)
class KafkaReceipts:
    """Implements consumers.ports.ReceiptSender."""

    producer: Producer
    now: Callable[[], datetime]
    topic: str = TOPIC

    async def put(self, record: Record, decision: RecordDecision) -> None:
        at = self.now()
        data = receipt_of(decision, at).model_dump(mode="json", exclude_none=True)
        event = {
            "specversion": "1.0",
            "type": RECEIPT,
            "source": SOURCE,
            "id": receipt_id(decision.position, decision.outcome),
            "time": at.isoformat(),
            "datacontenttype": "application/json",
            "data": data,
        }
        value = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            await self.producer.send(self.topic, key=record.short_key, value=value, headers=HEADERS)
        except RecordTooLarge as error:
            # Every receipt has less than NEEDED bytes (gateways/kafka/topic_limits.py): the topic
            # allows less than it has to, and waiting helps once its limit is raised.
            raise Unavailable("kafka", f"{error} to at least {NEEDED}") from error
