"""kafka-python's batches of records, read within a bounded memory (see mended_clients.py).

Whatever a batch is packed from, it is unpacked a little at a time, and a record that is larger than
the limit is not read whole: its value is only counted and hashed.
"""

import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from kafka.consumer.fetcher import ConsumerRecord, Fetcher
from kafka.errors import CorruptRecordError
from kafka.record.default_records import DefaultRecord, DefaultRecordBatch
from kafka.record.legacy_records import LegacyRecordBatch
from kafka.record.util import decode_varint
from typing_extensions import override

from gateways.kafka.piece_reader import VARINT, BegunRecord, NotRead, PieceReader
from gateways.kafka.unpacking import WINDOW, CannotUnpack, unpacked
from schemas.left_out import LeftOut

_AROUND = 16 * 1024
"""Bytes of a record that are not key, value or headers, at most: varints, of few headers."""
_RECORD_COST, _HEADER_COST = 500, 150
"""Bytes of memory that Python takes for each, beside what is in them."""
_BAD = (CannotUnpack, CorruptRecordError, ValueError, IndexError, struct.error)


@dataclass
class Limits:
    """What reading may hold: `record` bytes of one record, and `poll` bytes that one poll returns.

    One record more than that is returned, so that there is always one. `left` is of this poll.
    """

    record: int
    poll: int
    left: int = 0


UNLIMITED = Limits(2**31, 2**31)
"""For consumers of others in this process: kafka-python has one kind of batch for all."""


class BoundedRecords(Fetcher.PartitionRecords):  # type: ignore[misc]  # kafka-python has no types
    """Returns what fits into a poll. Goes on raising what it cannot read: a wrong checksum, or a
    codec that is not installed.

    Fault: the original returns `max_poll_records`, whatever their size: 200 records of 1 MiB, which
    take 20 kB in a batch. And it raises once; its generator is then at its end and yields nothing
    for ever, so that `poll` loops without returning.
    Seen: 1.8 GB resident; and intake hung on a batch with gzip where the codec was missing.
    Test: test_kafka_large.py, test_what_is_published_does_not_decide_how_much_memory_is_taken;
    test_kafka_records.py, test_records_that_cannot_be_unpacked_stop_intake_with_the_reason.
    """

    _broken: Exception | None = None

    def __init__(self, *given: Any, limits: Limits, **named: Any) -> None:
        self._limits = limits
        self._batch: Any = None
        self._fetched: int = given[2].size_in_bytes()
        super().__init__(*given, **named)

    @property
    def bytes_held(self) -> int:
        """Return about how many bytes are fetched and unpacked, and not returned."""
        unpacked_now: int = self._batch.bytes_held if self._batch is not None else 0
        return self._fetched + unpacked_now

    @override
    def take(self, n: int | None = None) -> list[ConsumerRecord]:
        if self._broken is not None:
            raise self._broken
        records = list[ConsumerRecord]()
        try:
            for record in itertools.islice(self.record_iterator, n):
                records.append(record)
                self._limits.left -= weight(record)
                if self._limits.left <= 0:
                    break
        except Exception as error:
            self._broken = error
            if not records:
                raise
        return records

    @override
    def _unpack_records(self, tp: Any, records: Any, *rest: Any) -> Iterator[ConsumerRecord]:
        """Give each batch its limits.

        Fault: as of the class.
        Test: test_kafka_large.py, test_what_is_published_does_not_decide_how_much_memory_is_taken.
        """
        self._records = records
        yield from super()._unpack_records(tp, self, *rest)

    def next_batch(self) -> Any:
        self._batch = self._records.next_batch()
        if self._batch is not None:
            self._batch.limits = self._limits
            self._batch.first = self.next_fetch_offset
            self._batch.place = f"{self.topic_partition.topic} {self.topic_partition.partition}"
        return self._batch


