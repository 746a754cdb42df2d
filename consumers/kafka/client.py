"""kafka-python's consumer, with what goes wrong in 3.0.12 put right (docs/adr/0006)."""

from collections.abc import Mapping
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord, Fetcher
from kafka.errors import TopicAuthorizationFailedError
from kafka.record import memory_records
from kafka.record.default_records import DefaultRecordBatch
from typing_extensions import override

from schemas.intake import Position, Record


class Consumer(KafkaConsumer):  # type: ignore[misc]  # kafka-python has no types
    """Give it to one thread only."""

    def __init__(self, **settings: Any) -> None:
        memory_records.DefaultRecordBatch = _ReadableBatch
        try:
            super().__init__(**settings)
        except BaseException:
            # It has started its thread by then, and nobody else could stop it.
            if (client := getattr(self, "_client", None)) is not None:
                client.close()
            raise
        self._fetcher.PartitionRecords = _Records
        self._finish_every_join()

    def poll(self, timeout_ms: int) -> Mapping[TopicPartition, list[ConsumerRecord]]:
        # Records parked during a pause are looked for only while this slot is None, yet an emptied
        # object is left in it: a resumed partition would then never bring any.
        if not self._fetcher._next_partition_records:  # noqa: SLF001
            self._fetcher._next_partition_records = None  # noqa: SLF001
        # Topics that we may not even see look like topics that are not there, and nothing is said.
        if unseen := self._cluster.unauthorized_topics:
            raise TopicAuthorizationFailedError(unseen)
        return super().poll(timeout_ms=timeout_ms)  # type: ignore[no-any-return]

    def _finish_every_join(self) -> None:
        """A join that began because of new metadata is forgotten when `poll` returns amid it.

        The coordinator takes the metadata for dealt with as soon as it has assigned partitions, and
        never collects what its own join brought: no partitions, no heartbeats, for ever.
        """
        coordinator = self._coordinator
        is_needed = coordinator.need_rejoin
        coordinator.need_rejoin = lambda: coordinator._join_task is not None or is_needed()  # noqa: SLF001

    def place_of(self, topic: str) -> tuple[str, str, str]:
        """Cluster, topic and topic id, as in a Position."""
        # The broker's metadata has both ids, which are kept without a public way to ask for them.
        topic_id = self._cluster.topic_id(topic)
        return self._cluster.cluster_id or "", topic, str(topic_id) if topic_id else ""

    def record(self, raw: ConsumerRecord) -> Record:
        position = Position(*self.place_of(raw.topic), raw.partition, raw.offset)
        return Record(position, raw.key, raw.value, tuple(raw.headers), raw.timestamp)


class _Records(Fetcher.PartitionRecords):  # type: ignore[misc]
    """Goes on raising what it cannot read (a codec that is not installed, a wrong checksum).

    The original raises once and then yields nothing for ever, so that `poll` never returns.
    """

    _broken: Exception | None = None

    def take(self, n: int | None = None) -> Any:
        if self._broken is not None:
            raise self._broken
        try:
            return super().take(n)
        except Exception as error:
            self._broken = error
            raise


class _ReadableBatch(DefaultRecordBatch):  # type: ignore[misc]
    """Reads header names that are not UTF-8.

    Any client may write them and the broker keeps them. The original raises, and one such record
    would stop every consumer of the partition for good.
    """

    _buffer: Any
    _pos: int

    def _read_msg(self) -> Any:
        begin = self._pos
        try:
            return super()._read_msg()
        except UnicodeDecodeError:
            strict, self._pos = self._buffer, begin
            self._buffer = _Forgiving(strict)
            try:
                return super()._read_msg()
            finally:
                self._buffer = strict


class _Forgiving(bytes):
    @override
    def __getitem__(self, at: Any) -> Any:
        part = super().__getitem__(at)
        return _Name(part) if isinstance(part, bytes) else part


class _Name(bytes):
    @override
    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return super().decode(encoding, "backslashreplace")
