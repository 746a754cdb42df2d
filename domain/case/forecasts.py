"""What the engine will do, and whom it will notify, without any command: its rules run ahead."""

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
    """Yield the events that would follow, in order; at most `most`, and none before `since`.

    The roster is today's: later absences change the people, not the moments.
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
