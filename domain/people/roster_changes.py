"""Absences and stand-ins that people set from day to day, laid over the roster of the pack."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.people.acting import acting_for, fit_for_post
from domain.people.rosters import Absence, Person, Roster
from domain.people.unit_successors import current_successor
from domain.vocabulary import OFFICE, OVERSEERS, Role

LONGEST = timedelta(days=366)
"""How long one absence lasts at most: a longer one is a change of the roster itself."""


@dataclass(frozen=True, slots=True)
class SetAbsence:
    """A person is away from `since` until `until`, and `stand_in` acts for them meanwhile.

    `is_back`: the other way round. The person is there in that time, whatever the pack says.
    `set_by`: who said so; None while it is only proposed.
    """

    person: str
    since: datetime
    until: datetime
    stand_in: str | None = None
    is_back: bool = False
    set_by: str | None = None


@dataclass(frozen=True, slots=True)
class KeptChange:
    """A change that holds, under its number, and the person who made it."""

    number: int
    change: SetAbsence
    set_by: str


class AbsenceFault(StrEnum):
    """Why a change may not be made: codes for pages, which have words of their own."""

    UNKNOWN_PERSON = "unknown_person"
    BAD_DAYS = "bad_days"
    TOO_LONG = "too_long"
    NONE_HOLDS = "none_holds"
    NOT_YOURS = "not_yours"
    OVERLAP = "overlap"
    OWN_ROOM = "own_room"
    THEMSELVES = "themselves"
    AUDITORS_APART = "auditors_apart"
    ACTS_ON_NONE = "acts_on_none"
    AUXILIARY = "auxiliary"
    OTHER_UNIT = "other_unit"
    SUPERIORS = "superiors"
    NO_POST = "no_post"


class NotAllowed(Exception):
    """The change may not be made, or not by this person; the text says why."""

    def __init__(self, fault: AbsenceFault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


def overlaid(roster: Roster, changes: Iterable[SetAbsence]) -> Roster:
    """Return the roster of the pack as it is after these changes, in their order."""
    packed = _packed(roster)
    absences = list(packed)
    for each in changes:
        if each.is_back:
            absences = [part for a in absences for part in _without(a, each)]
        else:
            absences.append(_absence(each))
    return replace(roster, absences=tuple(absences), packed_absences=packed)


def _absence(change: SetAbsence) -> Absence:
    return Absence(change.person, change.since, change.until, change.stand_in, change.set_by)


def _packed(roster: Roster) -> tuple[Absence, ...]:
    return roster.absences if roster.packed_absences is None else roster.packed_absences


def _without(absence: Absence, back: SetAbsence) -> Iterable[Absence]:
    """Return what is left of an absence beside the time in which the person is there."""
    if absence.person != back.person:
        return (absence,)
    before = replace(absence, until=min(absence.until, back.since))
    after = replace(absence, since=max(absence.since, back.until))
    return tuple(each for each in (before, after) if each.since < each.until)


@dataclass(frozen=True, slots=True)
class Book:
    """The roster, with the changes `kept` over it, and who may change what in it.

    The head of a unit sets absences of people of the own unit; the dispatchers and the head of the
    platform of all but the leading group, its office, superiors and auditors; the leading group and
    its office of all but superiors. Of a superior and the people of its unit these people do, and
    one of these stands in: the town does not choose who decides for it. The leading group and its
    office alone name a stand-in of another unit, and the person who is away ends
    the absence as well, or says to be back. No person makes room for their own act: after each
    change, by setting or by ending, a person acts in no place in which they would not act without
    all that they have set. A leader of a superior's unit is none of the town. Who has a post of the
    leading group is stood in for by who is fit for it (`fit_for_post`).
    """

    roster: Roster
    kept: Sequence[KeptChange]
    platform: str
    office: str

    def may_set(self, by: Person, person: Person) -> bool:
        return _may_set(self.roster, by, person, self.platform, self.office)

    def check_change(self, by: Person, change: SetAbsence, at: datetime) -> None:
        """Raise NotAllowed if `by` may not make the change now."""
        people = {person.id: person for person in self.roster.people}
        if change.person not in people:
            raise NotAllowed(
                AbsenceFault.UNKNOWN_PERSON, f"no person {change.person!r} is in the roster"
            )
        if not (change.since < change.until and change.until > at):
            raise NotAllowed(AbsenceFault.BAD_DAYS, "it ends before it begins, or is over")
        if change.until - change.since > LONGEST:
            raise NotAllowed(
                AbsenceFault.TOO_LONG, "it is longer than a year: change roster.yaml instead"
            )
        person = people[change.person]
        if not (change.is_back and by.id == person.id):
            self._demand(by, person)
        if not change.is_back:
            if change.stand_in is not None:
                if change.stand_in not in people:
                    raise NotAllowed(
                        AbsenceFault.UNKNOWN_PERSON,
                        f"no person {change.stand_in!r} is in the roster",
                    )
                stand_in = people[change.stand_in]
                self._check_stand_in(person, stand_in, by)
            self._overlaps_none(change, at)
        self._makes_no_room(by, [*(each.change for each in self.kept), change], at)

    def check_end(self, by: Person, number: int, at: datetime) -> None:
        """Raise NotAllowed if `by` may not end the change of this number now."""
        people = {person.id: person for person in self.roster.people}
        found = next((each.change for each in self.kept if each.number == number), None)
        if found is None or found.until <= at:
            raise NotAllowed(AbsenceFault.NONE_HOLDS, f"no absence {number} holds")
        if found.person not in people:
            raise NotAllowed(
                AbsenceFault.UNKNOWN_PERSON, f"no person {found.person!r} is in the roster"
            )
        if not (by.id == found.person and not found.is_back):
            self._demand(by, people[found.person])
        ended = replace(found, until=max(found.since, at))
        after = [ended if each.number == number else each.change for each in self.kept]
        self._makes_no_room(by, after, at)

    def _demand(self, by: Person, person: Person) -> None:
        if not self.may_set(by, person):
            theirs = _is_of_a_superior(self.roster, person)
            raise NotAllowed(
                AbsenceFault.SUPERIORS if theirs else AbsenceFault.NOT_YOURS,
                f"{by.id} sets no absences of {person.id}: {self._who_sets(person)}",
            )

    def _who_sets(self, person: Person) -> str:
        if _is_of_a_superior(self.roster, person):
            return f"a person of {person.unit} does"
        above = _is_above(person, self.office)
        heads = "" if above else f"the head of {person.unit}, the platform, "
        return f"{heads}the leading group or its office does"

    def _check_stand_in(self, person: Person, stand_in: Person, by: Person) -> None:
        _may_stand_in(person, stand_in)
        if stand_in.unit != person.unit and _is_of_a_superior(self.roster, person):
            raise NotAllowed(
                AbsenceFault.SUPERIORS,
                f"{person.unit} is a superior's: one of its own people stands in for {person.id}",
            )
        fit = fit_for_post(self.roster, person.id)
        if fit is not None and stand_in.id not in fit:
            raise NotAllowed(
                AbsenceFault.NO_POST,
                f"{person.id} has a post of the leading group: who has one too, a leader, or a "
                f"deputy in roster.yaml stands in; {stand_in.id} is none of these",
            )
        office = {*by.roles} & OFFICE or by.unit == self.office
        if not office and stand_in.unit != person.unit:
            raise NotAllowed(
                AbsenceFault.OTHER_UNIT,
                f"{stand_in.id} is of another unit: the leading group or its office names them",
            )

    def _overlaps_none(self, change: SetAbsence, at: datetime) -> None:
        """Raise NotAllowed for a second absence of a person at the same time."""
        zone = ZoneInfo(self.roster.zone)
        for each in overlaid(self.roster, [each.change for each in self.kept]).absences:
            begins = max(change.since, at)
            if each.person == change.person and each.since < change.until and each.until > begins:
                last = each.until - timedelta(seconds=1)
                days = f"{each.since.astimezone(zone):%Y-%m-%d} to {last.astimezone(zone):%Y-%m-%d}"
                raise NotAllowed(
                    AbsenceFault.OVERLAP,
                    f"{change.person} is away from {days} already: end that absence first, or say "
                    "that the person is back, or choose other days",
                )

    def _makes_no_room(self, by: Person, changes: Sequence[SetAbsence], at: datetime) -> None:
        """Raise NotAllowed if then, now or later, `by` acted for a person, and would not without
        all that `by` has set.
        """
        after = overlaid(self.roster, changes)
        of_others = [each.change for each in self.kept if each.set_by != by.id]
        without = overlaid(self.roster, of_others)
        both = (*after.absences, *without.absences)
        moments = {at, *(m for each in both for m in (each.since, each.until) if m > at)}
        absent = dict.fromkeys(each.person for each in after.absences if each.person != by.id)
        for moment in sorted(moments):
            for person in absent:
                theirs = _acts(after, by, person, moment)
                if theirs and not _acts(without, by, person, moment):
                    day = f"{moment.astimezone(ZoneInfo(self.roster.zone)):%Y-%m-%d}"
                    then = "" if moment == at else f" from {day} on"
                    raise NotAllowed(
                        AbsenceFault.OWN_ROOM,
                        f"then {by.id} would act for {person}{then}: another person sets that",
                    )


def _acts(roster: Roster, by: Person, person: str, at: datetime) -> bool:
    present = acting_for(roster, person, at)
    return present is not None and present.id == by.id


def _may_set(roster: Roster, by: Person, person: Person, platform: str, office: str) -> bool:
    if {*by.roles} <= OVERSEERS:
        return False
    if _is_of_a_superior(roster, person) or _is_of_a_superior(roster, by):
        return by.unit == person.unit
    if {*by.roles} & OFFICE or (by.unit == office and Role.UNIT_HEAD in by.roles):
        return True
    above = _is_above(person, office)
    decides = {*by.roles} & {Role.DISPATCHER, Role.UNIT_HEAD}
    if by.unit == platform and decides:
        return not above
    own = current_successor(roster.successors, person.unit)
    return Role.UNIT_HEAD in by.roles and own == by.unit and not above


def _is_above(person: Person, office: str) -> bool:
    """Return whether only the leading group and its office set absences of the person."""
    above = {*person.roles} & (OFFICE | {Role.SUPERIOR, Role.AUDITOR})
    return bool(above) or person.unit == office


def _is_of_a_superior(roster: Roster, person: Person) -> bool:
    """Return whether the person is a superior, or of its unit: one of these may stand in for it."""
    return any(each.unit == person.unit and Role.SUPERIOR in each.roles for each in roster.people)


def _may_stand_in(person: Person, stand_in: Person) -> None:
    if stand_in.id == person.id:
        raise NotAllowed(AbsenceFault.THEMSELVES, f"{person.id} cannot stand in for themselves")
    if (Role.AUDITOR in person.roles) != (Role.AUDITOR in stand_in.roles):
        raise NotAllowed(
            AbsenceFault.AUDITORS_APART,
            "an auditor stands in for auditors alone, and they for auditors",
        )
    if {*stand_in.roles} <= OVERSEERS and not {*person.roles} <= OVERSEERS:
        raise NotAllowed(
            AbsenceFault.ACTS_ON_NONE, f"{stand_in.id} acts on no case, so cannot stand in"
        )
    if {*stand_in.roles} == {Role.AUXILIARY} and {*person.roles} != {Role.AUXILIARY}:
        raise NotAllowed(
            AbsenceFault.AUXILIARY,
            f"{stand_in.id} is an auxiliary, and stands in for auxiliaries alone",
        )
