"""How far each partition has come: handed out, finished, committed. Knows no Kafka.

One chunk of a partition is out at a time, so finishing it moves the watermark to its end: nothing
before can be unfinished. An epoch counts how often the partition was assigned to us; a chunk of an
earlier epoch is no longer ours, and what becomes of it counts for nothing here.
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


@dataclass(slots=True)
class _Track:
    epoch: int
    out: Ticket | None = None
    given_up: bool = False
    watermark: int | None = None
    committed: int | None = None


class PartitionProgress:
    """Used by the thread of the consumer, by that of its rebalances and by the event loop."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._epoch = 0
        self._tracks: dict[Partition, _Track] = {}

    def assigned(self, partitions: Collection[Partition]) -> None:
        with self._lock:
            self._epoch += 1
            for partition in partitions:
                # One that stayed ours keeps its chunk, as the consumer keeps its fetch position.
                self._tracks.setdefault(partition, _Track(self._epoch))

    def revoked(self, partitions: Collection[Partition]) -> None:
        with self._lock:
            for partition in partitions:
                self._tracks.pop(partition, None)

    def hand_out(self, partition: Partition, *, end: int, size: int) -> Ticket | None:
        """None when the partition is not ours, or while nothing more of it may go out."""
        with self._lock:
            track = self._tracks.get(partition)
            if track is None or track.out is not None or track.given_up:
                return None
            track.out = Ticket(partition, track.epoch, end, size)
            return track.out

    def finish(self, ticket: Ticket) -> None:
        with self._lock:
            if (track := self._holder(ticket)) is not None:
                track.out = None
                track.watermark = ticket.end

    def give_up(self, ticket: Ticket) -> None:
        """It will not be finished here. Nothing after it may be, so the partition is at an end."""
        with self._lock:
            if (track := self._holder(ticket)) is not None:
                track.out = None
                track.given_up = True

    def holds(self, ticket: Ticket) -> bool:
        with self._lock:
            return self._holder(ticket) is not None

    def watermark(self, partition: Partition) -> int | None:
        """Where it stands since it was assigned; None before its first chunk is finished."""
        with self._lock:
            track = self._tracks.get(partition)
            return None if track is None else track.watermark

    def uncommitted(self, only: Collection[Partition] | None = None) -> dict[Partition, int]:
        """Offsets to commit: the next record of each partition that is not finished."""
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
