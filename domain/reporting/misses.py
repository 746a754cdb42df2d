"""Whose misses a case adds to the figures, and which of them a later deadline has overtaken."""

from collections.abc import Mapping, Sequence

from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved
from domain.case.events import Event
from domain.case.merging.facts import Left, Scattered
from domain.case.registration.facts import Triaged
from domain.case.repinning.facts import Repinned
from domain.case.requests.facts import Extended
from domain.case.state import Case
from domain.case.tiers.facts import TierLowered
from domain.sla.case_clocks import PROMISES

_CAUSES: Mapping[type, str] = {
    Extended: "extension",
    Repinned: "repin",
    TierLowered: "lower tier",
    Triaged: "triage by the office",
    Left: "a case that left",
    Scattered: "a case that left",
}
"""What lets a later deadline overtake a miss, by the fact that the same command left."""


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


def overtaken_of(case: Case, events: Sequence[Event]) -> tuple[tuple[str, str], ...]:
    """Return what was missed and counts no more, in order: (what overtook it, clock or kind)."""
    parts = {part.id: part.kind for part in case.parts}
    found: list[tuple[str, str]] = []
    cause, command = "", ""
    for event in events:
        if event.command_id != command:
            cause, command = event.command, event.command_id
        match event.fact:
            case DeadlineMoved(clock=clock, missed=True):
                found.append((cause, parts.get(clock, clock)))
            case fact:
                cause = _CAUSES.get(type(fact), cause)
    return tuple(found)
