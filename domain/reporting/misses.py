"""Whose misses a case adds to the figures: by unit, and by clock or kind of part."""

from collections.abc import Sequence

from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved
from domain.case.events import Event
from domain.case.state import Case
from domain.sla.case_clocks import PROMISES


def misses_of(case: Case, events: Sequence[Event]) -> tuple[tuple[str, str], ...]:
    """Return whose misses count: not what a later deadline has overtaken, or what is exempted.

    Rows of before the rule do not say whose they are, and count for no unit.
    """
    counting = {(miss.clock, miss.due_at) for miss in case.misses if not miss.exempt}
    rows: list[DeadlineMissed] = []
    for event in events:
        match event.fact:
            case DeadlineMissed(units=tuple()) as row:
                rows.append(row)
            case DeadlineMoved(clock=clock, missed=True):
                last = next((row for row in reversed(rows) if row.clock == clock), None)
                rows = [row for row in rows if row is not last]
    parts = {part.id: part.kind for part in case.parts}
    return tuple(
        (unit, parts.get(row.clock, row.clock))
        for row in rows
        if row.clock not in PROMISES or (row.clock, row.due_at) in counting
        for unit in row.units or ()
    )
