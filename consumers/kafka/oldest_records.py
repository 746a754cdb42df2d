"""For how long the oldest record of each partition has waited to be decided."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from consumers import metrics
from consumers.partition_progress import Partition, Ticket
from consumers.readings import LabelledReadings


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What waits, by an offset that changes when something was decided, and since when."""

    offset: int
    at: float


@dataclass(eq=False)
class OldestRecords:
    """Takes the moment that Kafka has of a record, which a restart of intake does not forget.

    A publisher may write any moment. One of the future, or none, counts from when this process has
    seen the record; one of long ago shows for as long as the record waits, which is short.
    `clock` never jumps; `now` is the time since 1970.
    """

    clock: Callable[[], float]
    stale_s: float
    now: Callable[[], float] = time.time
    _waiting: dict[Partition, _Waiting] = field(default_factory=dict, init=False)
    _ages: LabelledReadings = field(init=False)

    def __post_init__(self) -> None:
        self._ages = LabelledReadings(metrics.OLDEST_RECORD, self.stale_s, is_age=True)

    def look(self, partition: Partition, ticket: Ticket | None, unread: int | None) -> None:
        """Measure a partition: `ticket` is being decided, the record at `unread` not read yet."""
        offset = ticket.end if ticket else unread
        age = 0.0
        if offset is None:
            self._waiting.pop(partition, None)
        else:
            waiting = self._waiting.get(partition)
            if waiting is None or waiting.offset != offset:
                self._waiting[partition] = waiting = _Waiting(offset, self.clock())
            age = self.clock() - waiting.at
            if ticket and ticket.since > 0:
                age = max(age, self.now() - ticket.since)
        topic, number = partition
        self._ages.measured(age, topic, str(number))

    def forget(self, partition: Partition) -> None:
        """Show no age of a partition that another process has now."""
        self._waiting.pop(partition, None)
        topic, number = partition
        self._ages.forget(topic, str(number))
