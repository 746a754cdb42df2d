"""Consumes from Kafka: one thread owns the consumer and polls without pause.

kafka-python 3 is not made for several threads. Everything that the consumer's thread, its
rebalances and the event loop share is in PartitionProgress (docs/adr/0006).
"""

import asyncio
import threading
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor

import structlog
from kafka import TopicPartition
from kafka import errors as kafka_errors
from kafka.consumer.fetcher import ConsumerRecord

from consumers import metrics
from consumers.health import Health
from consumers.kafka.rebalance import Listener, wire
from consumers.kafka.settings import SourceOptions, consumer_settings
from consumers.kafka.steering import bytes_of, resting
from consumers.kafka.watchdog import Watchdog
from consumers.loop import Chunk
from consumers.partition_progress import PartitionProgress, Ticket
from gateways.kafka.mended_batches import weight
from gateways.kafka.mended_clients import MendedConsumer
from gateways.kafka.probe import why_not_connected
from gateways.kafka.refusals import REFUSALS, refusal

log = structlog.stdlib.get_logger()

# The group is changing hands or the broker is slow: the commit is tried again, or the records come
# again to their new owner.
_DEFERRED = (
    kafka_errors.CommitFailedError,
    kafka_errors.RebalanceInProgressError,
    kafka_errors.RetriableError,
)
_PROBATION_S = 3.0
"""After a refusal: how long a new connection must last before it counts as accepted."""
_SECONDS_OF_REST = 0.05
"""Between polls that can bring nothing: polling every 10 ms took 5 % of a CPU during a backlog."""


