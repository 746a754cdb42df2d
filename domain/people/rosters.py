"""Which people have a role in a unit at a moment. The last resort guarantees at least one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.people.leading_group import LeadingGroup, Post, posts, told_post
from domain.people.unit_successors import current_successor
from domain.vocabulary import Role

HOLDER = "@holder"
"""In a ladder: the unit that holds the case when the rung fires."""
ASKED = "@asked"
"""In a ladder: the units that a part of the case asks; on any other clock, the holder."""
PARENT = "@parent"
"""In a ladder: the unit above the holder."""


SUPERVISING = "@supervising"
"""In a ladder: the departments that supervise the category of the case (主管部门)."""


class BadRoster(ValueError):
    """The roster could leave an escalation without a person to tell."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the roster. `deputies` are ids; the first who is present acts for the person.

    `certificate` is the number of the person's enforcement certificate (执法证).
    """

    id: str
    name: str
    unit: str
    roles: tuple[Role, ...]
    deputies: tuple[str, ...] = ()
    certificate: str | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """`stand_in`: who acts for the person meanwhile, before the deputies of the roster. `set_by`:
    who set it from day to day; None: the roster of the pack has it.
    """

    person: str
    since: datetime
    until: datetime
    stand_in: str | None = None
    set_by: str | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """Who has duty for a unit on some weekdays (0 is Monday), in local hours [start, end)."""

    unit: str
    role: Role
    people: tuple[str, ...]
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    start: int = 0
    end: int = 24


@dataclass(frozen=True, slots=True)
class Roster:
    """The people of a tenant, their duties and absences.

    `parents` maps a unit to the one above it. `successors` maps a former unit to the next one
    (domain/people/unit_successors.py). `kinds` are pairs of a unit and its kind.
    `last_resort` are ids of people and must not be empty. `leading_group`: None if no post is
    named.
    """

    zone: str
    people: tuple[Person, ...]
    last_resort: tuple[str, ...]
    parents: tuple[tuple[str, str], ...] = ()
    duties: tuple[Duty, ...] = ()
    absences: tuple[Absence, ...] = ()
    successors: tuple[tuple[str, str], ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    leading_group: LeadingGroup | None = None
    packed_absences: tuple[Absence, ...] | None = field(default=None, compare=False)
    """The absences of the pack, where others are laid over them; None where none are."""

    def __post_init__(self) -> None:
        """Raises BadRoster."""
        known = {person.id for person in self.people}
        if not self.last_resort:
            raise BadRoster("last_resort is empty: name at least one person")
        if unknown := [person for person in self.last_resort if person not in known]:
            raise BadRoster(f"last_resort names {unknown[0]!r}, who is not among the people")
        for duty in self.duties:
            if not 0 <= duty.start < duty.end <= 24:  # noqa: PLR2004
                hours = f"{duty.start} to {duty.end}"
                raise BadRoster(f"duty of {duty.unit} from {hours}: a night is two duties")
            if not set(duty.weekdays) <= set(range(7)):
                raise BadRoster(f"duty of {duty.unit}: weekdays are 0 (Monday) to 6")


def units_above(parents: Iterable[tuple[str, str]], unit: str) -> tuple[str, ...]:
    """Return the units above this one, the nearest first; each once, should they form a circle."""
    over, found = dict(parents), [unit]
    while (parent := over.get(found[-1])) is not None and parent not in found:
        found.append(parent)
    return tuple(found[1:])


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a rung tells: a role in a unit, where the unit may be HOLDER or PARENT, or a post."""

    unit: str
    role: Role


@dataclass(frozen=True, slots=True)
class Told:
    """A named person who is told, and in which capacity. `for_person`: whom a deputy stands for."""

    person: str
    name: str
    unit: str
    role: Role
    for_person: str | None = None


@dataclass(frozen=True, slots=True)
class FoundPeople:
    """The people to tell. `gaps`: journaled sentences on recipients without a person."""

    told: tuple[Told, ...]
    gaps: tuple[str, ...]


def find_people(
    roster: Roster, groups: Iterable[Iterable[Recipient]], holder: str | None, at: datetime
) -> FoundPeople:
    """Return the people of the first group that has any; else the last resort.

    The groups are the recipients of a rung, then those of the rungs above it. `holder` is the unit
    that HOLDER and PARENT refer to. For a unit with a successor, the people of the successor are
    returned.
    """
    gone = {unit for unit, _ in roster.successors}
    gaps: list[str] = []
    for group in groups:
        told: dict[str, Told] = {}
        for recipient in group:
            unit = _unit(roster, recipient.unit, holder)
            # A unit that is still gone has successors in a circle, so it has no people.
            lives = unit if unit not in gone else None
            post = told_post(recipient.unit)
            if post is not None:
                found = list(_in_post(roster, post, recipient.role, at))
            else:
                found = list(_on_duty(roster, lives, recipient.role, at)) if lives else []
            if not found:
                who = f"{post} of the leading group" if post else ""
                gaps.append(
                    f"nobody home: {who or f'{recipient.role} of {unit or recipient.unit}'}"
                )
            for person in found:
                told.setdefault(person.person, person)  # once, in the first capacity named
        if told:
            return FoundPeople(tuple(told.values()), tuple(gaps))
    gaps.append("last resort told")
    people = {person.id: person for person in roster.people}
    last = (people[id_] for id_ in dict.fromkeys(roster.last_resort))
    return FoundPeople(tuple(Told(p.id, p.name, p.unit, Role.LEADER) for p in last), tuple(gaps))


