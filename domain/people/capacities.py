"""In which roles, and for which units, a person may act at a moment: what the roster gives."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from domain.people.acting import acting_for
from domain.people.rosters import Roster, absences_of, duties_at, present_for
from domain.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Capacity:
    """A role in a unit. `for_person`: the absent person in whose place a deputy has it, and
    `set_by` who set that absence.
    """

    role: Role
    unit: str
    for_person: str | None = None
    set_by: str | None = None


def capacities(roster: Roster, person: str, at: datetime) -> tuple[Capacity, ...]:
    """Return every capacity of a person at `at`, each once; () for a stranger.

    First come the person's own roles and duties of the moment, then those of each absent person of
    whose deputies this is the first who is present. A person who is away keeps the own ones.
    """
    found: dict[tuple[Role, str, str | None], Capacity] = {}
    for each in (*_own(roster, person, at, None), *_as_deputy(roster, person, at)):
        found.setdefault((each.role, each.unit, each.for_person), each)
    return tuple(found.values())


def _own(roster: Roster, person: str, at: datetime, stands_for: str | None) -> Iterator[Capacity]:
    for each in roster.people:
        if each.id == person:
            yield from (Capacity(role, each.unit, stands_for) for role in each.roles)
    for duty in duties_at(roster, at):
        if person in duty.people:
            yield Capacity(duty.role, duty.unit, stands_for)


def _as_deputy(roster: Roster, person: str, at: datetime) -> Iterator[Capacity]:
    away = {each.person for each in roster.absences if each.since <= at < each.until} - {person}
    for other in roster.people if away else ():
        if other.id in away:
            present = acting_for(roster, other.id, at)
            if present is not None and present.id == person:
                by = next(iter(_setters(roster, other.id, person, at)), None)
                for each in _own(roster, other.id, at, other.id):
                    yield replace(each, set_by=by)


def _setters(roster: Roster, absent: str, person: str, at: datetime) -> Iterator[str]:
    """Yield who set the absences by which the person acts for the absent one, the first first: who
    stands in for another may be the deputy of a deputy, who is away too.
    """
    deputies = {each.id: each.deputies for each in roster.people}
    seen, of = set[str](), absent
    while of != person and of not in seen:
        seen.add(of)
        away = absences_of(roster, of, at)
        yield from (each.set_by for each in away if each.set_by)
        named = (*(each.stand_in for each in away if each.stand_in), *deputies.get(of, ()))
        leads = ((each, present_for(roster, each, at)) for each in named if each not in seen)
        of = next((each for each, found in leads if found and found.id == person), person)
