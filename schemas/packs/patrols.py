"""The model of patrols.yaml, which is optional: routes of grids, and looking back at cases."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, PlainValidator, model_validator
from typing_extensions import override

from domain.characters import quoted
from domain.policy.patrols import END_OF_DAY, LookBackRule, PatrolRules, PatrolSchedule
from domain.sla.clocks import Measure
from schemas.base import Written
from schemas.durations import CountedAmount, Date, clock_time, counted
from schemas.mistakes import Misplaced
from schemas.packs.escalation import RecipientEntry
from schemas.packs.ids import Id
from schemas.packs.roster import Weekday
from schemas.packs.sections import SectionFile
from schemas.packs.source_names import SourceName
from schemas.texts import Code, Name


def _until(text: object) -> timedelta:
    if text == "24:00":
        return END_OF_DAY
    minutes = clock_time(text) if isinstance(text, str) else None
    if not minutes:
        raise ValueError(f'{quoted(text)} is not a time of day; write "17:30", or "24:00"')
    return timedelta(minutes=minutes)


def _after(text: object) -> CountedAmount:
    """Parse `10wd`, `4wh` or `7nd`; a plain `30min` is working time."""
    return counted(text, days=False)


class ScheduleEntry(Written):
    """One schedule, on weekdays (`on`) or each so many working days (`every`)."""

    id: Id
    name: Name
    name_en: Name
    unit: Id
    first_day: Date
    last_day: Date | None = None
    route: tuple[Code, ...] = ()
    zone: Id | None = None
    on: tuple[Weekday, ...] = ()
    every: Annotated[int | None, Field(ge=1, le=250)] = None
    days_off: bool = False
    until: Annotated[timedelta, PlainValidator(_until)] = END_OF_DAY
    look_at: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _says_where_and_when(self) -> "ScheduleEntry":
        if bool(self.route) == (self.zone is not None):
            raise ValueError("name either the grids of its `route`, or the `zone` of its grids")
        if bool(self.on) == (self.every is not None):
            raise ValueError(
                "say either the days of the week (`on: [monday]`), or `every: 2`, each second "
                "working day"
            )
        if self.days_off and not self.on:
            raise Misplaced("goes with `on`: `every` counts working days alone", "days_off")
        return self

    def to_domain(self) -> PatrolSchedule:
        said = {name: value for name, value in self if name != "on"}
        days = tuple(Weekday)
        return PatrolSchedule(**said, weekdays=tuple(sorted({days.index(day) for day in self.on})))


class LookBackEntry(Written):
    """One rule. `share`: of so many percent of the cases, chosen by their numbers."""

    after: Annotated[CountedAmount, PlainValidator(_after)]
    categories: tuple[Code, ...] = ()
    share: Annotated[int, Field(ge=1, le=100)] = 100

    def to_domain(self) -> LookBackRule:
        measure = self.after.measure or Measure.WORKING
        return LookBackRule(self.after.amount, measure, self.categories, self.share)


class PatrolsFile(SectionFile):
    source: SourceName | None = None
    schedules: Annotated[tuple[ScheduleEntry, ...], Field(max_length=500)] = ()
    look_backs: Annotated[tuple[LookBackEntry, ...], Field(max_length=100)] = ()
    missed: Annotated[tuple[RecipientEntry, ...], Field(max_length=20)] = ()

    @override
    def to_domain(self) -> PatrolRules:
        return PatrolRules(
            tuple(entry.to_domain() for entry in self.schedules),
            tuple(entry.to_domain() for entry in self.look_backs),
            self.source,
            tuple(entry.to_domain() for entry in self.missed),
        )
