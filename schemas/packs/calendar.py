"""The model of calendar.yaml: the plain week, the holidays that apply, the town's own days."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, model_validator

from domain.sla.calendars import Calendar, Spans
from schemas.base import Written
from schemas.durations import Date, Span
from schemas.mistakes import Misplaced
from schemas.packs.ids import Id


def _in_order(spans: Spans) -> Spans:
    for (_, closes), (opens, _) in pairwise(spans):
        if opens < closes:
            raise ValueError("spans overlap or are out of order; write them as the day goes")
    return spans


Day = Annotated[tuple[Span, ...], AfterValidator(_in_order)]


class WeekEntry(Written):
    monday: Day
    tuesday: Day
    wednesday: Day
    thursday: Day
    friday: Day
    saturday: Day
    sunday: Day

    @model_validator(mode="after")
    def _has_hours(self) -> "WeekEntry":
        if not any(self.to_domain()):
            raise ValueError("no working hours on any day; no deadline would ever come")
        return self

    def to_domain(self) -> tuple[Spans, ...]:
        return tuple(spans for _, spans in self)


class ExceptionEntry(Written):
    date: Date
    hours: Day
    why: str = ""


class CalendarFile(Written):
    """A calendar with published `holidays`, or with days of its own until `published_until`.

    With both, `exceptions` have the notice of a year that `holidays` do not know yet.
    """

    id: Id
    week: WeekEntry
    holidays: str | None = None
    published_until: Date | None = None
    exceptions: tuple[ExceptionEntry, ...] = ()

    @model_validator(mode="after")
    def _knows_how_far_it_goes(self) -> "CalendarFile":
        if self.published_until is None:
            if self.holidays is None:
                raise Misplaced(
                    "give either holidays (china) or published_until, "
                    "the last day for which `exceptions` are complete"
                )
        elif self.holidays is not None and not self._has_days_of(self.published_until.year):
            raise Misplaced(
                f"no exception is in {self.published_until.year}; list the days off and the "
                "make-up working days of the notice under `exceptions`, or remove published_until",
                "published_until",
            )
        return self

    def _has_days_of(self, year: int) -> bool:
        return any(entry.date.year == year for entry in self.exceptions)

    def noticed_until(self, known: date) -> date:
        """Return the last day that is published, if the holidays are until `known`.

        Each year after that needs days of its notice: a day off in the week, or a working day at
        its end. A half day of the town is none. A year without ends what is published.
        """
        if self.published_until is None or self.published_until <= known:
            return known
        for year in range(known.year + 1, self.published_until.year + 1):
            if year not in self._noticed_years():
                return max(known, date(year - 1, 12, 31))
        return self.published_until

    def _noticed_years(self) -> set[int]:
        week = self.week.to_domain()
        return {
            entry.date.year
            for entry in self.exceptions
            if bool(entry.hours) != bool(week[entry.date.weekday()])
        }

    def to_domain(
        self, zone: str, holidays: Iterable[tuple[date, Spans]], published_until: date
    ) -> Calendar:
        """Return the calendar. Where both have a day, the town's exception outranks the holiday."""
        days = dict(holidays) | {entry.date: entry.hours for entry in self.exceptions}
        exceptions = tuple(sorted(days.items()))
        return Calendar(self.id, zone, self.week.to_domain(), exceptions, published_until)
