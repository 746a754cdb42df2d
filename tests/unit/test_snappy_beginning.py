"""Of a block of snappy that is too large to be unpacked, its first event is named."""

import pytest
import snappy
from hypothesis import given
from hypothesis import strategies as st
from kafka.record.default_records import DefaultRecordBatchBuilder

from consumers.decoding.given_identity import given_identity
from gateways.kafka.mended_batches import BoundedBatch
from gateways.kafka.snappy_beginning import beginning
from gateways.kafka.unpacking import WINDOW
from schemas.intake import Position, Record
from tests.unit.test_mended_batches import CODECS, left_out, packed, packed_as, read


@pytest.fixture(autouse=True)
def _mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kafka.record.memory_records.DefaultRecordBatch", BoundedBatch)


def too_large(value: bytes, *, java: bool) -> bytes:
    """Pack a record and another one into a block of snappy that is larger than the window."""
    head = DefaultRecordBatchBuilder.HEADER_STRUCT.size
    content = snappy.compress(packed([(b"k", value, []), (b"l", b"w", [])])[head:])
    framed = b"\x82SNAPPY\x00" + bytes(8) + len(content).to_bytes(4, "big") + content
    return packed_as(CODECS["snappy"], framed if java else content, 2)


@pytest.mark.parametrize("java", [False, True])
def test_of_a_block_of_snappy_that_is_too_large_the_first_event_is_named(java: bool) -> None:
    value = b'{"source": "https://city.example/12345", "id": "e-1", "data": "' + b"x" * WINDOW
    first, second = read(too_large(value, java=java))
    known = left_out(first)
    record = Record(Position("c", "t", "", 0, 0), first.key, None, (), left_out=known)
    named = given_identity(record)

    assert first.key == b"k"
    assert value.startswith(known.head)
    assert named.source == "https://city.example/12345"
    assert named.event_id == "e-1"
    assert second.key is None
    assert left_out(second).head == b""
    assert "offsets 0 to 1" in left_out(second).why
    [alone] = read(too_large(value, java=java), at=1)
    assert left_out(alone).head == b""


@given(st.lists(st.binary(max_size=200), max_size=30), st.integers(1, 4))
def test_the_beginning_of_a_block_of_snappy_is_as_it_was_packed(
    parts: list[bytes], times: int
) -> None:
    whole = b"".join(part * times for part in parts) * times
    block = snappy.compress(whole)
    size = next(place for place, byte in enumerate(block) if not byte & 0x80) + 1
    found = beginning(memoryview(block)[size:], 500)

    assert whole.startswith(found)
    assert len(found) >= min(len(whole), 500)


@given(st.binary(max_size=300))
def test_what_is_no_block_of_snappy_has_a_beginning_or_none(noise: bytes) -> None:
    assert len(beginning(memoryview(noise), 500)) <= 500 + 64
