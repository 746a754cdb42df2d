"""Reads single records and ranges of a partition without a consumer group, committed ones only.

Used by commands for people and by reconciliation.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from kafka import TopicPartition
from kafka import errors as kafka_errors

from gateways.kafka.mended_clients import MendedConsumer
from gateways.kafka.probe import why_not_connected
from gateways.kafka.refusals import KafkaRefuses, refusal
from schemas.intake import Record, Unavailable

T = TypeVar("T")

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class ReaderOptions:
    """`client` goes to kafka-python as it is: TLS and SASL."""

    bootstrap: str
    client: Mapping[str, Any] = field(default_factory=dict, repr=False)
    seconds_to_connect: float = 5
    seconds_of_silence: float = 10  # to wait where the broker says that there are records
    seconds_beyond: float = 1.5  # to wait beyond the end that the broker reports


@dataclass(frozen=True, slots=True)
class Extent:
    """What a broker says it holds of a partition: offsets from `first` on, below `end`.

    An open transaction ends what can be read: `end` is where the first one begins, and beyond it
    there are offsets below `newest`, also of records that are committed. Without one both are
    equal. The embedded broker counts only the first record of the last batch: there may be more
    beyond its end.
    """

    cluster: str
    topic: str
    topic_id: str
    partition: int
    first: int
    end: int
    newest: int


class NoRecord(Exception):
    """There is no record at a position; the text says why, in words for people."""


class KafkaReader:
    """Reads with one consumer on one thread, made at the first call.

    Every call raises Unavailable, or KafkaRefuses if a person must change something.
    """

    def __init__(self, options: ReaderOptions) -> None:
        self._options = options
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kafka-reader")
        self._consumer: MendedConsumer | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=False)

    async def extents(self, topic: str) -> list[Extent]:
        """Return the extents of the partitions, ordered by number; empty without such a topic."""
        return await self._do(lambda consumer: _extents(consumer, topic), f"DESCRIBE on {topic}")

    async def place_of(self, topic: str) -> tuple[str, str, str]:
        """Return cluster id, topic and topic id, as in a Position."""

        def ask(consumer: MendedConsumer) -> tuple[str, str, str]:
            consumer.partitions_for_topic(topic)  # what it does not know yet, it asks for
            return consumer.place_of(topic)

        return await self._do(ask, f"DESCRIBE on {topic}")

    async def committed(self, group: str, topic: str) -> dict[int, int]:
        """Return the committed offset of the group by partition, if it has committed one."""

        def ask(_consumer: MendedConsumer) -> dict[int, int]:
            # A consumer cannot change its group, so this needs one of its own. It does not join:
            # no partition of the group moves.
            asking = MendedConsumer(**self._settings(), group_id=group)
            try:
                found = {
                    number: asking.committed(
                        TopicPartition(topic, number),
                        timeout_ms=1000 * self._options.seconds_of_silence,
                    )
                    for number in sorted(asking.partitions_for_topic(topic) or ())
                }
            finally:
                asking.close(autocommit=False)
            return {number: offset for number, offset in found.items() if offset is not None}

        return await self._do(ask, f"DESCRIBE on group {group}")

    async def between(
        self, topic: str, partition: int, start: int, stop: int
    ) -> AsyncIterator[Sequence[Record]]:
        """Yield the records from `start` on, below `stop`, in order, some at a time.

        Skips offsets without a committed record: those of aborted transactions, markers of
        transactions, compacted or deleted records.
        """
        extent = await self._extent(topic, partition)
        following = max(start, extent.first) if extent else stop
        while extent and following < stop:
            records, following = await self._some(extent, following, stop)
            if records:
                yield records

    async def at(self, topic: str, partition: int, offset: int) -> Record:
        """Return one record. Raises NoRecord if there is none, or none any more."""
        extent = await self._extent(topic, partition)
        if extent is None:
            raise NoRecord(f"the broker has no partition {partition} of {topic}")
        if offset < extent.first:
            raise NoRecord(
                f"the broker has deleted it: {topic}/{partition} begins at offset {extent.first} "
                "(the topic's retention)"
            )
        if extent.end <= offset < extent.newest:
            raise NoRecord(
                f"{topic}/{partition} has a transaction that is not ended, from offset "
                f"{extent.end} on: what it becomes is not known yet"
            )
        found, _ = await self._some(extent, offset, offset + 1)
        if not found and offset >= extent.end:
            raise NoRecord(f"{topic}/{partition} ends at offset {extent.end}")
        if not found:
            raise NoRecord(
                f"{topic}/{partition} has no record at offset {offset}: its transaction was "
                "aborted, it was compacted, or never was one"
            )
        return found[0]

    async def first_since(self, extent: Extent, moment: datetime) -> int:
        """Return the first offset whose record has this timestamp or a later one; the end if none.

        Open transactions are included.
        """
        place = TopicPartition(extent.topic, extent.partition)
        milliseconds = int(1000 * moment.timestamp())
        found = await self._do(
            lambda consumer: consumer.first_since(place, milliseconds),
            f"DESCRIBE on {extent.topic}",
        )
        return extent.end if found is None else found

    async def is_open_since(self, extent: Extent, moment: datetime) -> bool:
        """Return True if its first open transaction began before, by the record's timestamp.

        False also if there is no open transaction.
        """
        if extent.end >= extent.newest:
            return False
        place = TopicPartition(extent.topic, extent.partition)

        def ask(consumer: MendedConsumer) -> bool:
            younger = consumer.first_since(place, int(1000 * moment.timestamp()))
            return younger is None or younger > extent.end

        return await self._do(ask, f"DESCRIBE on {extent.topic}")

    async def _extent(self, topic: str, partition: int) -> Extent | None:
        return next((e for e in await self.extents(topic) if e.partition == partition), None)

    async def _some(self, extent: Extent, start: int, stop: int) -> tuple[list[Record], int]:
        """Return the next records and the offset to go on from."""
        options, is_beyond = self._options, start >= extent.end
        patience = options.seconds_beyond if is_beyond else options.seconds_of_silence
        place = TopicPartition(extent.topic, extent.partition)

        def read(consumer: MendedConsumer) -> tuple[list[Record], int]:
            consumer.assign([place])
            consumer.seek(place, start)
            patient_until = time.monotonic() + patience
            while True:
                polled = consumer.poll(timeout_ms=200).get(place, [])
                inside = [raw for raw in polled if raw.offset < stop]
                if inside:
                    return [consumer.record(raw) for raw in inside], inside[-1].offset + 1
                if polled or consumer.position(place) >= stop:
                    return [], stop
                if time.monotonic() > patient_until and is_beyond:
                    return [], stop
                if time.monotonic() > patient_until:
                    where = f"{extent.topic}/{extent.partition}"
                    raise Unavailable("kafka", f"{where} is silent at offset {start}")

        return await self._do(read, f"READ on {extent.topic}")

    async def _do(self, work: Callable[[MendedConsumer], T], wanted: str) -> T:
        def on_thread() -> T:
            try:
                return work(self._connected())
            except kafka_errors.KafkaError as error:
                raise self._unavailable(error, wanted) from error

        return await asyncio.get_running_loop().run_in_executor(self._thread, on_thread)

    # Below: on the reader's thread.

    def _connected(self) -> MendedConsumer:
        if self._consumer is None:
            self._consumer = MendedConsumer(**self._settings())
        return self._consumer

    def _settings(self) -> dict[str, Any]:
        options = self._options
        return {
            "bootstrap_servers": options.bootstrap,
            "bootstrap_timeout_ms": int(1000 * options.seconds_to_connect),
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",  # what retention deletes meanwhile is passed over
            "allow_auto_create_topics": False,
            "max_poll_records": _CHUNK,
            "fetch_max_wait_ms": 20,  # for what is there already
            **options.client,
        }

    def _unavailable(self, error: kafka_errors.KafkaError, wanted: str) -> Unavailable:
        options = self._options
        why = refusal(error, options.client, wanted=wanted)
        if why is None and self._consumer is None:
            why = why_not_connected(options.bootstrap, options.client)
        return KafkaRefuses(why) if why else Unavailable("kafka", type(error).__name__)

    def _close(self) -> None:
        if self._consumer is not None:
            self._consumer.close(autocommit=False)


def _extents(consumer: MendedConsumer, topic: str) -> list[Extent]:
    numbers = consumer.partitions_for_topic(topic)
    places = [TopicPartition(topic, number) for number in sorted(numbers or ())]
    if not places:
        return []
    # In this order: what is committed or begun meanwhile only makes the last one larger.
    firsts, ends = consumer.beginning_offsets(places), consumer.end_offsets(places)
    newest = consumer.uncommitted_ends(places)
    return [
        Extent(
            *consumer.place_of(topic), place.partition, firsts[place], ends[place], newest[place]
        )
        for place in places
    ]
