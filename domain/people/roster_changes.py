"""Absences and stand-ins that people set from day to day, laid over the roster of the pack."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.people.rosters import Absence, Person, Roster, present_for
from domain.people.unit_successors import current_successor
from domain.vocabulary import OFFICE, OVERSEERS, Role

LONGEST = timedelta(days=366)
"""How long one absence lasts at most: a longer one is a change of the roster itself."""


@dataclass(frozen=True, slots=True)
class SetAbsence:
    """A person is away from `since` until `until`, and `stand_in` acts for them meanwhile.

    `is_back`: the other way round. The person is there in that time, whatever the pack says.
    """

    person: str
    since: datetime
    until: datetime
    stand_in: str | None = None
    is_back: bool = False


class NotAllowed(Exception):
    """The change may not be made, or not by this person; the text says why."""


def overlaid(roster: Roster, changes: Iterable[SetAbsence]) -> Roster:
    """Return the roster as it is after these changes, in their order."""
    absences = list(roster.absences)
    for each in changes:
        if each.is_back:
            absences = [part for a in absences for part in _without(a, each)]
        else:
            absences.append(Absence(each.person, each.since, each.until, each.stand_in))
    return replace(roster, absences=tuple(absences))


def _without(absence: Absence, back: SetAbsence) -> Iterable[Absence]:
    """Return what is left of an absence beside the time in which the person is there."""
    if absence.person != back.person:
        return (absence,)
    before = replace(absence, until=min(absence.until, back.since))
    after = replace(absence, since=max(absence.since, back.until))
    return tuple(each for each in (before, after) if each.since < each.until)


def check_change(
    roster: Roster, by: Person, change: SetAbsence, at: datetime, *, platform: str, office: str
) -> None:
    """Raise NotAllowed if `by` may not make the change now.

    The head of a unit sets it for people of the own unit; the dispatchers and the head of the
    platform for all but the leading group and its office; these for all. No person makes room for
    their own act: who sets an absence is not the one who then acts in that person's place.
    """
    people = {person.id: person for person in roster.people}
    if change.person not in people:
        raise NotAllowed(f"no person {change.person!r} is in the roster")
    person = people[change.person]
    if not (change.since < change.until and change.until > at):
        raise NotAllowed("it ends before it begins, or is over")
    if change.until - change.since > LONGEST:
        raise NotAllowed("it is longer than a year: change roster.yaml instead")
    if not _may_set(roster, by, person, platform, office):
        raise NotAllowed(f"{by.id} sets no absences of {person.id}: the head of the unit does")
    if change.is_back:
        return
    if change.stand_in is not None:
        if change.stand_in not in people:
            raise NotAllowed(f"no person {change.stand_in!r} is in the roster")
        _check_stand_in(person, people[change.stand_in], by, platform, office)
    after = overlaid(roster, [change])
    acts = present_for(after, person.id, max(at, change.since))
    if acts is not None and acts.id == by.id and by.id != person.id:
        raise NotAllowed(f"then {by.id} would act for {person.id}: another person sets that")


def _may_set(roster: Roster, by: Person, person: Person, platform: str, office: str) -> bool:
    if {*by.roles} <= OVERSEERS:
        return False
    if {*by.roles} & OFFICE or (by.unit == office and Role.UNIT_HEAD in by.roles):
        return True
    above = {*person.roles} & (OFFICE | {Role.SUPERIOR, Role.AUDITOR}) or person.unit == office
    decides = {*by.roles} & {Role.DISPATCHER, Role.UNIT_HEAD}
    if by.unit == platform and decides:
        return not above
    own = current_successor(roster.successors, person.unit)
    return Role.UNIT_HEAD in by.roles and own == by.unit and not above


def _check_stand_in(
    person: Person, stand_in: Person, by: Person, platform: str, office: str
) -> None:
    if stand_in.id == person.id:
        raise NotAllowed(f"{person.id} cannot stand in for themselves")
    if (Role.AUDITOR in person.roles) != (Role.AUDITOR in stand_in.roles):
        raise NotAllowed("an auditor stands in for auditors alone, and they for auditors")
    if {*stand_in.roles} <= OVERSEERS and not {*person.roles} <= OVERSEERS:
        raise NotAllowed(f"{stand_in.id} acts on no case, so cannot stand in")
    if {*stand_in.roles} == {Role.AUXILIARY} and {*person.roles} != {Role.AUXILIARY}:
        raise NotAllowed(f"{stand_in.id} is an auxiliary, and stands in for auxiliaries alone")
    whole = {*by.roles} & OFFICE or by.unit in {platform, office}
    if not whole and stand_in.unit != person.unit:
        raise NotAllowed(f"{stand_in.id} is of another unit: the platform or the office names them")
