"""Reads new receipts without a consumer group, for a command that has just sent events."""

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self, TypeVar

from kafka import TopicPartition
from kafka import errors as kafka_errors
from pydantic import ValidationError

from gateways.kafka.mended_clients import MendedConsumer
from gateways.kafka.probe import why_not_connected
from gateways.kafka.refusals import KafkaRefuses, refusal
from schemas.events.receipts import RECEIPT, Receipt
from schemas.intake import Unavailable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ReceiptOptions:
    """`client` goes to kafka-python as it is: TLS and SASL."""

    bootstrap: str
    topic: str
    client: Mapping[str, Any] = field(default_factory=dict, repr=False)
    seconds_to_connect: float = 5


@dataclass(frozen=True, slots=True)
class KeyedReceipt:
    """A receipt with its key, which is that of the record it is about."""

    key: bytes | None
    receipt: Receipt


class NoTopic(Unavailable):
    """The topic does not exist, so no receipts are sent."""


class ReceiptReader:
    """Reads from where the topic ends when it is entered, so enter it before sending.

    One thread owns the consumer. The embedded broker reports an end before the last batch: with it
    some old receipts come first, and none is missed.
    """

    def __init__(self, options: ReceiptOptions) -> None:
        self._options = options
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="receipts")
        self._consumer: MendedConsumer | None = None

    async def __aenter__(self) -> Self:
        """Connect. Raises Unavailable; KafkaRefuses or NoTopic if a person must act."""
        try:
            await self._do(self._begin)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._end()

    async def some(self, seconds: float) -> list[KeyedReceipt]:
        """Return the next receipts, of all publishers; empty if none comes in time.

        Raises as entering does.
        """
        return await self._do(lambda: self._poll(seconds))

    async def _do(self, work: Callable[[], T]) -> T:
        def on_thread() -> T:
            try:
                return work()
            except kafka_errors.KafkaError as error:
                raise self._unavailable(error) from error

        return await asyncio.get_running_loop().run_in_executor(self._thread, on_thread)

    async def _end(self) -> None:
        def close() -> None:
            if self._consumer is not None:
                self._consumer.close(autocommit=False)

        await asyncio.get_running_loop().run_in_executor(self._thread, close)
        self._thread.shutdown(wait=False)

    # Below: on the reader's thread.

    def _begin(self) -> None:
        options = self._options
        self._consumer = consumer = MendedConsumer(
            bootstrap_servers=options.bootstrap,
            bootstrap_timeout_ms=int(1000 * options.seconds_to_connect),
            enable_auto_commit=False,
            auto_offset_reset="earliest",  # what retention deletes meanwhile is passed over
            allow_auto_create_topics=False,
            **options.client,
        )
        numbers = consumer.partitions_for_topic(options.topic)
        if not numbers:
            raise NoTopic("kafka", f"there is no topic {options.topic}")
        places = [TopicPartition(options.topic, number) for number in sorted(numbers)]
        consumer.assign(places)
        for place, end in consumer.end_offsets(places).items():
            consumer.seek(place, end)

    def _poll(self, seconds: float) -> list[KeyedReceipt]:
        if self._consumer is None:
            raise RuntimeError("enter it first")
        found = self._consumer.poll(timeout_ms=int(1000 * seconds))
        records = [record for records in found.values() for record in records]
        read = [(record.key, _receipt(record.value)) for record in records]
        return [KeyedReceipt(key, receipt) for key, receipt in read if receipt is not None]

    def _unavailable(self, error: kafka_errors.KafkaError) -> Unavailable:
        options = self._options
        why = refusal(error, options.client, wanted=f"READ on topic {options.topic}")
        if why is None and self._consumer is None:
            why = why_not_connected(options.bootstrap, options.client)
        if why:
            return KafkaRefuses(why)
        return Unavailable("kafka", f"{options.topic}: {type(error).__name__}")


def _receipt(value: bytes | None) -> Receipt | None:
    """Return None for what is no receipt that we can read: it is not about what was just sent."""
    try:
        event = json.loads(value or b"")
        if event["type"] != RECEIPT:
            return None
        return Receipt.model_validate_json(json.dumps(event["data"]))
    except (KeyError, TypeError, ValueError, ValidationError):
        return None
