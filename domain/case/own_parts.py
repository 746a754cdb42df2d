"""What a person of an outside party reads of a case that asked it for a part (domain.md, row 46).

The number, the category, the place and the deadlines; of its own parts all texts and files. What
the reporter said, and what other units wrote, showed or decided, is withheld. A unit that has or
had the case, or that the office appointed to it, reads all of it.
"""

from collections.abc import Collection, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from domain.case.access import Reach
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.state import Case
from domain.complaints import Evidence, UnverifiedFile
from domain.planning.plans import CasePlan
from domain.privacy.confidential import HIDDEN
from domain.privacy.personal import PERSONAL_FIELDS

_WORDS = PERSONAL_FIELDS | {"detail"}


def reads_own_parts(reach: Reach, units: Collection[str], holder: str | None) -> bool:
    """Return whether a person who may read a case of these units reads their own parts alone."""
    if reach.whole_tenant or not reach.part_units:
        return False
    others = {*reach.units} - {*reach.part_units}
    return holder not in reach.units and others.isdisjoint(units)


def as_read(events: Sequence[Event], reach: Reach) -> list[Event]:
    """Return the rows of a case as a person reads them who may read the case."""
    if reach.whole_tenant or not reach.part_units or not events:
        return list(events)
    case = fold(events)
    if _has_more_than_parts(case, reach):
        return list(events)
    own = {part.id for part in case.parts if {*part.units} & {*reach.part_units}}
    return [_read(event, own, reach.part_units) for event in events]


def _has_more_than_parts(case: Case, reach: Reach) -> bool:
    plan, units = case.plan, {*reach.units}
    had = {case.holder, *case.had, *case.members, plan.issuer_unit, *(plan.supervisors or ())}
    asked = {unit for part in case.parts for unit in part.units} - {*reach.part_units}
    return bool(units & (had | asked))


def _read(event: Event, own: Collection[str], units: Collection[str]) -> Event:
    if getattr(event.fact, "part", None) in own or event.actor.unit in units:
        return event
    return replace(event, fact=_without_words(event.fact))


def _without_words(value: Any) -> Any:
    """Return the value without what people wrote in it, at any depth, and without its files."""
    match value:
        case Evidence() | UnverifiedFile():
            return replace(value, uri=HIDDEN)
        case CasePlan():
            return replace(value, complaint=_without_words(value.complaint))
        case tuple():
            return tuple(_without_words(each) for each in value)
        case _ if not is_dataclass(value) or isinstance(value, type):
            return value
    changed: dict[str, Any] = {}
    for field in fields(value):
        said = getattr(value, field.name)
        changed[field.name] = _withheld(said) if field.name in _WORDS else _without_words(said)
    return replace(value, **changed)


def _withheld(said: Any) -> Any:
    """Return the text, or each text of a list, withheld; what says nothing stays as it is."""
    match said:
        case str() if not isinstance(said, Enum):  # what kind of part it is, is no one's words
            return HIDDEN if said else said
        case tuple():
            return tuple(_withheld(each) for each in said)
        case _:
            return _without_words(said)
