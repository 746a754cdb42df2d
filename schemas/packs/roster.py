"""The model of roster.yaml: people, duties, absences, and the last resort."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from domain.people.leading_group import LeadingGroup
from domain.people.rosters import Absence, Duty, Person, Roster
from domain.policy.model import Unit
from domain.vocabulary import Role
from schemas.base import Written
from schemas.durations import Date
from schemas.mistakes import Misplaced
from schemas.packs.ids import Id
from schemas.texts import Name


class Weekday(StrEnum):
    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


def _of_an_official(role: Role) -> Role:
    # In the engine's own role a person could do what PERMISSIONS allows to no person.
    if role in (Role.REPORTER, Role.ENGINE, Role.OUTSIDE):
        raise ValueError(f"{role} is no role for somebody in the roster")
    return role


OfficialRole = Annotated[Role, AfterValidator(_of_an_official)]


class PersonEntry(Written):
    id: Id
    name: Name
    unit: Id
    roles: Annotated[tuple[OfficialRole, ...], Field(min_length=1)]
    deputies: tuple[Id, ...] = ()
    certificate: Name | None = None


class DutyEntry(Written):
    unit: Id
    role: OfficialRole
    people: Annotated[tuple[Id, ...], Field(min_length=1)]
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = tuple(Weekday)
    start: Annotated[int, Field(ge=0, le=23)] = 0
    end: Annotated[int, Field(ge=1, le=24)] = 24

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "DutyEntry":
        if self.end <= self.start:
            raise Misplaced("ends before it starts; write a night as two duties", "end")
        return self

    def to_domain(self) -> Duty:
        days = tuple(Weekday)
        weekdays = tuple(sorted({days.index(day) for day in self.days}))
        return Duty(self.unit, self.role, self.people, weekdays, self.start, self.end)


_FIRST_DAY, _LAST_DAY = date.min + timedelta(days=1), date.max - timedelta(days=2)


class AbsenceEntry(Written):
    """An absence in whole days of the town's time zone; `last_day` is included."""

    person: Id
    first_day: Date
    last_day: Date

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "AbsenceEntry":
        if self.last_day < self.first_day:
            raise Misplaced("lies before first_day; turn the days round", "last_day")
        return self

    def to_domain(self, zone: ZoneInfo) -> Absence:
        # In the first and the last days of the calendar a time zone would lead out of it.
        first_day, last_day = (
            min(max(day, _FIRST_DAY), _LAST_DAY) for day in (self.first_day, self.last_day)
        )
        since = datetime.combine(first_day, time(), zone)
        until = datetime.combine(last_day + timedelta(days=1), time(), zone)
        return Absence(self.person, since.astimezone(UTC), until.astimezone(UTC))


class LeadingGroupEntry(Written):
    """The posts of the leading group: people of the roster, and units by their heads."""

    head: Id
    standing_deputy: Id | None = None
    deputies: tuple[Id, ...] = ()
    members: tuple[Id, ...] = ()

    def to_domain(self) -> LeadingGroup:
        return LeadingGroup(**dict(self))


class RosterFile(Written):
    people: Annotated[tuple[PersonEntry, ...], Field(min_length=1)]
    duties: tuple[DutyEntry, ...] = ()
    absences: tuple[AbsenceEntry, ...] = ()
    last_resort: Annotated[tuple[Id, ...], Field(min_length=1)]
    leading_group: LeadingGroupEntry | None = None

    def people_to_domain(self) -> tuple[Person, ...]:
        return tuple(Person(**dict(entry)) for entry in self.people)

    def duties_to_domain(self) -> tuple[Duty, ...]:
        return tuple(entry.to_domain() for entry in self.duties)

    def to_domain(self, zone: str, units: tuple[Unit, ...]) -> Roster:
        place = ZoneInfo(zone)
        return Roster(
            zone=zone,
            people=self.people_to_domain(),
            last_resort=self.last_resort,
            parents=tuple((unit.id, unit.parent) for unit in units if unit.parent),
            successors=tuple((unit.id, unit.successor) for unit in units if unit.successor),
            kinds=tuple((unit.id, unit.kind) for unit in units),
            duties=self.duties_to_domain(),
            absences=tuple(entry.to_domain(place) for entry in self.absences),
            leading_group=self.leading_group.to_domain() if self.leading_group else None,
        )
