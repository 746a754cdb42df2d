"""Names the transactions of publishers that stay open and so keep a partition from being read.

Intake reads committed records only: the broker hands out nothing behind the first record of a
transaction that is not ended, also nothing of others. It ends one itself when the publisher is
silent for longer than its `transaction.timeout.ms`; one whose publisher lost contact with the
coordinator can stay for ever (KIP-664) until an operator aborts it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog
from kafka import TopicPartition

from consumers import metrics
from consumers.health import Health
from consumers.readings import LabelledReadings

log = structlog.stdlib.get_logger()


@dataclass(frozen=True, slots=True)
class _Seen:
    """An open transaction: the offset of its first record, and when it was first seen."""

    begin: int
    at: float


@dataclass(eq=False)
class OpenTransactions:
    """Looks at where partitions end; one that is open for `seconds_hung` is hung.

    A publisher's transaction takes seconds, and brokers end a silent one after 60 by default.
    """

    health: Health
    clock: Callable[[], float]
    seconds_hung: float = 60
    _seen: dict[TopicPartition, _Seen] = field(default_factory=dict, init=False)
    _hung: set[TopicPartition] = field(default_factory=set, init=False)
    _labelled: set[TopicPartition] = field(default_factory=set, init=False)
    _ages: LabelledReadings = field(
        default_factory=lambda: LabelledReadings(metrics.OPEN_TRANSACTION, stale_s=60), init=False
    )

    def look(
        self, ends: Mapping[TopicPartition, int], newest: Mapping[TopicPartition, int]
    ) -> None:
        """Note the open transactions: partitions whose committed records end before the others."""
        now = self.clock()
        for partition in self._labelled - ends.keys():
            self._forget(partition)  # its new owner reports it
        for partition, end in ends.items():
            if end >= newest[partition]:
                self._ended(partition)
                continue
            seen = self._seen.get(partition)
            if seen is None or seen.begin != end:
                self._ended(partition)
                self._seen[partition] = seen = _Seen(end, now)
            self._set(partition, now - seen.at)
            if now - seen.at >= self.seconds_hung:
                self._report(partition, seen)

    def _report(self, partition: TopicPartition, seen: _Seen) -> None:
        topic, number = partition
        self.health.wait(
            (self, partition),
            "publishers",
            f"{topic}/{number} gives no record from offset {seen.begin} on: a publisher has not "
            "ended the transaction that begins there",
            since=seen.at,
        )
        if partition not in self._hung:
            self._hung.add(partition)
            log.error("intake.transaction_hangs", topic=topic, partition=number, offset=seen.begin)

    def _ended(self, partition: TopicPartition) -> None:
        self._set(partition, 0)
        self._seen.pop(partition, None)
        self._hung.discard(partition)
        self.health.go_on((self, partition))

    def _set(self, partition: TopicPartition, seconds: float) -> None:
        topic, number = partition
        self._labelled.add(partition)
        self._ages.measured(seconds, topic, str(number))

    def _forget(self, partition: TopicPartition) -> None:
        self._ended(partition)
        self._labelled.discard(partition)
        topic, number = partition
        self._ages.forget(topic, str(number))
