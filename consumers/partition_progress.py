"""The progress of each partition: handed out, finished, committed. Knows no Kafka.

At most one chunk of a partition is out, so finishing it moves the watermark to its end: nothing
before it can be unfinished. An epoch counts assignments; a chunk of an earlier epoch is no longer
ours, and finishing it has no effect here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from threading import Lock

Partition = tuple[str, int]
"""Topic and number."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to finish one chunk."""

    partition: Partition
    epoch: int
    end: int  # the offset after its last record; offsets have gaps, so never counted
    size: int
    weight: int = 0  # bytes of memory that its records take
    since: float = 0.0  # when Kafka has its first record from, in seconds since 1970; 0: unknown


@dataclass(slots=True)
class _Track:
    epoch: int
    out: Ticket | None = None
    given_up: bool = False
    watermark: int | None = None
    committed: int | None = None


class PartitionProgress:
    """Shared by the consumer's thread, the thread of its rebalances and the event loop."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._epoch = 0
        self._tracks: dict[Partition, _Track] = {}

    def assigned(self, partitions: Collection[Partition]) -> None:
        with self._lock:
            self._epoch += 1
            for partition in partitions:
                # A partition that stayed ours keeps its chunk: the consumer keeps its fetch
                # position too and would not deliver the chunk again.
                self._tracks.setdefault(partition, _Track(self._epoch))

    def revoked(self, partitions: Collection[Partition]) -> None:
        with self._lock:
            for partition in partitions:
                self._tracks.pop(partition, None)

    def hand_out(
        self, partition: Partition, *, end: int, size: int, weight: int = 0, since: float = 0.0
    ) -> Ticket | None:
        """Return a ticket; None when the partition is not ours, or nothing of it may go out."""
        with self._lock:
            track = self._tracks.get(partition)
            if track is None or track.out is not None or track.given_up:
                return None
            track.out = Ticket(partition, track.epoch, end, size, weight, since)
            return track.out

    def finish(self, ticket: Ticket) -> None:
        with self._lock:
            if (track := self._holder(ticket)) is not None:
                track.out = None
                track.watermark = ticket.end

    def give_up(self, ticket: Ticket) -> None:
        """Note that the chunk will not be finished here, nor anything after it."""
        with self._lock:
            if (track := self._holder(ticket)) is not None:
                track.out = None
                track.given_up = True

    def holds(self, ticket: Ticket) -> bool:
        with self._lock:
            return self._holder(ticket) is not None

    def watermark(self, partition: Partition) -> int | None:
        """Return the offset up to which it is finished; None before its first chunk is."""
        with self._lock:
            track = self._tracks.get(partition)
            return None if track is None else track.watermark

    def uncommitted(self, only: Collection[Partition] | None = None) -> dict[Partition, int]:
        """Return the offsets to commit: of each partition the next record that is not finished."""
        with self._lock:
            return {
                partition: track.watermark
                for partition, track in self._tracks.items()
                if track.watermark is not None
                and track.watermark != track.committed
                and (only is None or partition in only)
            }

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        with self._lock:
            for partition, offset in offsets.items():
                if partition in self._tracks:
                    self._tracks[partition].committed = offset

    def out(self) -> list[Ticket]:
        with self._lock:
            return [track.out for track in self._tracks.values() if track.out is not None]

    def partitions(self) -> set[Partition]:
        with self._lock:
            return set(self._tracks)

    def _holder(self, ticket: Ticket) -> _Track | None:
        track = self._tracks.get(ticket.partition)
        return track if track is not None and track.out is ticket else None
