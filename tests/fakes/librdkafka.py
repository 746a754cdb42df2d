"""Publishes with librdkafka in batches of its own, compressed as most publishers compress."""

from collections.abc import Iterable, Sequence

from confluent_kafka import Producer

from tests.limits import EVENT_S

CODECS = ("gzip", "snappy", "lz4", "zstd")
Sent = tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes]]]
"""Key, value and headers of a record."""


def publish(
    bootstrap: str, topic: str, records: Iterable[Sent], *, codec: str, together: bool = False
) -> None:
    """Send the records in order, each in a batch of its own, or all `together` in one."""
    producer = Producer(
        {
            "bootstrap.servers": bootstrap,
            "compression.type": codec,
            "message.max.bytes": 1_000_000_000,  # before compression; the broker counts after it
            "batch.size": 1_000_000_000,
            "queue.buffering.max.kbytes": 2_000_000,
            "linger.ms": 1000 if together else 0,
            "log_level": 0,
        }
    )
    failed = []
    for key, value, headers in records:
        producer.produce(
            topic,
            value,
            key,
            partition=0,
            headers=[*headers],
            on_delivery=lambda error, _: failed.append(error) if error else None,
        )
        if not together:
            producer.flush(EVENT_S)
    left = producer.flush(EVENT_S)
    if failed or left:
        raise RuntimeError(f"not delivered: {failed[:1]}, {left} left")
