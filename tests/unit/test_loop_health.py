"""Readiness says why not, liveness when only a restart helps; the watchdog watches the consumer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from kafka import TopicPartition
from kafka import errors as kafka_errors
from prometheus_client import REGISTRY

from consumers.health import Health
from consumers.kafka.watchdog import Watchdog
from consumers.partition_progress import PartitionProgress

P = TopicPartition("t", 0)


@dataclass
class Clock:
    now: float = 0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakeConsumer:
    at: int | None = 5
    end: int = 5
    newest: int = 0
    is_paused: bool = False
    topics: set[str] = field(default_factory=lambda: {"t"})
    away: bool = False

    def assignment(self) -> set[TopicPartition]:
        return {P}

    def paused(self) -> set[TopicPartition]:
        return {P} if self.is_paused else set()

    def subscription(self) -> Collection[str]:
        return {"t"}

    def partitions_for_topic(self, topic: str) -> Collection[int]:
        return {0} if topic in self.topics else set()

    def end_offsets(
        self, partitions: list[TopicPartition], timeout_ms: float | None = None
    ) -> Mapping[TopicPartition, int]:
        if self.away:
            raise kafka_errors.KafkaTimeoutError
        return {P: self.end}

    def uncommitted_ends(
        self, partitions: list[TopicPartition], timeout_ms: float | None = None
    ) -> Mapping[TopicPartition, int]:
        return {P: max(self.end, self.newest)}

    def position(self, partition: TopicPartition, timeout_ms: float | None = None) -> int | None:
        return self.at


def watched(consumer: FakeConsumer, *moments: float, clock: Clock, watchdog: Watchdog) -> bool:
    bitten = False
    for clock.now in moments:
        bitten = watchdog.bites(consumer, PartitionProgress())
    return bitten


def test_readiness_tells_each_wait_once_the_longest_first() -> None:
    clock = Clock()
    health = Health(clock)
    health.wait("chunk 1", "temporal", "temporal is unavailable")
    clock.now = 5
    health.wait("chunk 2", "temporal", "temporal is unavailable")
    health.wait("chunk 1", "temporal", "temporal is unavailable")
    health.wait("chunk 3", "kafka", "no broker answers")
    clock.now = 7

    assert health.ready() == (
        False,
        "temporal is unavailable (for 7 s); no broker answers (for 2 s)",
    )


def test_ready_again_when_everybody_goes_on() -> None:
    health = Health()
    health.wait("chunk 1", "temporal", "temporal is unavailable")
    health.go_on("chunk 1")
    health.go_on("chunk 2")

    assert health.ready() == (True, "")


def test_a_silent_kafka_thread_is_neither_ready_nor_alive() -> None:
    clock = Clock()
    health = Health(clock)
    clock.now = 89
    assert health.alive() == (True, "")
    clock.now = 100

    assert health.alive() == (False, "the Kafka thread hangs (for 100 s)")
    assert not health.ready()[0]
    health.beat()
    assert health.alive() == health.ready() == (True, "")


def test_a_partition_with_records_that_brings_none_is_stuck() -> None:
    clock = Clock()
    watchdog = Watchdog(Health(), clock=clock)
    stuck = FakeConsumer(at=5, end=9)

    assert not watched(stuck, 0, 30, 59, clock=clock, watchdog=watchdog)
    assert watched(stuck, 71, clock=clock, watchdog=watchdog)
    assert not watched(stuck, 100, clock=clock, watchdog=watchdog)  # its successor begins anew


def test_a_partition_that_never_got_a_position_is_stuck_too() -> None:
    clock = Clock()

    assert watched(
        FakeConsumer(at=None, end=9), 0, 61, clock=clock, watchdog=Watchdog(Health(), clock=clock)
    )


def test_what_moves_or_has_nothing_or_is_paused_is_not_stuck() -> None:
    for consumer in (FakeConsumer(at=9, end=9), FakeConsumer(at=5, end=9, is_paused=True)):
        clock = Clock()
        watchdog = Watchdog(Health(), clock=clock)
        assert not watched(consumer, 0, 61, 122, clock=clock, watchdog=watchdog)
    clock = Clock()
    watchdog = Watchdog(Health(), clock=clock)
    moving = FakeConsumer(at=1, end=9)
    for moving.at, clock.now in ((1, 0), (2, 61), (3, 122)):
        assert not watchdog.bites(moving, PartitionProgress())


def test_a_partition_just_resumed_has_its_full_time() -> None:
    clock = Clock()
    watchdog = Watchdog(Health(), clock=clock)
    consumer = FakeConsumer(at=5, end=9, is_paused=True)
    watched(consumer, 0, 55, clock=clock, watchdog=watchdog)
    consumer.is_paused = False

    assert not watched(consumer, 65, 76, clock=clock, watchdog=watchdog)
    assert watched(consumer, 126, clock=clock, watchdog=watchdog)


def test_a_silent_broker_and_a_missing_topic_are_told_and_forgotten() -> None:
    clock, health = Clock(), Health()
    watchdog = Watchdog(health, clock=clock)
    consumer = FakeConsumer(away=True)
    watched(consumer, 0, clock=clock, watchdog=watchdog)
    assert health.ready()[1].startswith("the broker does not answer: KafkaTimeoutError")
    consumer.away, consumer.topics = False, set()
    watched(consumer, 10, clock=clock, watchdog=watchdog)
    assert health.ready()[1].startswith("no topic t on the broker")
    consumer.topics = {"t"}
    watched(consumer, 20, clock=clock, watchdog=watchdog)

    assert health.ready() == (True, "")


def test_a_transaction_that_is_not_ended_is_named_with_its_age_and_restarts_nothing() -> None:
    clock = Clock()
    health = Health(clock)
    watchdog = Watchdog(health, clock=clock)
    consumer = FakeConsumer(at=5, end=5, newest=7)

    assert not watched(consumer, 0, 50, clock=clock, watchdog=watchdog)
    assert health.ready() == (True, "")
    assert not watched(consumer, 70, 140, clock=clock, watchdog=watchdog)
    health.beat()
    assert health.ready()[1] == (
        "t/0 gives no record from offset 5 on: a publisher has not ended the transaction that "
        "begins there (for 140 s)"
    )
    assert age() == 140
    consumer.at = consumer.end = consumer.newest
    watched(consumer, 150, clock=clock, watchdog=watchdog)
    assert health.ready() == (True, "")
    assert age() == 0


def test_transactions_that_follow_each_other_are_not_one_that_hangs() -> None:
    clock = Clock()
    health = Health(clock)
    watchdog = Watchdog(health, clock=clock)
    consumer = FakeConsumer()
    for second in range(0, 600, 30):
        consumer.at = consumer.end = second
        consumer.newest = second + 4
        watched(consumer, second, clock=clock, watchdog=watchdog)
        health.beat()
        assert health.ready() == (True, "")


def age() -> float | None:
    name = "sanban_intake_open_transaction_seconds"
    return REGISTRY.get_sample_value(name, {"topic": "t", "partition": "0"})
