"""Publishes in transactions with librdkafka, as most publishers that are not written in Java do."""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Literal

from confluent_kafka import Producer

from tests.limits import EVENT_S

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
Ending = Literal["commit", "abort", "open"]


class TransactionalPublisher:
    """One transactional producer. Its calls block."""

    def __init__(self, bootstrap: str, *, codec: str = "none", timeout_s: float = 900) -> None:
        """`timeout_s`: when the broker aborts a transaction that nobody ends."""
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "transactional.id": f"publisher-{uuid.uuid4().hex[:8]}",
                "transaction.timeout.ms": int(1000 * timeout_s),
                "compression.type": codec,
                "linger.ms": 50,  # several records a batch
                "message.max.bytes": 10_000_000,
                "log_level": 0,  # it would say on stderr that the broker ends with the session
            }
        )
        self._producer.init_transactions(EVENT_S)

    def begin(self) -> None:
        self._producer.begin_transaction()

    def send(
        self,
        topic: str,
        *values: bytes,
        key: bytes | None = b"k",
        headers: Iterable[tuple[str, bytes]] = (),
        partition: int = 0,
    ) -> None:
        """Send and wait until the broker has the records: they are in the log, not committed."""
        for value in values:
            self._producer.produce(
                topic, value, key, partition=partition, headers=[(n, v) for n, v in headers]
            )
        self._producer.flush(EVENT_S)

    def end(self, how: Ending) -> None:
        match how:
            case "commit":
                self._producer.commit_transaction(EVENT_S)
            case "abort":
                self._producer.abort_transaction(EVENT_S)
            case "open":
                pass

    def transaction(self, how: Ending, topic: str, *values: bytes) -> None:
        self.begin()
        self.send(topic, *values)
        self.end(how)


@contextmanager
def open_transaction(bootstrap: str, topic: str, *values: bytes) -> Iterator[None]:
    """Send in a transaction that stays open inside the block, and is aborted after it."""
    publisher = TransactionalPublisher(bootstrap)
    publisher.transaction("open", topic, *values)
    try:
        yield
    finally:
        publisher.end("abort")
