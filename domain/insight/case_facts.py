"""The facts of one case, as they were known at an instant: what every figure is a sum of.

Facts are made from the journal alone, so they can be made from nothing at any time, and come out
the same: rows that are written later change none of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.case.closing.facts import Closed, Withdrawn
from domain.case.dispatch.facts import Dispatched
from domain.case.events import Event
from domain.case.evolve import evolve
from domain.case.registration.facts import NotAccepted, StandardChosen, Triaged
from domain.case.requests.facts import Reopened
from domain.case.state import Case
from domain.insight.clock_runs import ClockRun, Runs, ended, see
from domain.insight.spells import Spell, with_event
from domain.reporting.indicators import reopened_since_merged

AT_THE_DESK = frozenset({"open", "triage", "settle"})
"""A case that one of these commands closes was no work of a unit."""


@dataclass(frozen=True, slots=True)
class End:
    """How a case ended: one of the facts Closed, Withdrawn, NotAccepted; and its row."""

    kind: str
    at: datetime
    row: int
    command: str

    @property
    def closed(self) -> bool:
        return self.kind == "closed"

    @property
    def at_the_desk(self) -> bool:
        return self.closed and self.command in AT_THE_DESK


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """`case` and `events` as they were known at `until`.

    `filed_at`: when it was taken on as work of a unit (立案), and `filed_row` the row that says so;
    None where it never was. `units`: those that it was dispatched to, in order, also twice.
    `categories`: the category it came with, and each it was given later. `end`: how it had ended
    at `until`; None if it had not, or was reopened since.
    """

    case: Case
    events: tuple[Event, ...]
    until: datetime
    filed_at: datetime | None
    filed_row: int | None
    units: tuple[str, ...]
    categories: tuple[str | None, ...]
    spells: tuple[Spell, ...]
    runs: tuple[ClockRun, ...]
    end: End | None

    @property
    def came_at(self) -> datetime:
        return self.events[0].at

    @property
    def zone(self) -> str:
        return self.case.plan.calendar.zone

    @property
    def is_closed(self) -> bool:
        return self.end is not None and self.end.closed

    @property
    def unit(self) -> str | None:
        """Return the unit that has the case, or had it last."""
        return self.spells[-1].unit if self.spells else None

    @property
    def person(self) -> str | None:
        """Return who signed for it last, in the unit that has or had it last."""
        return self.spells[-1].person if self.spells else None

    @property
    def went_elsewhere(self) -> bool:
        """Return whether its matter is handled in another case, or it was taken back or refused."""
        if self.end is not None and not self.end.closed:
            return True
        if self.case.merged_into is None:
            return False
        return not reopened_since_merged([event.fact for event in self.events])


class Walk:
    """Fold the events of a case and say at any instant between them what was known."""

    def __init__(self) -> None:
        self._case: Case | None = None
        self._events: list[Event] = []
        self._runs = Runs()
        self._spells: tuple[Spell, ...] = ()
        self._units: list[str] = []
        self._filed: list[tuple[datetime, int]] = []
        self._categories: list[str | None] = []
        self._end: End | None = None

    def take(self, event: Event) -> None:
        """Go on by one event. Raises ValueError where it cannot follow."""
        case = self._case = evolve(self._case, event)
        self._events.append(event)
        see(self._runs, event, case)
        self._spells = with_event(self._spells, event, case)
        if not self._categories or case.plan.category != self._categories[-1]:
            self._categories.append(case.plan.category)
        match event.fact:
            case Dispatched(unit=unit):
                self._units.append(unit)
                self._filed.append((event.at, event.seq))
            case Triaged() | StandardChosen():
                self._filed.append((event.at, event.seq))
            case Closed() | Withdrawn() | NotAccepted() as fact:
                self._end = End(fact.kind, event.at, event.seq, event.command)
            case Reopened():
                self._end = None
            case _:
                pass

    def facts(self, until: datetime) -> CaseFacts | None:
        """Return what is known at an instant after the last event; None before the first."""
        case, end = self._case, self._end
        if case is None:
            return None
        desk = end is not None and (end.at_the_desk or end.kind == "not_accepted")
        filed = [] if desk and not self._units else self._filed
        filed_at, filed_row = filed[0] if filed else (None, None)
        return CaseFacts(
            case,
            tuple(self._events),
            until,
            filed_at,
            filed_row,
            tuple(self._units),
            tuple(self._categories),
            self._spells,
            ended(self._runs.values(), case, until),
            end,
        )


def facts_at(events: Sequence[Event], instants: Sequence[datetime]) -> list[CaseFacts | None]:
    """Return the facts of a case at each of these instants, which are in order.

    An event at the very instant is not known at it. None: the case had not come yet.
    """
    walk, found, taken = Walk(), list[CaseFacts | None](), 0
    for instant in instants:
        while taken < len(events) and events[taken].at < instant:
            walk.take(events[taken])
            taken += 1
        found.append(walk.facts(instant))
    return found
