"""Papers of a case, from its journal: letters (督办单), circulars (通报) and minutes (会商纪要).

A paper says what was so when its row was written, however late it is printed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.case.access import is_withheld
from domain.case.commands import Actor
from domain.case.escalation.acts import Ring
from domain.case.escalation.facts import RungReached
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.joint_work.acts import Convene, Hold
from domain.case.parts.facts import PartMoved, PartOpened
from domain.case.state import Case
from domain.case.supervision.acts import IssueLetter
from domain.case.supervision.facts import Circulated
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import Clock, Due, due, length
from domain.vocabulary import Role


class PaperKind(StrEnum):
    LETTER = "letter"
    CIRCULAR = "circular"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class PaperName:
    """`id`: the part, or of a circular the number of its row. `row`: where the journal has it."""

    id: str
    kind: PaperKind
    row: int


@dataclass(frozen=True, slots=True)
class PaperTime:
    """The time that a paper states: of the clock that sent it; of the holder, if a person did.
    `late`: None while it is not over.
    """

    clock: Clock
    deadline: Due
    late: timedelta | None


@dataclass(frozen=True, slots=True)
class Paper:
    """`by`: the person; None where a clock did it, and then `level` is that of the escalation.
    `case`: as it was then. `meeting` and `held`: of minutes.
    """

    name: PaperName
    at: datetime
    by: Actor | None
    unit: str
    text: str
    level: int | None
    case: Case
    time: PaperTime | None
    answer_by: Due | None
    meeting: Convene | None = None
    held: Hold | None = None


def names_of(events: Sequence[Event]) -> list[PaperName]:
    """Return the papers of a case, in the order in which they were written."""
    return list(_names(events))


def _names(events: Sequence[Event]) -> Iterator[PaperName]:
    for event in events:
        match event.fact:
            case PartOpened(what=PartKind.LETTER, part=part):
                yield PaperName(part, PaperKind.LETTER, event.seq)
            case PartMoved(part=part, by=Hold()) if part.startswith(f"{PartKind.CONFERENCE}-"):
                yield PaperName(part, PaperKind.MINUTES, event.seq)
            case Circulated():
                yield PaperName(str(event.seq), PaperKind.CIRCULAR, event.seq)


def paper_of(
    events: Sequence[Event], id_: str, *, inquires: bool, units: Sequence[str] | None
) -> Paper | None:
    """Return a paper; None if there is none that the reader may read. `units`: see is_withheld.

    Of a conference that was held twice, because a unit was missing, the last minutes count.
    """
    found = [name for name in names_of(events) if name.id == id_]
    if not found:
        return None
    name = found[-1]
    before = [event for event in events if event.seq <= name.row]
    event = before[-1]
    if is_withheld(event.fact, inquires=inquires, units=units):
        return None
    return _paper(name, event, before)


def _paper(name: PaperName, event: Event, before: Sequence[Event]) -> Paper:
    case, fact = fold(before), event.fact
    by = None if event.actor.role is Role.ENGINE else event.actor
    unit, text, meeting, held, level, clock = "", "", None, None, None, None
    match fact:
        case Circulated():
            unit, text, level = fact.unit, fact.text, fact.level
            if by is None and (rung := _sender(text, before)) is not None:
                text, level, clock = "", rung.level, rung.clock  # the page says it in its language
        case PartOpened():
            unit = fact.units[0] if fact.units else ""
            text = fact.terms.text if isinstance(fact.terms, IssueLetter) else ""
            if isinstance(fact.terms, Ring):
                level, clock = _level(fact.terms, before), fact.terms.clock
        case PartMoved(by=Hold() as hold):
            unit, text, held = case.holder or "", hold.minutes, hold
            meeting = _convened(fact.part, before)
        case _:
            raise ValueError(f"row {event.seq} is no paper")
    return Paper(
        name,
        event.at,
        by,
        unit,
        text,
        level,
        case,
        _time(case, clock or HOLDER, event.at),
        _deadline(case, name.id),
        meeting,
        held,
    )


def _level(terms: Ring, before: Sequence[Event]) -> int | None:
    """Return the level of the rung that opened it; None where the deadline did."""
    for event in reversed(before):
        fact = event.fact
        if isinstance(fact, RungReached) and (fact.clock, fact.rung) == (terms.clock, terms.rung):
            return fact.level
    return None


def _sender(text: str, before: Sequence[Event]) -> RungReached | None:
    """Return the rung that sent a circular with these words; None for other words."""
    for event in reversed(before):
        fact = event.fact
        if isinstance(fact, RungReached) and text.startswith(f"{fact.clock} clock reached "):
            words = text.removeprefix(f"{fact.clock} clock reached ").split()
            if words and words[0] == fact.rung:
                return fact
    return None


def _convened(part: str, before: Sequence[Event]) -> Convene | None:
    for event in before:
        fact = event.fact
        if isinstance(fact, PartOpened) and fact.part == part and isinstance(fact.terms, Convene):
            return fact.terms
    return None


def _time(case: Case, id_: str, at: datetime) -> PaperTime | None:
    clock = next((each for each in case.clocks if each.id == id_ and each.is_running), None)
    deadline = due(clock, case.plan.calendar) if clock else None
    if clock is None or deadline is None:
        return None
    late = None
    if deadline.at < at:
        late = length(clock, case.plan.calendar, deadline.at, at)
    return PaperTime(clock, deadline, late)


def _deadline(case: Case, part: str) -> Due | None:
    clock = next((each for each in case.clocks if each.id == part and each.is_running), None)
    return due(clock, case.plan.calendar) if clock else None
