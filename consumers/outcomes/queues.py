"""Queues of parked records: what belongs to one complaint or case is decided in its order."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256

from schemas.intake import (
    Outcome,
    ParkingTerms,
    Position,
    RecordDecision,
    RejectReason,
    Wait,
)

PARKED_FOR = timedelta(days=1)
"""How long a record waits by default before it is rejected."""
READABLE_WITHIN = timedelta(days=30)
"""How long a record in a newer version waits for the release that can read it."""

# The reason of the rejection when a record has waited too long, by what it waited for. BEHIND has
# none: such a record ends with the one before it.
_IN_VAIN: Mapping[Wait, RejectReason] = {
    Wait.COMPLAINT: RejectReason.UNKNOWN_COMPLAINT,
    Wait.CASE: RejectReason.UNKNOWN_CASE,
    Wait.SILENT: RejectReason.CASE_SILENT,
    Wait.VERSION: RejectReason.UNSUPPORTED_VERSION,
}


_WRITTEN_OUT = 500
"""Bytes of a key that a queue's name has as they are."""


def queue_of(*names: str) -> str:
    """Return the name of a queue, e.g. `["town","hotline","2026-11"]`. See ParkingTerms."""
    return json.dumps(names, ensure_ascii=False)


def queue_by_key(topic: str, key: bytes) -> str:
    """Return the queue of a record that could not be read: only its key says where it belongs."""
    # Indexed by PostgreSQL, whose entries have 2704 bytes.
    name = key.hex() if len(key) <= _WRITTEN_OUT else f"sha256:{sha256(key).hexdigest()}"
    return queue_of(topic, name)


@dataclass
class Queues:
    """The parked records of the queues that a chunk touches, updated while it is decided.

    `parked` maps a queue to positions in order; `expired` are those whose limit is over.
    """

    parked: dict[str, list[Position]]
    now: datetime
    limit: timedelta = PARKED_FOR
    expired: frozenset[Position] = field(default_factory=frozenset)

    def is_blocked(self, queue: str, position: Position) -> bool:
        """Return True when another record of the queue waits before this one."""
        return self.parked.get(queue, [position])[0] != position

    def park(self, decision: RecordDecision, wait: Wait, queue: str) -> RecordDecision:
        """Return the decision to wait, or the one to reject when the record has waited too long."""
        position = decision.position
        if position in self.expired and wait in _IN_VAIN:
            self.ended(queue, position)
            return replace(decision, outcome=Outcome.REJECTED, reason=_IN_VAIN[wait], case_id=None)
        limit = READABLE_WITHIN if wait is Wait.VERSION else self.limit
        before = self.parked.setdefault(queue, [])
        if position not in before:
            before.append(position)
        hold = ParkingTerms(wait, queue, self.now + limit)
        return replace(decision, outcome=Outcome.PARKED, reason=None, case_id=None, hold=hold)

    def ended(self, queue: str, position: Position) -> None:
        """Remove a record that has its outcome, so that the next of its queue may go."""
        left = [each for each in self.parked.get(queue, ()) if each != position]
        if left:
            self.parked[queue] = left
        else:
            self.parked.pop(queue, None)