def without_units(roster: Roster, units: Iterable[str]) -> Roster:
    """Return the roster without the people of these units, except the last resort."""
    gone = {*units}
    keep = tuple(p for p in roster.people if p.unit not in gone or p.id in roster.last_resort)
    return replace(roster, people=keep)


def _unit(roster: Roster, name: str, holder: str | None) -> str | None:
    """Return the unit that a recipient means; None if there is no such holder or parent."""
    if name in {HOLDER, PARENT}:
        unit = current_successor(roster.successors, holder) if holder else None
        if name == PARENT and unit:
            unit = dict(roster.parents).get(unit)
    else:
        unit = name
    return current_successor(roster.successors, unit) if unit else None


def posts_of(roster: Roster) -> tuple[tuple[str, Post], ...]:
    """Return who has which post of the leading group, the highest first; empty without a group."""
    group = roster.leading_group
    return tuple(posts(group, roster.people)) if group else ()


def posts_held(roster: Roster, people: Iterable[str | None]) -> tuple[Post, ...]:
    """Return the posts of these people, such as a person and those in whose place they act."""
    ids = {*people}
    return tuple(post for person, post in posts_of(roster) if person in ids)


def duties_at(roster: Roster, at: datetime) -> Iterator[Duty]:
    """Yield the planned duties of the moment `at`."""
    local = at.astimezone(ZoneInfo(roster.zone))
    for duty in roster.duties:
        if local.weekday() in duty.weekdays and duty.start <= local.hour < duty.end:
            yield duty


def is_away(roster: Roster, person: str, at: datetime) -> bool:
    return bool(absences_of(roster, person, at))


def absences_of(roster: Roster, person: str, at: datetime) -> list[Absence]:
    """Return the absences of a person at the moment `at`."""
    return [a for a in roster.absences if a.person == person and a.since <= at < a.until]


def present_for(
    roster: Roster, id_: str, at: datetime, fit: frozenset[str] | None = None
) -> Person | None:
    """Return the person of this id, or else the first deputy who is present, and is `fit` for it.

    Returns None if there is none, or no such person; deputies in a circle end the search.
    """
    people = {person.id: person for person in roster.people}
    return _present(roster, people, id_, at, seen=set(), fit=fit)


def _on_duty(roster: Roster, unit: str, role: Role, at: datetime) -> Iterator[Told]:
    """Yield the people on duty at `at`; without planned duties, all of the unit in that role."""
    if any(duty.unit == unit and duty.role is role for duty in roster.duties):
        now = (d for d in duties_at(roster, at) if d.unit == unit and d.role is role)
        ids = [person for duty in now for person in duty.people]
    else:
        ids = [p.id for p in roster.people if p.unit == unit and role in p.roles]
    for id_ in ids:
        present = present_for(roster, id_, at)
        if present is not None:
            stands_for = None if present.id == id_ else id_
            yield Told(present.id, present.name, unit, role, stands_for)


def _in_post(roster: Roster, post: Post, role: Role, at: datetime) -> Iterator[Told]:
    """Yield the people with a post, or who is present for them."""
    units = {person.id: person.unit for person in roster.people}
    for id_ in (id_ for id_, each in posts_of(roster) if each is post and id_ in units):
        present = present_for(roster, id_, at)
        if present is not None:
            stands_for = None if present.id == id_ else id_
            yield Told(present.id, present.name, units[id_], role, stands_for)


def _present(
    roster: Roster,
    people: dict[str, Person],
    id_: str,
    at: datetime,
    *,
    seen: set[str],
    fit: frozenset[str] | None,
) -> Person | None:
    if id_ in seen or id_ not in people:
        return None
    seen.add(id_)
    away = absences_of(roster, id_, at)
    if not away:
        return people[id_] if fit is None or id_ in fit else None
    named = (each.stand_in for each in away if each.stand_in)
    for deputy in (*named, *people[id_].deputies):
        found = _present(roster, people, deputy, at, seen=seen, fit=fit)
        if found is not None:
            return found
    return None
