"""The outline of a case after one more event: by the same moves as the case itself.

tests/unit/test_outlines.py holds it to the fold of the same events.
"""

from dataclasses import replace

from domain.case.events import Event
from domain.case.evolve import MOVES
from domain.case.parts.facts import PartOpened
from domain.case.registration.facts import Received
from domain.case.state import Outline, PositionChange


def outline(before: Outline | None, event: Event) -> Outline:
    """The outline after one more event. Raises ValueError when it cannot follow."""
    fact = event.fact
    if before is None:
        if not isinstance(fact, Received):
            raise ValueError(f"a case begins with received, not with {fact.kind}")
        return Outline(fact.plan.complaint.tenant, fact.plan.tier, event.seq)
    if event.seq != before.seq + 1:
        raise ValueError(f"after row {before.seq} comes {before.seq + 1}, not {event.seq}")
    move = MOVES.get(type(fact))
    change = move(before, fact) if move else PositionChange()
    parts = before.parts
    if isinstance(fact, PartOpened):
        parts = (*parts, (fact.part, fact.what))
    return replace(before, seq=event.seq, parts=parts, **change)