class KafkaSource:
    """Implements consumers.loop.Source."""

    def __init__(self, options: SourceOptions, health: Health, watchdog: Watchdog) -> None:
        self._options = options
        self._health = health
        self._watchdog = watchdog
        self._progress = PartitionProgress()
        self._stopping = threading.Event()
        self._hurrying = threading.Event()
        self._joined = threading.Event()
        self._freed = threading.Event()  # a chunk is finished or given up
        self._committed_at = 0.0
        self._connected_at = 0.0
        self._refused = ""  # why the broker refused us, until it accepts us
        health.wait(self, "kafka", "connecting to the broker")

    async def run(self, deliver: Callable[[Chunk], None]) -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="kafka-source") as thread:
            consuming = loop.run_in_executor(
                thread, self._consume, lambda chunk: loop.call_soon_threadsafe(deliver, chunk)
            )
            try:
                await asyncio.shield(consuming)
            except asyncio.CancelledError:
                # Leaving this block waits for the thread. No handler can end meanwhile, so the
                # thread must not wait for chunks that are out.
                self._hurrying.set()
                self._stopping.set()
                raise

    def stop(self) -> None:
        self._stopping.set()
        self._freed.set()

    def finish(self, ticket: Ticket) -> None:
        self._progress.finish(ticket)
        self._freed.set()

    def give_up(self, ticket: Ticket) -> None:
        self._progress.give_up(ticket)
        self._freed.set()

    def holds(self, ticket: Ticket) -> bool:
        return self._progress.holds(ticket)

    # Below: on the consumer's thread.

    def _consume(self, hand_over: Callable[[Chunk], object]) -> None:
        while not self._stopping.is_set():
            self._health.beat()
            consumer = self._connect()
            if consumer is None:
                continue
            try:
                self._poll_until_stopped_or_stuck(consumer, hand_over)
                # Before the close: afterwards we are no member any more and may not commit.
                self._commit(consumer)
            except REFUSALS as error:
                self._report_refusal(self._refusal(error))
            finally:
                # Leaves the group at once instead of after the session timeout. Autocommit would
                # commit the fetch position, and so records without an outcome.
                consumer.close(autocommit=False, timeout_ms=self._options.seconds_to_commit * 1000)
                self._progress.revoked(self._progress.partitions())
            if self._refused:
                self._stopping.wait(self._options.seconds_after_refusal)

    def _connect(self) -> MendedConsumer | None:
        options = self._options
        try:
            consumer = MendedConsumer(**consumer_settings(options))
        except (kafka_errors.RetriableError, *REFUSALS) as error:
            why = self._refusal(error) or why_not_connected(options.bootstrap, options.client)
            if why:
                self._report_refusal(why)
                self._stopping.wait(options.seconds_after_refusal)
                return None
            self._health.wait(self, "kafka", f"no broker answers: {type(error).__name__}")
            log.warning("intake.broker_away", error_type=type(error).__name__)
            self._stopping.wait(options.seconds_between_connects)
            return None
        consumer.subscribe(
            list(self._options.topics),
            listener=Listener(consumer, self._progress, self._joined.set),
        )
        self._joined.clear()
        self._connected_at = time.monotonic()
        self._health.wait(self, "kafka", self._refused or "joining the consumer group")
        return consumer

    def _refusal(self, error: kafka_errors.KafkaError) -> str:
        options = self._options
        wanted = f"READ on topic {', '.join(options.topics)} and on group {options.group}"
        return refusal(error, options.client, wanted=wanted) or ""

    def _accepted(self) -> bool:
        """Return True when the broker lets us read.

        A client without permission may join the group; only its first fetch is refused.
        """
        return not self._refused or time.monotonic() > self._connected_at + _PROBATION_S

    def _report_refusal(self, why: str) -> None:
        self._refused = why
        self._health.wait(self, "kafka", why)
        log.error("intake.refused_by_broker", detail=why)

    def _poll_until_stopped_or_stuck(
        self, consumer: MendedConsumer, hand_over: Callable[[Chunk], object]
    ) -> None:
        deadline: float | None = None
        while True:
            self._health.beat()
            # Cleared before the look: a chunk that comes back after it sets the event again, so no
            # return is missed.
            self._freed.clear()
            out = self._progress.out()
            if self._stopping.is_set():
                deadline = deadline or time.monotonic() + self._options.seconds_to_drain
                if not out or self._hurrying.is_set() or time.monotonic() > deadline:
                    self._log_unfinished(out)
                    return
            if self._steer(consumer, out):
                self._freed.wait(_SECONDS_OF_REST)
            # Short while chunks are out: a finished one frees its partition for the next fetch.
            # Never skipped: polling is what keeps us in the group.
            polled = self._poll(consumer, timeout_ms=10 if out else 200)
            # What is polled while stopping is dropped: it is not committed, so it comes again.
            if not self._stopping.is_set():
                for chunk in self._chunks(consumer, polled):
                    hand_over(chunk)
            self._commit_now_and_then(consumer)
            if self._watchdog.bites(consumer, self._progress):
                metrics.RECREATED.inc()
                return

    def _poll(
        self, consumer: MendedConsumer, timeout_ms: int
    ) -> Mapping[TopicPartition, list[ConsumerRecord]]:
        try:
            polled = consumer.poll(timeout_ms)
        except kafka_errors.RetriableError as error:
            self._health.wait(self, "kafka", f"cannot fetch: {type(error).__name__}")
            log.warning("intake.fetch_deferred", error_type=type(error).__name__)
            self._stopping.wait(0.2)
            return {}
        if self._joined.is_set() and self._accepted():
            self._refused = ""
            self._health.go_on(self)
        return polled

    def _steer(self, consumer: MendedConsumer, out: Collection[Ticket]) -> bool:
        """Pause the partitions that must rest, and resume the others.

        Polling goes on, which keeps us in the group however long the handler takes. This runs every
        turn, because newly assigned partitions begin unpaused. Returns True when nothing can come
        until a chunk is back.
        """
        assigned, held = consumer.assignment(), consumer.held()
        is_stopping = self._stopping.is_set()
        still = assigned if is_stopping else resting(assigned, out, held, self._options)
        paused = consumer.paused()
        consumer.pause(*(still - paused))
        consumer.resume(*(paused - still))
        metrics.IN_FLIGHT.labels(self._options.group).set(sum(ticket.size for ticket in out))
        metrics.BYTES_HELD.labels(self._options.group).set(bytes_of(out, held))
        metrics.PAUSED.labels(self._options.group).set(len(still))
        return bool(out) and still == assigned

    def _chunks(
        self,
        consumer: MendedConsumer,
        polled: Mapping[TopicPartition, list[ConsumerRecord]],
    ) -> Iterable[Chunk]:
        for partition, records in polled.items():
            ticket = self._progress.hand_out(
                tuple(partition),
                end=records[-1].offset + 1,
                size=len(records),
                weight=sum(map(weight, records)),
                since=max(records[0].timestamp or 0, 0) / 1000,
            )
            if ticket is not None:
                self._report_skipped(consumer, partition, records[0].offset)
                yield Chunk(ticket, tuple(consumer.record(record) for record in records))
            elif partition in consumer.assignment():
                # Ours, but not to be handed out now. Without the seek they would be skipped.
                consumer.seek(partition, records[0].offset)

    def _report_skipped(
        self, consumer: MendedConsumer, partition: TopicPartition, first: int
    ) -> None:
        """Count and log offsets without a record: markers, or records deleted unread."""
        expected = self._progress.watermark(tuple(partition))
        # The first chunk since the assignment: the group may have committed before.
        if expected is None:
            try:
                expected = consumer.committed(
                    partition, timeout_ms=self._options.seconds_to_commit * 1000
                )
            except kafka_errors.RetriableError:
                return
        if expected is not None and first > expected:
            metrics.SKIPPED.inc(first - expected)
            topic, number = partition
            log.warning(
                "intake.offsets_skipped", topic=topic, partition=number, start=expected, end=first
            )

    def _commit_now_and_then(self, consumer: MendedConsumer) -> None:
        now = time.monotonic()
        if now - self._committed_at >= self._options.seconds_between_commits:
            self._committed_at = now
            self._commit(consumer)

    def _commit(self, consumer: MendedConsumer) -> None:
        offsets = self._progress.uncommitted()
        if not offsets:
            return
        try:
            consumer.commit(wire(offsets), timeout_ms=self._options.seconds_to_commit * 1000)
        except _DEFERRED as error:
            metrics.COMMITS_DEFERRED.inc()
            log.info("intake.commit_deferred", error_type=type(error).__name__)
        else:
            self._progress.committed(offsets)

    def _log_unfinished(self, out: Collection[Ticket]) -> None:
        for ticket in out:
            topic, partition = ticket.partition
            log.warning("intake.stopped_unfinished", topic=topic, partition=partition)
