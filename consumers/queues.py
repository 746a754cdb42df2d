"""Records of one complaint, or one case, are taken in their order; others pass by."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from schemas.intake import Decision, Hold, Outcome, Position, Record, RejectReason, Wait

PARKED_FOR = timedelta(days=1)
READABLE_WITHIN = timedelta(days=30)
"""The next release may take a while."""

# What a record is told whose limit is over, by what it waited for.
_IN_VAIN: Mapping[Wait, RejectReason] = {
    Wait.COMPLAINT: RejectReason.UNKNOWN_COMPLAINT,
    Wait.CASE: RejectReason.UNKNOWN_CASE,
    Wait.SILENT: RejectReason.CASE_SILENT,
    Wait.VERSION: RejectReason.UNSUPPORTED_VERSION,
}


def queue_of(*parts: str) -> str:
    return json.dumps(parts, ensure_ascii=False)


def queue_by_key(record: Record) -> str:
    """Of a record that nobody could read."""
    return queue_of(record.position.topic, (record.key or b"").hex())


@dataclass
class Queues:
    """What is parked in the queues of a chunk, kept up to date while it is decided."""

    parked: dict[str, list[Position]]
    now: datetime
    limit: timedelta = PARKED_FOR
    expired: frozenset[Position] = field(default_factory=frozenset)

    def is_blocked(self, queue: str, position: Position) -> bool:
        """Whether another record of the queue waits before this one."""
        return self.parked.get(queue, [position])[0] != position

    def park(self, decision: Decision, wait: Wait, queue: str) -> Decision:
        """The decision to wait; for a record whose limit is over, the decision not to."""
        position = decision.position
        if position in self.expired and wait in _IN_VAIN:
            self.ended(queue, position)
            return replace(decision, outcome=Outcome.REJECTED, reason=_IN_VAIN[wait], case_id=None)
        limit = READABLE_WITHIN if wait is Wait.VERSION else self.limit
        before = self.parked.setdefault(queue, [])
        if position not in before:
            before.append(position)
        hold = Hold(wait, queue, self.now + limit)
        return replace(decision, outcome=Outcome.PARKED, reason=None, case_id=None, hold=hold)

    def ended(self, queue: str, position: Position) -> None:
        """The record has its outcome: the next of the queue may go."""
        left = [each for each in self.parked.get(queue, ()) if each != position]
        if left:
            self.parked[queue] = left
        else:
            self.parked.pop(queue, None)
