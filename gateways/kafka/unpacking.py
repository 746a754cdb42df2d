"""Unpacks compressed batches piece by piece: a few bytes can say that they are gigabytes."""

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping

import lz4.frame
import snappy
import zstandard

from gateways.kafka.snappy_beginning import beginning

GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4
"""Codecs, as the attributes of a batch number them."""

WINDOW = 8 * 1024 * 1024
"""Bytes that a decoder has to look back at, at most: what RFC 8878 recommends for zstd. A block of
snappy, which can only be unpacked as a whole, may have as much."""

_WIDE = 128 * 1024 * 1024
"""The largest window that a frame of zstd may name if all of its batch fits into WINDOW."""
_PIECE = 128 * 1024
_FED = 16 * 1024
_XERIAL = b"\x82SNAPPY\x00"
_XERIAL_HEADER = 16
_GZIP_FORMAT = 31
_BAD = (
    zlib.error,
    zstandard.ZstdError,
    snappy.UncompressError,
    RuntimeError,  # of lz4
    struct.error,
)


class CannotUnpack(Exception):
    """The bytes are not what their codec says, or need more memory than a batch may take."""


def unpacked(codec: int, packed: bytes | memoryview) -> Iterator[bytes]:
    """Yield what is packed, in order, some bytes at a time. Raises CannotUnpack.

    Holds little more than one piece and WINDOW, however much there is.
    """
    try:
        yield from _UNPACKED[codec](memoryview(packed))
    except _BAD as error:
        raise CannotUnpack(f"{_NAMES[codec]}: {error}") from error


def _gzip(packed: memoryview) -> Iterator[bytes]:
    """Yield the members of a gzip file, one after the other."""
    unpacking = zlib.decompressobj(_GZIP_FORMAT)
    for fed in _slices(packed):
        rest = fed
        while rest:
            if unpacking.eof:
                unpacking = zlib.decompressobj(_GZIP_FORMAT)
            yield unpacking.decompress(rest, _PIECE)
            rest = unpacking.unused_data.lstrip(b"\0") or unpacking.unconsumed_tail
    while not unpacking.eof and (piece := unpacking.decompress(b"", _PIECE)):
        yield piece
    if not unpacking.eof:
        raise CannotUnpack("gzip: ends early")


def _lz4(packed: memoryview) -> Iterator[bytes]:
    unpacking = lz4.frame.LZ4FrameDecompressor()
    for fed in _slices(packed):
        rest = fed
        while rest or not (unpacking.needs_input or unpacking.eof):
            if unpacking.eof:
                unpacking = lz4.frame.LZ4FrameDecompressor()
            yield unpacking.decompress(rest, max_length=_PIECE)
            rest = (unpacking.unused_data or b"") if unpacking.eof else b""
    if not unpacking.eof:
        raise CannotUnpack("lz4: ends early")


def _snappy(packed: memoryview) -> Iterator[bytes]:
    """Yield the blocks of Java's framing; what has none is one block, as librdkafka sends it."""
    if bytes(packed[: len(_XERIAL)]) != _XERIAL:
        yield from _snappy_block(packed)
        return
    at = _XERIAL_HEADER
    while at < len(packed):
        (size,) = struct.unpack_from("!i", packed, at)
        at += 4
        if not 0 <= size <= len(packed) - at:
            raise CannotUnpack("snappy: a block is longer than the batch")
        yield from _snappy_block(packed[at : at + size])
        at += size


def _snappy_block(block: memoryview) -> Iterator[bytes]:
    """Yield what is in a block; of one that is too large its beginning, to say what it was."""
    size = 0
    for place, byte in enumerate(block[:5]):
        size |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            break
    if size > WINDOW:
        yield beginning(block[place + 1 :], _PIECE)
        raise CannotUnpack(
            f"snappy: a block of {size} bytes, the limit is {WINDOW}: set the producer's "
            f"batch.size to less, or its compression.type to lz4 or zstd"
        )
    yield bytes(snappy.decompress(bytes(block)))


def _zstd(packed: memoryview) -> Iterator[bytes]:
    """Yield all frames. Compressors name large windows at high levels, also for a few bytes.

    The memory of a window is only taken as far as it is filled.
    """
    window = _window(packed)
    unpacking = zstandard.ZstdDecompressor(max_window_size=max(WINDOW, min(window, _WIDE)))
    total = 0
    with unpacking.stream_reader(packed, read_across_frames=True) as reader:
        while piece := reader.read(_PIECE):
            total += len(piece)
            if window > WINDOW and total > WINDOW:
                raise CannotUnpack(f"zstd: a window of {window} bytes, the limit is {WINDOW}")
            yield piece


def _window(packed: memoryview) -> int:
    return int(zstandard.get_frame_parameters(bytes(packed[:32])).window_size)


def _slices(packed: memoryview) -> Iterator[bytes]:
    for start in range(0, len(packed), _FED):
        yield bytes(packed[start : start + _FED])


_UNPACKED: Mapping[int, Callable[[memoryview], Iterator[bytes]]] = {
    GZIP: _gzip,
    SNAPPY: _snappy,
    LZ4: _lz4,
    ZSTD: _zstd,
}
_NAMES = {GZIP: "gzip", SNAPPY: "snappy", LZ4: "lz4", ZSTD: "zstd"}
