"""The part of a roster that travels in workflow histories."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from domain.people.acting import acting_for
from domain.people.leading_group import told_post
from domain.people.rosters import Absence, Person, Roster, absences_of, is_away, posts_of
from domain.vocabulary import OVERSEERS


def excerpt(roster: Roster, units: Iterable[str], at: datetime) -> Roster:
    """Return the part of a roster that `find_people` may need for these units.

    It travels in workflow histories, so it is kept small: the units, all above and after them, the
    people on duty there, every deputy that these can lead to, and the last resort. Absences are
    only those of the moment `at`.
    """
    links = [dict(roster.parents), dict(roster.successors)]
    wanted = set(units)
    queue = list(wanted)
    # First all units that a unit can lead to, upwards or by succession.
    while queue:
        unit = queue.pop()
        new = {link[unit] for link in links if unit in link} - wanted
        wanted |= new
        queue += new
    roster = _with_fit_stand_ins(roster, at)
    people = {person.id: person for person in roster.people}
    duties = tuple(duty for duty in roster.duties if duty.unit in wanted)
    keep = {p.id for p in roster.people if p.unit in wanted} | set(roster.last_resort)
    keep |= {id_ for duty in duties for id_ in duty.people if id_ in people}
    told = {post for unit in wanted if (post := told_post(unit)) is not None}
    keep |= {id_ for id_, post in posts_of(roster) if post in told and id_ in people}
    # Who acts on no case is told of none; and a worker of the release before knows no such role.
    keep -= {p.id for p in roster.people if _oversees(p)}
    queue = list(keep)
    # Then all people that a person can lead to, by deputies.
    while queue:
        of = queue.pop()
        meanwhile = (a.stand_in for a in absences_of(roster, of, at))
        named = (*meanwhile, *people[of].deputies)
        fresh = [d for d in named if d in people and d not in keep and not _oversees(people[d])]
        keep.update(fresh)
        queue += fresh
    return Roster(
        zone=roster.zone,
        people=tuple(replace(p, certificate=None) for p in roster.people if p.id in keep),
        last_resort=roster.last_resort,
        parents=tuple((unit, above) for unit, above in roster.parents if unit in wanted),
        duties=duties,
        absences=tuple(a for a in roster.absences if a.person in keep and a.since <= at < a.until),
        successors=tuple((gone, after) for gone, after in roster.successors if gone in wanted),
        leading_group=roster.leading_group if told else None,
    )


def _with_fit_stand_ins(roster: Roster, at: datetime) -> Roster:
    """Return the roster in which who has a post and is away names the person who acts for them now,
    and no other: who reads the excerpt follows no chain of absences to one who is not fit for it.
    """
    held = dict(roster.leading_group.named) if roster.leading_group else {}
    away = [id_ for id_ in held if is_away(roster, id_, at)]
    if not away:
        return roster
    people, absences = list(roster.people), list(roster.absences)
    for id_ in away:
        acting = acting_for(roster, id_, at)
        people = [replace(p, deputies=()) if p.id == id_ else p for p in people]
        absences = [_with(a, acting) if a.person == id_ else a for a in absences]
    return replace(roster, people=tuple(people), absences=tuple(absences))


def _with(absence: Absence, acting: Person | None) -> Absence:
    return replace(absence, stand_in=acting.id if acting else None)


def _oversees(person: Person) -> bool:
    return bool(person.roles) and {*person.roles} <= OVERSEERS
