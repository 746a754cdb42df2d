"""Reads records out of bytes that come piece by piece, without holding what is too large."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

from kafka.record.util import decode_varint

from gateways.kafka.unpacking import WINDOW
from schemas.left_out import LONGEST_KEY, MOST_HEADERS, LeftOut

HEAD = 64 * 1024
"""Bytes of a large value that are kept, to find out which event it is."""
KEPT = 16 * 1024
"""Bytes of a large record's headers that are kept."""
VARINT = 10
"""The most bytes of a number."""


class NotRead:
    """Stands where kafka-python has the value of a record, if that was not read."""

    def __init__(self, left_out: LeftOut) -> None:
        self.left_out = left_out

    def __len__(self) -> int:
        return len(self.left_out.head)


@dataclass(frozen=True, slots=True)
class LargeRecord:
    """A record whose value was only hashed. The two deltas are to the numbers of its batch."""

    length: int
    timestamp_delta: int
    offset_delta: int
    key: bytes | None
    headers: list[tuple[str, bytes | None]]
    value: NotRead


@dataclass
class BegunRecord:
    """What is known of a record that is being read: its key, and the beginning of its value.

    `offset_delta`: to the first offset of its batch; None before it is read.
    """

    offset_delta: int | None = None
    key: bytes | None = None
    head: bytes = b""


class PieceReader:
    """A window over the bytes of a batch: `_pos` is where the next record begins in `_buffer`.

    The names are those of kafka-python's batch, which this is mixed into.
    """

    _buffer: bytearray
    _pos: int
    _gone = 0
    _more: Iterator[bytes] = iter(())
    _begun: BegunRecord | None = None

    @property
    def bytes_held(self) -> int:
        """Return about how many bytes are unpacked, the decoder's window included."""
        return len(self._buffer) + min(self._gone, WINDOW)

    def fill(self, wanted: int) -> bool:
        """Unpack until so many bytes lie ahead; return whether there are so many."""
        while len(self._buffer) - self._pos < wanted:
            piece = next(self._more, None)
            if piece is None:
                return False
            del self._buffer[: self._pos]
            self._gone += self._pos
            self._pos = 0
            self._buffer += piece
        return True

    def varint(self) -> int:
        """Read a number. Raises IndexError at the end of all bytes."""
        self.fill(VARINT)
        value, self._pos = decode_varint(self._buffer, self._pos)
        return int(value)

    def begun(self) -> BegunRecord:
        """Return what can be read of the record at which reading has ended."""
        if self._begun is None:
            with suppress(ValueError, IndexError):
                self.large()
        return self._begun or BegunRecord()

    def sized(self, most: int, begun: BegunRecord | None = None) -> tuple[int, bytes | None, str]:
        """Read a key, value or name: return its size, its first bytes, and the digest of all.

        Null has the size 0. Raises IndexError at the end of all bytes; `begun` gets what came
        before that.
        """
        size = self.varint()
        digest, head, left = sha256(), b"", size
        while left > 0:
            if not self.fill(1):
                raise IndexError("it ends early")
            piece = bytes(memoryview(self._buffer)[self._pos : self._pos + left])
            self._pos += len(piece)
            left -= len(piece)
            digest.update(piece)
            head += piece[: most - len(head)]
            if begun is not None:
                begun.head = head
        return max(size, 0), head if size >= 0 else None, digest.hexdigest()

    def has_many_headers(self, size: int) -> bool:
        """Return whether the next record, of this size and all there, has more than it may."""
        if size <= 2 * MOST_HEADERS:  # each takes two bytes
            return False
        at = self._pos
        for _ in range(4):  # size, attributes, timestamp, offset
            _, at = decode_varint(self._buffer, at)
        for _ in range(2):  # key, value
            length, at = decode_varint(self._buffer, at)
            at += max(length, 0)
        return bool(decode_varint(self._buffer, at)[0] > MOST_HEADERS)

    def large(self) -> LargeRecord:
        """Read the next record without holding its value, and only so many headers.

        Raises ValueError or IndexError if it is not a record.
        """
        self._begun = BegunRecord()
        length = self.varint()
        end = self._gone + self._pos + length
        self.varint()  # attributes, which are not used
        timestamp_delta, offset_delta = self.varint(), self.varint()
        self._begun.offset_delta = offset_delta
        size, key, digest = self.sized(LONGEST_KEY)
        if size > LONGEST_KEY:
            key = b"sha256:" + digest.encode()
        self._begun.key = key
        value_size, head, digest = self.sized(HEAD, self._begun)
        size += value_size
        headers, kept, is_short = list[tuple[str, bytes | None]](), 0, False
        count = self.varint()
        for number in range(count):
            name_size, name, _ = self.sized(KEPT)
            content_size, content, _ = self.sized(KEPT)
            size += name_size + content_size
            kept += name_size + content_size
            if number < MOST_HEADERS and kept <= KEPT:
                headers.append(((name or b"").decode(errors="backslashreplace"), content))
            else:
                is_short = True
        if self._gone + self._pos != end:
            raise ValueError("a record is not as long as it says")
        value = NotRead(LeftOut(size, digest, head or b"", headers=is_short, header_count=count))
        return LargeRecord(length, timestamp_delta, offset_delta, key, headers, value)
