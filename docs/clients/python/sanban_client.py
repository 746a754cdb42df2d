"""Files complaints and acts on cases over Kafka, and prints the result of each.

    pip install "kafka-python>=3.0.12,<3.1"
    python sanban_client.py complaint event.json
    python sanban_client.py sign CASE TENANT PERSON UNIT

`event.json` is one CloudEvent, as in INTEGRATORS.md. Prints the number of the case. Exit code 0:
the event was accepted, now or before; 1: it was rejected, and the reason is printed; 3: there is no
result yet. After a 3 run the same command again, with the same id: at worst it is a duplicate.

KAFKA_BOOTSTRAP, KAFKA_CLIENT (a JSON object of kafka-python's settings: TLS and SASL) and
WAIT_SECONDS come from the environment.
"""

import json
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError

COMPLAINTS = os.environ.get("COMPLAINTS_TOPIC", "sanban.complaints")
COMMANDS = os.environ.get("COMMANDS_TOPIC", "sanban.case-commands")
RECEIPTS = os.environ.get("RECEIPTS_TOPIC", "sanban.receipts")
WAIT_SECONDS = float(os.environ.get("WAIT_SECONDS", "60"))
CLIENT = {
    "bootstrap_servers": os.environ.get("KAFKA_BOOTSTRAP", "127.0.0.1:9092"),
    "bootstrap_timeout_ms": int(1000 * WAIT_SECONDS),
    **json.loads(os.environ.get("KAFKA_CLIENT", "{}")),
}
STRUCTURED = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
TAKEN, REJECTED, UNKNOWN = 0, 1, 3


def main(arguments: list[str]) -> int:
    match arguments:
        case ["complaint", file]:
            event = json.loads(Path(file).read_text(encoding="utf-8"))
            # The same for all events of one complaint, so that they stay in order.
            key = f"{event['source']} {event['data']['complaint_id']}"
            return deliver(COMPLAINTS, key, event)
        case ["sign", case, tenant, person, unit]:
            return deliver(COMMANDS, case, sign(case, tenant, person, unit))
        case _:
            print(__doc__, file=sys.stderr)
            return 2


def sign(case: str, tenant: str, person: str, unit: str) -> dict:
    return {
        "specversion": "1.0",
        "type": "org.sanban.case.command.v1",
        "source": f"https://{unit}.example/office",
        # Sent again it has no second effect; to sign once more, another id.
        "id": f"{case}-sign",
        "data": {
            "tenant": tenant,
            "case": case,
            "actor": {"id": person, "role": "handler", "unit": unit},
            "act": {"kind": "sign"},
        },
    }


def deliver(topic: str, key: str, event: dict) -> int:
    """Send the event and wait for its receipt."""
    deadline = time.monotonic() + WAIT_SECONDS
    try:
        with ExitStack() as stack:
            # Before the event is sent, or its receipt may come too early.
            receipts = listen()
            stack.callback(receipts.close)
            producer = KafkaProducer(acks="all", enable_idempotence=True, **CLIENT)
            stack.callback(producer.close, timeout=5)
            value = json.dumps(event, ensure_ascii=False).encode()
            sent = producer.send(topic, key=key.encode(), value=value, headers=STRUCTURED)
            receipt = wait(receipts, sent.get(timeout=WAIT_SECONDS), deadline)
    except KafkaError as error:
        return tell(UNKNOWN, f"no answer from Kafka: {error}; run the same again")
    if receipt is None:
        return tell(UNKNOWN, "sent, and no receipt yet; run the same again")
    if receipt["outcome"] in ("rejected", "conflict"):
        return tell(REJECTED, f"{receipt['outcome']}: {receipt['reason']}: {receipt['detail']}")
    print(receipt.get("case_id", ""))
    return TAKEN


def listen() -> KafkaConsumer:
    """Receipts from now on, of all publishers: ours is known by the place of our record."""
    consumer = KafkaConsumer(
        group_id=None, enable_auto_commit=False, isolation_level="read_committed", **CLIENT
    )
    numbers = consumer.partitions_for_topic(RECEIPTS) or ()
    partitions = [TopicPartition(RECEIPTS, number) for number in numbers]
    if not partitions:
        consumer.close()
        raise KafkaError(f"there is no topic {RECEIPTS}, or we may not read it")
    consumer.assign(partitions)
    consumer.seek_to_end()
    for partition in partitions:
        consumer.position(partition)  # now, and not at the first poll
    return consumer


def wait(receipts: KafkaConsumer, record, deadline: float) -> dict | None:
    place = (record.topic, record.partition, record.offset)
    while time.monotonic() < deadline:
        for records in receipts.poll(timeout_ms=500).values():
            for each in records:
                receipt = json.loads(each.value)["data"]
                if (receipt["topic"], receipt["partition"], receipt["offset"]) != place:
                    continue
                if receipt["outcome"] == "parked":  # a second one follows
                    print(f"waits: {receipt['reason']}: {receipt['detail']}", file=sys.stderr)
                else:
                    return receipt
    return None


def tell(code: int, what: str) -> int:
    print(what, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