class BoundedBatch(PieceReader, DefaultRecordBatch):  # type: ignore[misc]
    """Unpacks a little at a time, and hashes a large value instead of holding it.

    A batch whose checksum is right and whose content is not (its compressor was wrong, or wants
    much memory) gives a record without content for each offset that cannot be read.

    Fault: the original unpacks the whole batch into memory, then copies it; 13 kB can be 400 MiB.
    Content that it cannot read is raised, for ever: such a batch stops its partition.
    Seen: 1.8 GB resident.
    Test: test_kafka_large.py, test_what_is_published_does_not_decide_how_much_memory_is_taken;
    test_mended_batches.py, test_a_batch_that_cannot_be_unpacked_ends_offset_by_offset.
    """

    limits = UNLIMITED
    first = 0
    place = ""
    _buffer: Any
    _pos: int

    @override
    def __iter__(self) -> Iterator[DefaultRecord]:
        """Yield every record, and one without content for each that cannot be read.

        Fault: as of the class.
        Test: test_mended_batches.py,
        test_a_batch_that_cannot_be_unpacked_ends_offset_by_offset.
        """
        packed, following = memoryview(self._buffer)[self._pos :], self.base_offset
        if self.compression_type != self.CODEC_NONE:
            self._assert_has_codec(self.compression_type)
            self._more, self._buffer, self._pos = (
                unpacked(self.compression_type, packed),
                bytearray(),
                0,
            )
        try:
            for record in self._one_by_one():
                following = record.offset + 1
                yield record
        except _BAD as error:
            offsets = range(max(following, self.first), self.last_offset + 1)
            begun, why = self.begun(), _why(error, self.place, offsets)
            for record in _not_read(offsets, packed, why, self.max_timestamp):
                delta = record.offset - self.base_offset
                yield _named(record, begun) if delta == begun.offset_delta else record

    def _one_by_one(self) -> Iterator[DefaultRecord]:
        for _ in range(self.records_count):
            self._begun = None
            self.fill(VARINT)
            size, start = decode_varint(self._buffer, self._pos)
            if size > self.limits.record + _AROUND:
                yield self._large()
            elif not self.fill(start - self._pos + size):
                raise CorruptRecordError("it ends early")
            else:
                yield self._large() if self.has_many_headers(size) else self._read_msg()

    def _large(self) -> DefaultRecord:
        read = self.large()
        is_logged = self.timestamp_type == self.LOG_APPEND_TIME
        return DefaultRecord(
            read.length,
            self.base_offset + read.offset_delta,
            self.max_timestamp if is_logged else self.first_timestamp + read.timestamp_delta,
            self.timestamp_type,
            read.key,
            read.value,
            read.headers,
        )

    @override
    def _read_msg(self) -> DefaultRecord:
        r"""Read header names that are not UTF-8: the byte FF becomes the text `\xff`.

        Fault: default_records.py decodes header names strictly. Any client may write other bytes,
        the broker keeps them, and one such record stops every consumer of its partition for good.
        Seen: `poll` did not return any more after a record of a test's own producer.
        Test: test_kafka_records.py, test_a_header_name_that_is_not_utf8_does_not_stop_the_consumer.
        """
        begin = self._pos
        try:
            return super()._read_msg()
        except UnicodeDecodeError:
            # Read the record once more, from a buffer whose slices decode leniently. Only here, so
            # that records with proper names cost nothing extra.
            strict, self._pos = self._buffer, begin
            self._buffer = _LenientBytes(strict)
            try:
                return super()._read_msg()
            finally:
                self._buffer = strict


class _LenientBytes(bytes):
    @override
    def __getitem__(self, at: Any) -> Any:
        part = super().__getitem__(at)
        return _LenientName(part) if isinstance(part, bytes) else part


class _LenientName(bytes):
    @override
    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return super().decode(encoding, "backslashreplace")


class BoundedLegacyBatch(LegacyRecordBatch):  # type: ignore[misc]
    """Reads the formats of brokers before 0.11, up to WINDOW unpacked; others offset by offset.

    Fault: as of BoundedBatch. Such a batch is a record with records inside, which do not say how
    many they are.
    Test: test_mended_batches.py, test_a_batch_of_an_old_broker_is_bounded_as_well.
    """

    limits = UNLIMITED
    first = 0
    place = ""
    bytes_held = WINDOW

    @override
    def __iter__(self) -> Iterator[Any]:
        """Yield as BoundedBatch does.

        Fault: as of the class.
        Test: test_mended_batches.py, test_a_batch_of_an_old_broker_is_bounded_as_well.
        """
        packed, following = memoryview(self._buffer), self.first
        try:
            for record in super().__iter__():
                following = record.offset + 1
                yield record
        except (*_BAD, AssertionError) as error:
            offsets = range(following, self.base_offset + 1)  # a batch has the offset of its last
            why = _why(error, self.place, offsets)
            yield from _not_read(offsets, packed, why, self._timestamp or 0)

    @override
    def _decompress(self, key_offset: int) -> bytearray:
        """Unpack the value of the record, within bounds.

        Fault: as of the class.
        Test: test_mended_batches.py, test_a_batch_of_an_old_broker_is_bounded_as_well.
        """
        self._assert_has_codec(self.compression_type)
        _, value = self._read_key_value(key_offset)
        whole = bytearray()
        for piece in unpacked(self.compression_type, value or b""):
            whole += piece
            if len(whole) > WINDOW:
                raise CannotUnpack(f"it has more than {WINDOW} bytes")
        return whole


def _why(error: Exception, place: str, offsets: range) -> str:
    where = f"{place}, offsets {offsets.start} to {offsets.stop - 1}"
    return (
        f"the batch that it is in cannot be unpacked ({error}); its publisher has to send "
        f"everything that it sent there again, in another way: {where}"
    )


def _not_read(
    offsets: range, packed: memoryview, why: str, timestamp: int
) -> Iterator[DefaultRecord]:
    """Yield a record without content for each offset: what is at it is not known."""
    left_out = LeftOut(len(packed), sha256(packed).hexdigest(), headers=True, why=why)
    for offset in offsets:
        yield DefaultRecord(0, offset, timestamp, 0, None, NotRead(left_out), [])


def _named(record: DefaultRecord, begun: BegunRecord) -> DefaultRecord:
    """Return the record with what was read of it, by which its publisher recognises it."""
    left_out = replace(record.value.left_out, head=begun.head)
    return DefaultRecord(0, record.offset, record.timestamp, 0, begun.key, NotRead(left_out), [])


def weight(record: ConsumerRecord) -> int:
    """Return about how many bytes of memory a record takes."""
    content = len(record.key or b"") + len(record.value or b"")
    named = sum(len(name) + len(value or b"") for name, value in record.headers)
    return content + named + _RECORD_COST + _HEADER_COST * len(record.headers)
