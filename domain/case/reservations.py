"""What a case has reserved of the town's resources: part of its state, and what others have."""

from dataclasses import dataclass
from datetime import datetime

from domain.policy.resources import ResourceUse


@dataclass(frozen=True, slots=True)
class Reservation:
    """A resource is with the case from `start` until `until`, or until it was freed before.

    `row` is that of the journal which reserved it, at `at` by the person `by`. `part`: the part of
    the case that it is for; None: the case. `confirmed`: the case has seen that none was before it.
    """

    row: int
    resource: str
    unit: str
    use: ResourceUse | None
    start: datetime
    until: datetime
    by: str
    at: datetime
    part: str | None = None
    confirmed: bool = False
    freed_at: datetime | None = None

    def overlaps(self, start: datetime, until: datetime) -> bool:
        """Return whether it has the resource at some time of the span."""
        return self.freed_at is None and self.start < until and start < self.until

    def is_ahead(self, now: datetime) -> bool:
        """Return whether it has the resource now, or will have it."""
        return self.freed_at is None and now < self.until

    def had_at(self, moment: datetime) -> bool:
        """Return whether the case had the resource at a moment, which may be long ago."""
        end = self.until if self.freed_at is None else min(self.until, self.freed_at)
        return self.start <= moment <= end


@dataclass(frozen=True, slots=True)
class OtherReservation:
    """A reservation of any case of the town, as the read model has it."""

    case: str
    resource: str
    start: datetime
    until: datetime
    by: str
    at: datetime
    confirmed: bool = False

    def is_before(self, other: tuple[datetime, str]) -> bool:
        """Return whether it was made before another one, given by its moment and its case."""
        return (self.at, self.case) < other
