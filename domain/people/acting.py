"""Who acts for a person who is away; for one with a post of the leading group, only who is fit."""

from datetime import datetime

from domain.people.rosters import Person, Roster, present_for
from domain.vocabulary import Role


def acting_for(roster: Roster, id_: str, at: datetime) -> Person | None:
    """Return the person of this id, or else the first deputy who is present and may act for them:
    for who has a post of the leading group, also where a chain of absences leads to another, only
    those who are fit for it.
    """
    return present_for(roster, id_, at, fit_for_post(roster, id_))


def fit_for_post(roster: Roster, id_: str) -> frozenset[str] | None:
    """Return who may act for a person with a post of their own in the leading group; None for a
    person without one: who has a post as well, who is a leader of the town, and who is named in the
    roster of the pack, as a deputy, as one of a deputy, or in an absence.
    """
    held = dict(roster.leading_group.named) if roster.leading_group else {}
    if id_ not in held:
        return None
    superiors = {each.unit for each in roster.people if Role.SUPERIOR in each.roles}
    ours = (each for each in roster.people if each.unit not in superiors)
    leaders = (each.id for each in ours if Role.LEADER in each.roles)
    return frozenset({*held, *leaders, *_named_for(roster, id_)})


def _named_for(roster: Roster, id_: str) -> set[str]:
    """Return the person, and all that the roster of the pack leads to from there."""
    deputies = {person.id: person.deputies for person in roster.people}
    packed = [(a.person, a.stand_in) for a in roster.absences if a.set_by is None and a.stand_in]
    named, queue = {id_}, [id_]
    while queue:
        of = queue.pop()
        found = {*deputies.get(of, ()), *(other for person, other in packed if person == of)}
        queue += found - named
        named |= found
    return named
