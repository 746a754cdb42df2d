"""Batches are unpacked a little at a time, whatever is in them."""

import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

import pytest
import snappy
import zstandard
from kafka import TopicPartition
from kafka.errors import UnsupportedCodecError
from kafka.protocol.consumer import IsolationLevel
from kafka.record.default_records import DefaultRecordBatchBuilder
from kafka.record.legacy_records import LegacyRecordBatchBuilder
from kafka.record.memory_records import MemoryRecords
from kafka.record.util import calc_crc32c

from gateways.kafka.mended_batches import BoundedBatch, BoundedLegacyBatch, BoundedRecords, Limits
from gateways.kafka.piece_reader import NotRead
from gateways.kafka.unpacking import WINDOW
from schemas.left_out import LONGEST_KEY, LeftOut

MEGABYTE = 1024 * 1024
CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
PLACE = TopicPartition("t", 0)
Pair = tuple[str, bytes | None]
Sent = tuple[bytes | None, bytes | None, list[Pair]]


def packed(records: Sequence[Sent], codec: int = 0) -> bytes:
    """Return a batch as kafka-python's own producer makes it."""
    builder = DefaultRecordBatchBuilder(2, codec, False, -1, -1, -1, 2**31)
    for offset, (key, value, headers) in enumerate(records):
        builder.append(offset, 1000 + offset, key, value, headers)
    return bytes(builder.build())


def packed_as(codec: int, content: bytes, count: int) -> bytes:
    """Return a batch of `count` records with any bytes as its packed content, and a checksum."""
    whole = bytearray(packed([(b"k", b"v", [])] * count))
    head = DefaultRecordBatchBuilder.HEADER_STRUCT
    fields = list(head.unpack_from(whole))
    fields[1], fields[5] = head.size + len(content) - 12, codec
    whole = bytearray(head.pack(*fields) + content)
    fields[4] = calc_crc32c(memoryview(whole)[DefaultRecordBatchBuilder.ATTRIBUTES_OFFSET :])
    return bytes(head.pack(*fields)) + content


@pytest.fixture(autouse=True)
def _mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kafka.record.memory_records.DefaultRecordBatch", BoundedBatch)
    monkeypatch.setattr("kafka.record.memory_records.LegacyRecordBatch", BoundedLegacyBatch)


def part_of(batches: bytes, *, record: int = MEGABYTE, poll: int = 2**40, at: int = 0) -> Any:
    limits = Limits(record, poll, poll)
    level = IsolationLevel.READ_COMMITTED
    return BoundedRecords(at, PLACE, MemoryRecords(batches), limits=limits, isolation_level=level)


def read(batches: bytes, **limits: int) -> list[Any]:
    part = part_of(batches, **limits)
    found: list[Any] = []
    while part:
        found += part.take(100)
    return found


def left_out(record: Any) -> LeftOut:
    assert isinstance(record.value, NotRead)
    return record.value.left_out


