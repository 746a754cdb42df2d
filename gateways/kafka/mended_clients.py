"""kafka-python's consumer and producer with the faults of version 3.0.12 repaired (docs/adr/0006).

This and mended_batches.py, which it uses, are the only modules that may touch what kafka-python
keeps private; tests/architecture/test_kafka_client.py holds that. Each repair says which fault it
stands for, how the fault was seen, and which test fails without the repair (tests/integration,
tests/unit/test_mended_clients.py). A repair may go when that test passes without it on the version
that pyproject.toml names.

Faults that public means work around have their place where they are met:

- consumers/kafka/rebalance.py: a blocking rebalance listener cannot commit.
- consumers/kafka/watchdog.py: a partition can stay without records for ever (#3106, #3131).
- gateways/kafka/probe.py: a failed handshake is reported as a broker that does not answer.
- gateways/kafka/refusals.py: a client that was refused once never asks again.
- runtime/kafka_security.py: `ssl_ciphers` is ignored, and SCRAM user names are not escaped.
"""

import copy
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.errors import TopicAuthorizationFailedError
from kafka.protocol.consumer import IsolationLevel
from kafka.record import memory_records
from typing_extensions import override

from gateways.kafka.mended_batches import (
    BoundedBatch,
    BoundedLegacyBatch,
    BoundedRecords,
    Limits,
)
from gateways.kafka.piece_reader import NotRead
from schemas.intake import Position, Record

ASSIGNORS = (CooperativeStickyAssignor,)
"""The value of `partition_assignment_strategy` for every group of ours.

Fault: the eager assignors, which are the default, keep the fetch position of partitions that stay
with a member, where Java goes back to the committed offset. Records that were out are then never
delivered again. An instance instead of the class gives two consumers the same partitions.
Seen: records lost in an experiment with two members; subscription_state.py,
`assign_from_subscribed`.
Test: none that fails each time. It may go when upstream resets positions as Java does.
"""


_LARGEST_RECORD = 64 * 1024 * 1024
_POLL_BYTES = 32 * 1024 * 1024


