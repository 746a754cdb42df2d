"""A period of whole days, from the first to the last."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Period:
    """A period that includes both days. It begins and ends at midnight in the zone of the case."""

    first_day: date
    last_day: date

    def begins(self, zone: str) -> datetime:
        """Return the first instant of the period."""
        return datetime.combine(self.first_day, time(), ZoneInfo(zone))

    def ends(self, zone: str) -> datetime:
        """Return the first instant after the period."""
        return datetime.combine(self.last_day + timedelta(days=1), time(), ZoneInfo(zone))

    def has(self, at: datetime, zone: str) -> bool:
        """Return True if the instant lies in the period."""
        return self.begins(zone) <= at < self.ends(zone)

    def months(self) -> tuple["Period", ...]:
        """Return the months of the period, in order; the first and the last may be parts of one."""
        found, first = list[Period](), self.first_day
        while first <= self.last_day:
            _, days = monthrange(first.year, first.month)
            last = min(first.replace(day=days), self.last_day)
            found.append(Period(first, last))
            first = last + timedelta(days=1)
        return tuple(found)
