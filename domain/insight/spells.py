"""The spells of a case: each time that a unit had it, from getting it to losing it (经办段)."""

from dataclasses import dataclass, replace
from datetime import datetime

from domain.case.dispatch.facts import Dispatched, Returned
from domain.case.events import Event
from domain.case.handling.facts import Signed
from domain.case.state import Case


@dataclass(frozen=True, slots=True)
class Spell:
    """One time that a unit had the case. `row`: the row of the journal that gave it to the unit.

    `person`: who signed for it; None while no person has. `until` and `ended_row` are None while
    the unit has it. `returned`: the unit gave it back, and that was granted.
    """

    unit: str
    since: datetime
    row: int
    person: str | None = None
    signed_at: datetime | None = None
    returned_row: int | None = None
    until: datetime | None = None
    ended_row: int | None = None

    @property
    def returned(self) -> bool:
        return self.returned_row is not None


def with_event(spells: tuple[Spell, ...], event: Event, after: Case) -> tuple[Spell, ...]:
    """Return the spells after one more event, given the case as it is after it."""
    fact = event.fact
    last = spells[-1] if spells and spells[-1].until is None else None
    unit = last.unit if last else None
    if isinstance(fact, Returned) and last and last.unit == fact.unit:
        last = replace(last, returned_row=event.seq)
        spells = (*spells[:-1], last)
    if after.holder != unit or (isinstance(fact, Dispatched) and fact.again is None and not last):
        if last is not None:
            spells = (*spells[:-1], replace(last, until=event.at, ended_row=event.seq))
        if after.holder is None:
            return spells
        return (*spells, Spell(after.holder, event.at, event.seq))
    if isinstance(fact, Signed) and last is not None and last.signed_at is None:
        signed = replace(last, person=event.actor.id, signed_at=event.at)
        return (*spells[:-1], signed)
    return spells
