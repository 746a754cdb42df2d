"""A Kafka record, free of any client library."""

from dataclasses import dataclass, field

from schemas.intake import Position


@dataclass(frozen=True, slots=True)
class Record:
    """`value` None is a tombstone; header names may repeat, and their values may be null."""

    cluster: str
    topic: str
    topic_id: str
    partition: int
    offset: int
    key: bytes | None = field(repr=False)
    value: bytes | None = field(repr=False)
    headers: tuple[tuple[str, bytes | None], ...] = field(default=(), repr=False)
    timestamp_ms: int = 0

    @property
    def position(self) -> Position:
        return Position(self.cluster, self.topic, self.topic_id, self.partition, self.offset)
