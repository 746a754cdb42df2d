"""File what a patrol found, by the door that every complaint takes, and wait for the receipt."""

import json
from collections.abc import Mapping

from gateways.kafka.producer import Producer, ProducerOptions
from gateways.kafka.receipt_reader import ReceiptOptions, ReceiptReader
from runtime.jobs.publish import Line, complaint_key, receipts_of, send
from runtime.settings import Settings
from schemas.events.receipts import Receipt
from schemas.intake import Outcome


async def file_finding(
    settings: Settings, event: Mapping[str, object], patience: float
) -> Receipt | None:
    """Send the event; return what intake says of it, or None if it says nothing in time.

    A receipt that the event waits for something is not the last one. Raises Unavailable, NoTopic,
    KafkaRefuses or RecordTooLarge.
    """
    line = Line(1, complaint_key(event), json.dumps(event, ensure_ascii=False).encode())
    bootstrap, client = settings.need("kafka_bootstrap"), settings.kafka_security
    wanted = ReceiptOptions(bootstrap, settings.receipts_topic, client)
    topic = settings.complaints_topic
    last = None
    async with ReceiptReader(wanted) as reader:
        options = ProducerOptions(bootstrap, client=client, seconds_to_deliver=15)
        async with Producer(options) as producer:
            [delivery] = await send(producer, topic, [line])
            sent = {(delivery.partition, delivery.offset): line}
            async for _, receipt in receipts_of(reader, topic, sent, patience):
                last = receipt
                if receipt.outcome is not Outcome.PARKED:
                    break
    return last
