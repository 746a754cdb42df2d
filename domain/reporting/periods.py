"""A period of whole days, as an official says it: from the first to the last."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Period:
    """Both days belong to it. It begins and ends at midnight where the case is."""

    first_day: date
    last_day: date

    def begins(self, zone: str) -> datetime:
        return datetime.combine(self.first_day, time(), ZoneInfo(zone))

    def ends(self, zone: str) -> datetime:
        """The first moment that is no longer in it."""
        return datetime.combine(self.last_day + timedelta(days=1), time(), ZoneInfo(zone))

    def has(self, at: datetime, zone: str) -> bool:
        return self.begins(zone) <= at < self.ends(zone)