class MendedConsumer(KafkaConsumer):  # type: ignore[misc]  # kafka-python has no types
    """A KafkaConsumer for use by one thread. It reads committed records only.

    No setting changes that: a record of a transaction that was aborted, or is still open, was never
    sent (docs/adr/0006). `end_offsets` is therefore where the first open transaction begins.
    """

    def __init__(
        self,
        *,
        largest_record: int = _LARGEST_RECORD,
        poll_bytes: int = _POLL_BYTES,
        **settings: Any,
    ) -> None:
        """Connect. `largest_record` is the bytes of a record above which its value is not read, and
        `poll_bytes` those of records that a poll returns, or one record more.
        """
        memory_records.DefaultRecordBatch = BoundedBatch
        memory_records.LegacyRecordBatch = BoundedLegacyBatch
        self._limits = Limits(largest_record, poll_bytes)
        try:
            super().__init__(**{**settings, "isolation_level": "read_committed"})
        except BaseException:
            self._stop_thread()
            raise
        self._fetcher.PartitionRecords = partial(BoundedRecords, limits=self._limits)
        self._finish_every_join()
        self._end_polls_in_time()

    @override
    def poll(self, timeout_ms: int) -> Mapping[TopicPartition, list[ConsumerRecord]]:
        self._limits.left = self._limits.poll
        self._find_parked_records()
        self._raise_unauthorized_topics()
        return super().poll(timeout_ms=timeout_ms)  # type: ignore[no-any-return]

    def place_of(self, topic: str) -> tuple[str, str, str]:
        """Return cluster id, topic and topic id, as in a Position; "" for an unknown id.

        Fault: the client knows both ids from the broker's metadata and has no public way to ask.
        Test: test_kafka_records.py, test_a_topic_made_anew_is_told_from_its_predecessor.
        """
        topic_id = self._cluster.topic_id(topic)
        return self._cluster.cluster_id or "", topic, str(topic_id) if topic_id else ""

    def uncommitted_ends(
        self, partitions: Sequence[TopicPartition], timeout_ms: float | None = None
    ) -> Mapping[TopicPartition, int]:
        """Return where each partition ends, records of open transactions included.

        Fault: a consumer that reads committed records has no public way to ask for this end, and
        `highwater` is only known after a fetch. The broker's answer decides, so the question is put
        by a copy of the fetcher; what this consumer fetches meanwhile stays committed.
        Test: test_kafka_transactions.py, test_an_open_transaction_is_seen_and_not_read.
        """
        return self._uncommitted().end_offsets(  # type: ignore[no-any-return]
            list(partitions), timeout_ms
        )

    def first_since(self, partition: TopicPartition, timestamp_ms: int) -> int | None:
        """Return the first offset with this timestamp or a later one, open transactions included.

        None if there is none.
        Fault: as in `uncommitted_ends`.
        Test: test_kafka_transactions.py, test_an_open_transaction_is_seen_and_not_read.
        """
        timeout_ms = self.config["request_timeout_ms"]
        found = self._uncommitted().offsets_by_times({partition: timestamp_ms}, timeout_ms)
        place = found[partition]
        return None if place is None or place.offset < 0 else int(place.offset)

    def _uncommitted(self) -> Any:
        """Return a fetcher that asks for offsets over this one's connections.

        Fault: as in `uncommitted_ends`.
        Test: test_kafka_transactions.py, test_an_open_transaction_is_seen_and_not_read.
        """
        fetcher = copy.copy(self._fetcher)
        fetcher._isolation_level = IsolationLevel.READ_UNCOMMITTED  # noqa: SLF001
        return fetcher

    def record(self, raw: ConsumerRecord) -> Record:
        """Return what `poll` gave in the form that the rest of Sanban uses."""
        position = Position(*self.place_of(raw.topic), raw.partition, raw.offset)
        is_read = not isinstance(raw.value, NotRead)
        return Record(
            position,
            raw.key,
            raw.value if is_read else None,
            tuple(raw.headers),
            raw.timestamp,
            None if is_read else raw.value.left_out,
        )

    def held(self) -> dict[TopicPartition, int]:
        """Return about how many bytes are fetched and not yet returned, by partition.

        Fault: what was fetched of a paused partition stays in memory, and there is no public way to
        ask how much that is.
        Test: test_kafka_large.py, test_what_is_published_does_not_decide_how_much_memory_is_taken.
        """
        fetcher = self._fetcher
        raw = [*fetcher._completed_fetches.copy(), *fetcher._paused_completed_fetches.values()]  # noqa: SLF001
        parts = [fetcher._next_partition_records, *fetcher._paused_partition_records.values()]  # noqa: SLF001
        found = {each.topic_partition: len(each.partition_data.records or b"") for each in raw}
        for part in filter(None, parts):
            place = part.topic_partition
            found[place] = found.get(place, 0) + part.bytes_held
        return found

    def _end_polls_in_time(self) -> None:
        """Let `poll` return when it has as many bytes as it may.

        Fault: `fetched_records` goes on until it has `max_poll_records`, whatever their size.
        Test: test_kafka_large.py, test_what_is_published_does_not_decide_how_much_memory_is_taken.
        """
        append, limits = self._fetcher._append, self._limits  # noqa: SLF001

        def append_in_bounds(drained: Any, part: Any, most: int, update_offsets: bool) -> int:
            taken: int = append(drained, part, most, update_offsets)
            return taken if limits.left > 0 else most

        self._fetcher._append = append_in_bounds  # noqa: SLF001

    def _stop_thread(self) -> None:
        """Stop the I/O thread that a failed constructor leaves behind.

        Fault: the constructor starts its thread before it looks for a broker. When it finds none it
        raises, and no caller has an object to close.
        Seen: one thread more after each attempt without a broker.
        Test: test_mended_clients.py, test_a_consumer_that_finds_no_broker_leaves_no_thread.
        """
        if (client := getattr(self, "_client", None)) is not None:
            client.close()

    def _find_parked_records(self) -> None:
        """Let `poll` return records that were fetched before their partition was paused.

        Fault: fetcher.py parks such records (pull request #2981) and looks for them only while
        `_next_partition_records` is None. A batch that was read to its end stays there as an empty
        object, so the records of a resumed partition are never found, nor fetched again.
        Seen: a partition that stayed silent after its first chunk.
        Test: test_kafka_loop.py, test_every_partition_brings_its_records_beside_paused_ones.
        """
        if not self._fetcher._next_partition_records:  # noqa: SLF001
            self._fetcher._next_partition_records = None  # noqa: SLF001

    def _raise_unauthorized_topics(self) -> None:
        """Raise TopicAuthorizationFailedError for topics that our user may not see.

        Fault: the coordinator raises this in a callback (`_handle_metadata_update`), which drops
        it. To the caller the topic looks like one that does not exist.
        Seen: intake without permission to DESCRIBE waited for a topic that was there.
        Test: test_kafka_security.py,
        test_a_consumer_without_a_permission_is_not_ready_and_says_which.
        """
        if unseen := self._cluster.unauthorized_topics:
            raise TopicAuthorizationFailedError(unseen)

    def _finish_every_join(self) -> None:
        """Let `poll` finish a join that an earlier `poll` began.

        Fault: new metadata makes the coordinator join. When `poll` returns before the broker has
        answered, `_assignment_snapshot` may equal the new metadata already, so `need_rejoin` is
        False and `_join_task` is never awaited: no partitions and no heartbeats, for ever.
        Seen: with polls of 10 ms every second member of a group got no partitions.
        Test: test_kafka_join.py.
        """
        coordinator = self._coordinator
        is_needed = coordinator.need_rejoin
        coordinator.need_rejoin = lambda: coordinator._join_task is not None or is_needed()  # noqa: SLF001


class MendedProducer(KafkaProducer):  # type: ignore[misc]  # kafka-python has no types
    """A KafkaProducer that can be abandoned."""

    def __del__(self) -> None:
        """Do nothing.

        Fault: the original finaliser replaces the logger of its module by one that says nothing
        (pull request #2043), which mutes every other producer of the process.
        Seen: in the source, producer/kafka.py, `close`.
        Test: test_mended_clients.py,
        test_a_producer_that_is_collected_leaves_the_log_of_the_others.
        """

    def give_up(self) -> None:
        """Stop at once and drop what is undelivered.

        Fault: `close` waits in `flush` for every record, also when the broker is away, and raises
        KafkaTimeoutError before it stops the sender's thread.
        Seen: in the source, producer/kafka.py, `close`.
        Test: none that fails each time. It may go when `close` with a timeout of 0 stops the
        thread, whatever is undelivered.
        """
        self._unregister_cleanup()
        self._sender.force_close()
        self._closed = True


class MendedAdmin(KafkaAdminClient):  # type: ignore[misc]  # kafka-python has no types
    """A KafkaAdminClient that leaves nothing behind when it finds no broker.

    Fault: as in `MendedConsumer._stop_thread`; `close` does nothing before the constructor is done.
    Seen: one thread more after each attempt without a broker.
    Test: test_mended_clients.py, test_an_admin_that_finds_no_broker_leaves_no_thread.
    """

    def __init__(self, **settings: Any) -> None:
        try:
            super().__init__(**settings)
        except BaseException:
            if (client := getattr(self, "_client", None)) is not None:
                client.close()
                self._net.stop()
            raise
