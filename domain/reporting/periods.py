"""A period of whole days, from the first to the last."""

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
