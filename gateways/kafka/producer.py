"""Sends records to Kafka and waits until the broker holds each. The only module that produces."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import structlog
from kafka import errors as kafka_errors
from kafka.producer.future import RecordMetadata

from gateways.kafka.mended_clients import MendedProducer
from gateways.kafka.probe import why_not_connected
from gateways.kafka.refusals import KafkaRefuses, refusal
from gateways.kafka.topic_limits import TopicLimits
from schemas.intake import Unavailable

log = structlog.stdlib.get_logger()

Headers = Sequence[tuple[str, bytes]]

_TOO_LARGE = (kafka_errors.MessageSizeTooLargeError, kafka_errors.RecordListTooLargeError)
_BATCH_BYTES = 100
"""Bytes of a batch and its record around what is in them, at most: 61, and varints."""
_HEADER_BYTES = 10
"""Bytes of a header around its name and value, at most: two varints."""
# Mistakes in code or configuration: Unavailable would hide them behind a wait without end.
_MISCONFIGURED = (kafka_errors.InvalidTopicError, kafka_errors.KafkaConfigurationError)


class RecordTooLarge(Exception):
    """The broker, or `max_bytes` here, does not allow a record of this size."""


@dataclass(frozen=True, slots=True)
class ProducerOptions:
    """`client` goes to kafka-python as it is: TLS and SASL, client_id, and so on."""

    bootstrap: str
    client: Mapping[str, Any] = field(default_factory=dict, repr=False)
    # kafka-python 3 has no bounds of its own.
    max_in_flight: int = 500
    max_bytes_in_flight: int = 16 * 1024 * 1024  # one larger record is sent alone
    max_bytes: int = 64 * 1024 * 1024  # the topic's own limit decides
    seconds_to_connect: float = 5
    seconds_to_deliver: float = 30


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where the record is, on all replicas in sync."""

    partition: int
    offset: int


class Room:
    """A bound on bytes that are held at once. What is larger than the bound is let in alone."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._taken = 0
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def taken(self, size: int) -> AsyncIterator[None]:
        """Hold so many bytes inside the block; wait until there is room for them."""
        async with self._changed:
            await self._changed.wait_for(
                lambda: not self._taken or self._taken + size <= self._size
            )
            self._taken += size
        try:
            yield
        finally:
            async with self._changed:
                self._taken -= size
                self._changed.notify_all()


class Producer:
    """Idempotent and in order: what is sent first is first in its partition.

    Connects at the first `send`, and again after a failure, because a failed delivery leaves an
    idempotent producer in doubt about its sequence.
    """

    def __init__(self, options: ProducerOptions) -> None:
        self._options = options
        self._slots = asyncio.Semaphore(options.max_in_flight)
        self._room = Room(options.max_bytes_in_flight)
        self._limits = TopicLimits(options.bootstrap, options.client)
        # kafka-python blocks while it looks for brokers; one thread keeps the order of sends.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kafka-producer")
        self._client: MendedProducer | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def send(
        self, topic: str, *, key: bytes | None, value: bytes | None, headers: Headers = ()
    ) -> Delivery:
        """Return once the broker has the record. Raises Unavailable or RecordTooLarge.

        After Unavailable the record may have arrived all the same. After KafkaRefuses, the kind of
        Unavailable that says what a person has to change, it has not.
        """
        loop = asyncio.get_running_loop()
        delivered: asyncio.Future[Delivery] = loop.create_future()

        def succeeded(metadata: RecordMetadata) -> None:
            delivery = Delivery(metadata.partition, metadata.offset)
            loop.call_soon_threadsafe(_resolve, delivered, delivery)

        def failed(error: Exception) -> None:
            loop.call_soon_threadsafe(_resolve, delivered, error)

        # Which client took the record: another caller may have replaced it when this one fails, and
        # must not lose its new one.
        used: list[MendedProducer] = []

        def hand_over() -> None:
            used.append(self._connected())
            future = used[0].send(topic, key=key, value=value, headers=list(headers))
            # These run on the thread of kafka-python.
            future.add_callback(succeeded)
            future.add_errback(failed)

        async with self._slots, self._room.taken(size_of(key, value, headers)):
            try:
                await loop.run_in_executor(self._thread, hand_over)
                return await delivered
            except _TOO_LARGE as error:
                await loop.run_in_executor(self._thread, self._abandon, used)
                raise RecordTooLarge(
                    f"{topic}: a record of {size_of(key, value, headers)} bytes is too large; "
                    "raise the topic's max.message.bytes"
                ) from error
            except _MISCONFIGURED:
                raise
            except kafka_errors.KafkaError as error:
                # The client is in doubt about the sequence of its records: never use it again.
                await loop.run_in_executor(self._thread, self._abandon, used)
                wanted = f"WRITE on topic {topic}"
                if why := refusal(error, self._options.client, wanted=wanted):
                    raise KafkaRefuses(why) from error
                raise Unavailable("kafka", f"{topic}: {type(error).__name__}") from error

    async def largest(self, topic: str) -> int:
        """Return how large a record may be that the broker takes there, by `size_of`."""
        return min(await self._limits.largest(topic), self._options.max_bytes)

    async def refused(self, topic: str, size: int) -> None:
        """Take note that `send` raised RecordTooLarge for a record of this size, by `size_of`."""
        await self._limits.refused(topic, size)

    async def close(self, *, seconds: float = 10) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._close, seconds)
        self._thread.shutdown(wait=False)

    # Below: on the producer's thread.

    def _connected(self) -> MendedProducer:
        if self._client is None:
            try:
                self._client = MendedProducer(**self._settings())
            except kafka_errors.RetriableError as error:
                options = self._options
                if why := why_not_connected(options.bootstrap, options.client):
                    raise KafkaRefuses(why) from error
                raise
        return self._client

    def _settings(self) -> dict[str, Any]:
        options = self._options
        return {
            "bootstrap_servers": options.bootstrap,
            # Explicit: the default is the same, but kafka-python switches that off without a word
            # when another setting conflicts.
            "enable_idempotence": True,
            "acks": "all",
            "bootstrap_timeout_ms": int(options.seconds_to_connect * 1000),
            "max_block_ms": int(options.seconds_to_connect * 1000),
            "delivery_timeout_ms": int(options.seconds_to_deliver * 1000),
            "request_timeout_ms": int(options.seconds_to_deliver * 1000 / 2),
            "max_request_size": options.max_bytes,
            "reconnect_backoff_max_ms": 3000,
            **options.client,
        }

    def _abandon(self, used: list[MendedProducer]) -> None:
        for client in used:
            client.give_up()
            if client is self._client:
                self._client = None

    def _close(self, seconds: float) -> None:
        if self._client is None:
            return
        try:
            self._client.close(timeout=seconds)
        except kafka_errors.KafkaTimeoutError:
            log.warning("producer.closed_with_records_undelivered", seconds=seconds)
            self._client.give_up()


def size_of(key: bytes | None, value: bytes | None, headers: Headers) -> int:
    """Return the bytes that a record takes alone in a batch, at most."""
    named = sum(len(name.encode(errors="replace")) + len(content) for name, content in headers)
    content = len(key or b"") + len(value or b"") + named
    return content + _BATCH_BYTES + _HEADER_BYTES * len(headers)


def _resolve(delivered: "asyncio.Future[Delivery]", result: Delivery | Exception) -> None:
    if delivered.done():  # the caller was cancelled
        return
    if isinstance(result, Exception):
        delivered.set_exception(result)
    else:
        delivered.set_result(result)
