"""The spells of a case: each time that a unit had it, from getting it to losing it (经办段)."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.case.events import Event
from domain.case.handling.facts import Signed
from domain.case.state import Case


@dataclass(frozen=True, slots=True)
class Spell:
    """One time that a unit had the case. `row`: the row of the journal that gave it to the unit.

    `person`: who signed for it first; None while no person has. `until` is None while the unit has
    it.
    """

    unit: str
    since: datetime
    row: int
    person: str | None = None
    until: datetime | None = None


def with_event(spells: tuple[Spell, ...], event: Event, after: Case) -> tuple[Spell, ...]:
    """Return the spells after one more event, given the case as it is after it."""
    last = spells[-1] if spells and spells[-1].until is None else None
    if after.holder != (last.unit if last else None):
        if last is not None:
            spells = (*spells[:-1], replace(last, until=event.at))
        if after.holder is None:
            return spells
        return (*spells, Spell(after.holder, event.at, event.seq))
    if isinstance(event.fact, Signed) and last is not None and last.person is None:
        return (*spells[:-1], replace(last, person=event.actor.id))
    return spells
