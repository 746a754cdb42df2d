"""Watches the Kafka consumer: broker away, topic missing, partition stuck, transaction hung.

kafka-python 3.0 has had several bugs that left a partition without records for ever
(dpkp/kafka-python #3106, #3131). A new consumer fetches from the committed offset, which ends such
a state whatever its cause. The watchdog may go when no 3.0.x release is supported any more.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from kafka import TopicPartition
from kafka import errors as kafka_errors

from consumers import metrics
from consumers.health import Health
from consumers.kafka.oldest_records import OldestRecords
from consumers.kafka.open_transactions import OpenTransactions
from consumers.partition_progress import PartitionProgress
from consumers.readings import LabelledReadings

log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class _Seen:
    at: float
    end: int
    position: int | None
    paused: bool


class Watched(Protocol):
    """The methods of MendedConsumer that the watchdog needs."""

    def assignment(self) -> set[TopicPartition]: ...
    def paused(self) -> set[TopicPartition]: ...
    def subscription(self) -> Collection[str]: ...
    def partitions_for_topic(self, topic: str) -> Collection[int]: ...
    def end_offsets(
        self, partitions: list[TopicPartition], timeout_ms: float | None = None
    ) -> Mapping[TopicPartition, int]: ...
    def uncommitted_ends(
        self, partitions: list[TopicPartition], timeout_ms: float | None = None
    ) -> Mapping[TopicPartition, int]: ...
    def position(
        self, partition: TopicPartition, timeout_ms: float | None = None
    ) -> int | None: ...


@dataclass(eq=False)
class Watchdog:
    """Looks every `seconds_between_looks`; a partition is stuck after `seconds_stuck`.

    One that waits for a publisher's transaction is not: another consumer would get no more.
    """

    health: Health
    seconds_between_looks: float = 10
    seconds_stuck: float = 60
    seconds_hung: float = 60
    seconds_to_answer: float = 5
    clock: Callable[[], float] = time.monotonic
    _looked_at: float = field(default=float("-inf"), init=False)
    _seen: dict[TopicPartition, _Seen] = field(default_factory=dict, init=False)
    _transactions: OpenTransactions = field(init=False)
    _lag: LabelledReadings = field(init=False)
    _oldest: OldestRecords = field(init=False)

    def __post_init__(self) -> None:
        self._lag = LabelledReadings(metrics.LAG, stale_s=6 * self.seconds_between_looks)
        self._oldest = OldestRecords(self.clock, 6 * self.seconds_between_looks)
        self._transactions = OpenTransactions(self.health, self.clock, self.seconds_hung)

    def bites(self, consumer: Watched, progress: PartitionProgress) -> bool:
        """Return True when the consumer must be replaced by a new one. Looks only now and then."""
        now = self.clock()
        if now - self._looked_at < self.seconds_between_looks:
            return False
        self._looked_at = now
        try:
            looks = self._look(consumer, now)
        except kafka_errors.RetriableError as error:
            self.health.wait(self, "kafka", f"the broker does not answer: {type(error).__name__}")
            return False
        self._tell_lag(looks, progress)
        stuck = [partition for partition, look in looks.items() if self._is_stuck(partition, look)]
        if stuck:
            self._seen.clear()  # what was seen of the old consumer says nothing about the new one
            log.error("intake.partitions_stuck", partitions=sorted(tuple(p) for p in stuck))
        return bool(stuck)

    def _look(self, consumer: Watched, now: float) -> dict[TopicPartition, _Seen]:
        partitions = list(consumer.assignment())
        missing = [t for t in consumer.subscription() if not consumer.partitions_for_topic(t)]
        if missing:
            self.health.wait(self, "kafka", f"no topic {', '.join(missing)} on the broker")
            return {}
        milliseconds = self.seconds_to_answer * 1000
        ends = consumer.end_offsets(partitions, timeout_ms=milliseconds)
        # After the committed ends: what is written meanwhile looks like a transaction that is open
        # for one look, never the other way round.
        newest = consumer.uncommitted_ends(partitions, timeout_ms=milliseconds)
        self.health.go_on(self)
        self._transactions.look(ends, newest)
        paused = consumer.paused()
        return {
            partition: _Seen(
                at=now,
                end=ends[partition],
                position=consumer.position(partition, timeout_ms=1000),
                paused=partition in paused,
            )
            for partition in partitions
        }

    def _is_stuck(self, partition: TopicPartition, look: _Seen) -> bool:
        """Return True when there are records, we ask for them, and none has come for too long."""
        first = self._seen.setdefault(partition, look)
        idle = look.position is not None and look.end <= look.position
        # Each of these restarts the clock. A paused partition may stand still as long as its chunk
        # is out, so both looks must find it unpaused.
        if idle or look.paused or first.paused or look.position != first.position:
            self._seen[partition] = look
            return False
        return look.at - first.at >= self.seconds_stuck

    def _tell_lag(self, looks: Mapping[TopicPartition, _Seen], progress: PartitionProgress) -> None:
        for topic, number in self._seen.keys() - looks.keys():
            self._lag.forget(topic, str(number))  # its new owner reports it
            self._oldest.forget((topic, number))
            del self._seen[TopicPartition(topic, number)]
        out = {ticket.partition: ticket for ticket in progress.out()}
        for (topic, number), look in looks.items():
            ticket = out.get((topic, number))
            fetched = look.end if look.position is None else look.position
            undecided = look.end - fetched + (ticket.size if ticket else 0)
            self._lag.measured(max(undecided, 0), topic, str(number))
            unread = fetched if fetched < look.end else None
            self._oldest.look((topic, number), ticket, unread)
