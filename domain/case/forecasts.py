"""Who hears what, when, if nobody does anything: the engine's own rules, run ahead of time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from domain.case.agenda import next_item
from domain.case.commands import ENGINE, Command, Lookup
from domain.case.decide import decide
from domain.case.escalation.acts import Ring
from domain.case.events import Event
from domain.case.state import Case
from domain.people.rosters import Roster

TICK = timedelta(milliseconds=1)
"""A moment counts as past once it is over, so the engine wakes this much after it."""


def forecast(
    case: Case, roster: Roster, most: int = 50, since: datetime | None = None
) -> Iterator[Event]:
    """The events that would follow, in order; at most `most` of them, and none before `since`.

    The roster is today's: absences planned later change who is told, not when.
    """
    while most > 0 and (item := next_item(case)) is not None:
        now = max(item.at + TICK, since or item.at)
        ring = Command(f"forecast:{case.seq}", ENGINE, Ring(), Lookup(roster=roster))
        decision = decide(case, ring, now)
        if not decision.events:
            return
        case = decision.case
        yield from decision.events[:most]
        most -= len(decision.events)
