"""Members of a consumer group in this process, and what the broker knows of the group."""

import asyncio
import gc
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from consumers.health import Health
from consumers.kafka.settings import SourceOptions
from consumers.kafka.source import KafkaSource
from consumers.kafka.watchdog import Watchdog
from consumers.loop import Loop, Patience
from gateways.kafka.producer import Producer, ProducerOptions
from schemas.intake import Record, Unavailable
from tests.limits import EVENT_S

SOON = {"session_timeout_ms": 6000, "heartbeat_interval_ms": 500}
"""The broker misses a killed member soon, and also one on a machine that is too busy."""
STEADY = SOON | {"session_timeout_ms": 120_000}
QUICK = Patience(first=0.05, longest=0.2)


@contextmanager
def broker_going_away() -> Iterator[None]:
    """Silence the log while a broker goes away, and collect the sockets afterwards.

    kafka-python leaves the sockets of refused connections to the garbage collector, and pytest
    keeps what is logged, and so those sockets, until after the test. For tests that ignore
    ResourceWarning: unclosed.
    """
    logger = logging.getLogger("kafka")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
        gc.collect()


@dataclass
class Books:
    """The records that all members together have handled."""

    handled: list[Record] = field(default_factory=list)

    @property
    def values(self) -> set[bytes]:
        return {record.value or b"" for record in self.handled}

    def order_by_key(self) -> dict[bytes, list[int]]:
        order: dict[bytes, list[int]] = defaultdict(list)
        for record in self.handled:
            offsets = order[record.key or b""]
            if record.position.offset not in offsets:  # a record may come again
                offsets.append(record.position.offset)
        return order


@dataclass
class Member:
    """A member of a group. `stuck` set: its handlers do not return. `away` set: they raise
    Unavailable.
    """

    bootstrap: str
    topic: str
    books: Books
    group: str = ""
    client: Mapping[str, Any] = field(default_factory=lambda: STEADY)
    options: Mapping[str, Any] = field(default_factory=dict)
    seconds_of_work: float = 0.0
    stuck: asyncio.Event = field(default_factory=asyncio.Event)
    away: asyncio.Event = field(default_factory=asyncio.Event)
    health: Health = field(default_factory=Health)
    chunks: int = 0
    _release: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        source = KafkaSource(
            SourceOptions(
                self.bootstrap,
                (self.topic,),
                self.group or f"{self.topic}.group",
                client=self.client,
                **self.options,
            ),
            self.health,
            Watchdog(self.health, seconds_between_looks=1, seconds_to_answer=2),
        )
        self.loop = Loop(source, self._handle, self.health, QUICK)
        self.task = asyncio.create_task(self.loop.run())

    async def _handle(self, records: Sequence[Record]) -> None:
        if self.away.is_set():
            raise Unavailable("temporal")
        self.chunks += 1
        if self.stuck.is_set():
            await self._release.wait()
        await asyncio.sleep(self.seconds_of_work)
        self.books.handled.extend(records)

    @property
    def ready(self) -> bool:
        return self.health.ready()[0]

    async def stop(self) -> None:
        self.loop.stop()
        async with asyncio.timeout(EVENT_S):
            await self.task


async def publish(bootstrap: str, topic: str, count: int, *, keys: int = 50) -> list[bytes]:
    """Publish `count` records with different values over `keys` keys; return the values."""
    values = [b"record %d" % number for number in range(count)]
    async with Producer(ProducerOptions(bootstrap)) as producer:
        await asyncio.gather(
            *(
                producer.send(topic, key=b"key %d" % (number % keys), value=value)
                for number, value in enumerate(values)
            )
        )
    return values


async def lag(bootstrap: str, topic: str, group: str = "") -> int:
    """Return how many records lie beyond the committed offsets."""
    return await asyncio.to_thread(_lag, bootstrap, topic, group or f"{topic}.group")


def _lag(bootstrap: str, topic: str, group: str) -> int:
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    try:
        partitions = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic)]
        ends = consumer.end_offsets(partitions)
        return sum(ends[p] - (consumer.committed(p) or 0) for p in partitions)
    finally:
        consumer.close()