@contextmanager
def at_most(peak: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < peak
    finally:
        tracemalloc.stop()


ORDINARY: list[Sent] = [
    (b"k", b"v", [("a", b"1"), ("a", None), ("空", b"")]),
    (None, b"no key", []),
    (b"k", None, []),
    (b"", b"", [("", b"")]),
    (b"k", b"w" * 300_000, []),
    *((b"k%d" % number, b"v" * number, []) for number in range(3000)),
]


@pytest.mark.parametrize("codec", CODECS)
def test_records_come_out_as_they_were_packed(codec: str) -> None:
    found = read(packed(ORDINARY, CODECS[codec]) + packed(ORDINARY[:2], CODECS[codec]))

    assert [(r.key, r.value, r.headers) for r in found] == ORDINARY + ORDINARY[:2]
    assert [r.offset for r in found] == [*range(len(ORDINARY)), 0, 1]
    assert [r.timestamp for r in found[:2]] == [1000, 1001]


def test_a_block_of_snappy_that_is_too_large_says_what_the_producer_can_set() -> None:
    head = DefaultRecordBatchBuilder.HEADER_STRUCT.size
    content = snappy.compress(packed([(b"k", b"v" * (WINDOW + 1), [])])[head:])

    [record] = read(packed_as(CODECS["snappy"], content, 1))

    assert "batch.size to less, or its compression.type to lz4 or zstd" in left_out(record).why
    assert f"{PLACE.topic} {PLACE.partition}, offsets 0 to 0" in left_out(record).why


@pytest.mark.parametrize("codec", CODECS)
def test_a_large_value_is_counted_and_hashed_and_the_records_around_it_are_read(codec: str) -> None:
    value = b'{"id": "1"}' + b"x" * 5 * MEGABYTE
    headers: list[Pair] = [("ce_id", b"1"), ("null", None)]
    whole = packed([(b"k", b"a", []), (b"k", value, headers), (b"k", b"b", [])], CODECS[codec])
    first, large, last = read(whole)
    known = left_out(large)

    assert first.value == b"a"
    assert last.value == b"b"
    assert large.key == b"k"
    assert large.headers == headers
    assert large.offset == 1
    assert large.timestamp == 1001
    assert known.size == len(value) + 1 + len("ce_id1null")
    assert known.digest == sha256(value).hexdigest()
    assert known.head == value[: 64 * 1024]
    assert not known.headers


@pytest.mark.parametrize(
    ("key", "headers", "kept"),
    [
        (b"k" * 2 * MEGABYTE, [], []),
        (b"k", [("a", b"x" * 2 * MEGABYTE)], []),
        (b"k", [("ce_id", b"1"), ("a", b"x" * 2 * MEGABYTE), ("b", b"2")], [("ce_id", b"1")]),
        (b"k", [("", b"")] * 5000, [("", b"")] * 1000),
        (b"k", [("n" * 10, None)] * 5000, [("n" * 10, None)] * 1000),
    ],
    ids=["key", "header", "header between", "many headers", "many names"],
)
def test_no_part_of_a_record_is_held_beyond_its_limit(
    key: bytes, headers: list[Pair], kept: list[Pair]
) -> None:
    [found] = read(packed([(key, b"v", headers)], CODECS["zstd"]))
    known = left_out(found)

    assert len(found.key) <= LONGEST_KEY
    assert found.headers == kept
    assert known.headers == (kept != headers)
    assert known.header_count == len(headers)
    named = sum(len(name) + len(content or b"") for name, content in headers)
    assert known.size == len(key) + 1 + named
    assert known.digest == sha256(b"v").hexdigest()


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_memory_does_not_grow_with_what_is_packed(codec: str) -> None:
    whole = packed([(b"k", b"x" * 60 * MEGABYTE, [])], CODECS[codec])
    many = packed([(b"k", b"y" * 100_000, [])] * 600, CODECS[codec])
    with at_most(20 * MEGABYTE):
        [large] = read(whole)
        part, count = part_of(many, poll=MEGABYTE), 0
        while part:
            part._limits.left = MEGABYTE  # as each poll does
            count += len(part.take(500))

    assert left_out(large).size == 60 * MEGABYTE + 1
    assert count == 600


def test_a_poll_ends_when_it_has_as_many_bytes_as_it_may() -> None:
    part = part_of(packed([(b"k", b"x" * MEGABYTE, [])] * 9, CODECS["lz4"]), poll=2 * MEGABYTE)

    assert len(part.take(100)) == 2
    assert len(part.take(100)) == 1  # there is always one more
    assert part.bytes_held > 0


@pytest.mark.parametrize(
    ("codec", "content", "why"),
    [
        (1, b"\x1f\x8b garbage", "gzip"),
        (2, b"\x82SNAPPY\x00" + b"garbage" * 9, "snappy"),
        (2, b"\xff\xff\xff\xff\x0f" + b"x" * 9, "snappy: a block of 4294967295 bytes"),
        (3, b"garbage", "lz4"),
        (4, b"garbage", "zstd"),
        (4, zstandard.ZstdCompressor().compress(b"\xff" * 99), "Out of int64 range"),
        (4, zstandard.ZstdCompressor().compress(b""), "index out of range"),
        (0, b"\x02", "it ends early"),
    ],
)
def test_a_batch_that_cannot_be_unpacked_ends_offset_by_offset(
    codec: int, content: bytes, why: str
) -> None:
    whole = packed_as(codec, content, count=3)
    found = read(whole + packed([(b"k", b"next", [])]))
    known = left_out(found[0])

    assert [record.offset for record in found] == [0, 1, 2, 0]
    assert found[-1].value == b"next"
    assert why in known.why
    assert known.digest == sha256(content).hexdigest()
    assert known.size == len(content)
    assert [record.offset for record in read(whole, at=1)] == [1, 2]


def test_what_can_be_read_of_a_batch_is_read() -> None:
    whole = packed([(b"k", b"one", []), (b"k", b"two", [])])
    head = DefaultRecordBatchBuilder.HEADER_STRUCT.size
    content = bytearray(whole[head:])
    content[-1] = 0x7E  # the number of headers of the second
    first, second = read(packed_as(0, bytes(content), count=2))

    assert first.value == b"one"
    assert left_out(second).why


def wide(content: bytes) -> bytes:
    """Pack as Java does at level 22: a window of 128 MiB, whatever there is."""
    packing = zstandard.ZstdCompressor(level=22).compressobj()
    return packing.compress(content) + packing.flush()


def test_a_wide_window_is_taken_for_a_batch_that_needs_little_of_it() -> None:
    head = DefaultRecordBatchBuilder.HEADER_STRUCT.size
    small = packed([(b"k", b"v" * 1000, [])] * 3)
    large = packed([(b"k", b"v" * MEGABYTE, [])] * 10)

    assert len(read(packed_as(4, wide(small[head:]), count=3))) == 3
    found = read(packed_as(4, wide(large[head:]), count=10), record=2 * MEGABYTE)
    assert len(found) == 10
    assert "a window of 134217728 bytes" in left_out(found[-1]).why


def test_a_codec_that_is_not_installed_is_our_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kafka.codec.has_gzip", lambda: False)
    with pytest.raises(UnsupportedCodecError):
        read(packed([(b"k", b"v", [])], CODECS["gzip"]))


def old(records: Sequence[bytes], codec: int) -> bytes:
    builder = LegacyRecordBatchBuilder(1, codec, 2**31)
    for offset, value in enumerate(records):
        builder.append(offset, 1000, b"k", value)
    return bytes(builder.build())


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4"])
def test_a_batch_of_an_old_broker_is_bounded_as_well(codec: str) -> None:
    fine = old([b"one", b"two"], CODECS[codec])
    bomb = old([b"x" * 30 * MEGABYTE], CODECS[codec])
    with at_most(20 * MEGABYTE):
        found = read(fine)
        [large] = read(bomb)

    assert [record.value for record in found] == [b"one", b"two"]
    assert "more than 8388608 bytes" in left_out(large).why
    assert large.offset == 0
