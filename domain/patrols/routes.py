"""Which patrols a day has: those of the schedules, and those that a person has planned.

A patrol is one route on one day. It is never stored: schedule and day make it again. What is kept
is what happened at each of its grids (domain/patrols/stops.py).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from domain.planning.grids import living_grids
from domain.policy.model import Policy
from domain.policy.patrols import END_OF_DAY, PatrolSchedule
from domain.sla.calendars import Calendar

ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A person says that a patrol is not to be, before it is over, and why."""

    patrol: str
    day: date
    person: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Patrol:
    """One route on one day, from `opens` until `closes`.

    `id`: the schedule and the day, `market.2026-12-01`; of a planned one it begins with a capital,
    which no schedule does. `why`: the reason of the person who planned it. `version`: of its
    schedule. `counts_from`: since when the town knows that; a patrol that was over by then misses
    nothing.
    """

    id: str
    day: date
    unit: str
    grids: tuple[str, ...]
    opens: datetime
    closes: datetime
    look_at: tuple[str, ...] = ()
    schedule: str | None = None
    planned_by: str | None = None
    why: str = ""
    version: str = ""
    counts_from: datetime = ALWAYS
    cancelled: Cancellation | None = None

    @property
    def counts(self) -> bool:
        """Return whether a grid without a pass is missed."""
        return self.cancelled is None and self.closes > self.counts_from


def scheduled(policy: Policy, day: date) -> Iterator[Patrol]:
    """Yield the patrols of the schedules on a day, in the order of their file.

    With the grids as the schedule names them: domain/patrols/days.py has what they are now.
    """
    rules, calendar = policy.patrols, policy.calendar
    for each in rules.schedules if rules else ():
        grids = route_of(policy, each)
        if any(living_grids(policy, grid) for grid in grids) and falls_on(calendar, each, day):
            yield Patrol(
                id=f"{each.id}.{day}",
                day=day,
                unit=each.unit,
                grids=grids,
                opens=calendar.instant(day, timedelta(0)),
                closes=closing(calendar, day, each.until),
                look_at=each.look_at,
                schedule=each.id,
                version=version_of(policy, each),
            )


def versions_of(policy: Policy) -> tuple[str, ...]:
    """Return the versions of the schedules of today."""
    rules = policy.patrols
    return tuple(version_of(policy, each) for each in rules.schedules) if rules else ()


def version_of(policy: Policy, schedule: PatrolSchedule) -> str:
    """Return a name of what a schedule asks for: another route, day or hour is another version.

    What it is called, and what it looks at, may change without that.
    """
    living = (grid for each in route_of(policy, schedule) for grid in living_grids(policy, each))
    said = (
        schedule.unit,
        " ".join(living),
        schedule.first_day.isoformat(),
        schedule.last_day.isoformat() if schedule.last_day else "",
        " ".join(map(str, schedule.weekdays)),
        str(schedule.every),
        str(schedule.days_off),
        str(schedule.until),
    )
    return f"{schedule.id}:{sha256(chr(10).join(said).encode()).hexdigest()[:16]}"


def planned_id(number: str, day: date) -> str:
    """Return the id of a patrol that a person plans, from the first letters of an act's id."""
    letters = "".join(each for each in number.upper() if each.isalnum())
    return f"P{letters[:8]}.{day}"


def day_of(patrol: str) -> date | None:
    """Return the day of a patrol, from its id; None for what is no id of one."""
    name, _, day = patrol.rpartition(".")
    try:
        return date.fromisoformat(day) if name else None
    except ValueError:
        return None


def closing(calendar: Calendar, day: date, until: timedelta) -> datetime:
    """Return the moment after which what has no pass is missed."""
    if until >= END_OF_DAY:
        return calendar.instant(day + _DAY, timedelta(0))
    return calendar.instant(day, until)


def falls_on(calendar: Calendar, schedule: PatrolSchedule, day: date) -> bool:
    """Return whether a schedule has a patrol on the day."""
    last = schedule.last_day or day
    if not schedule.first_day <= day <= last:
        return False
    works = bool(calendar.hours_on(day))
    if schedule.every is None:
        return day.weekday() in schedule.weekdays and (works or schedule.days_off)
    return works and _worked(calendar, schedule.first_day, day) % schedule.every == 0


def _worked(calendar: Calendar, first: date, day: date) -> int:
    """Return the number of working days from the first day until the day before."""
    days = (first + number * _DAY for number in range((day - first).days))
    return sum(bool(calendar.hours_on(each)) for each in days)


def route_of(policy: Policy, schedule: PatrolSchedule) -> tuple[str, ...]:
    """Return the grids that a schedule names, or those of its zone."""
    zone = schedule.zone
    named = [each.id for each in policy.grids if zone is not None and each.zone == zone]
    return tuple(dict.fromkeys(named or schedule.route))


def today(policy: Policy, now: datetime) -> date:
    """Return the day in the town."""
    return now.astimezone(ZoneInfo(policy.calendar.zone)).date()


def days_of(policy: Policy, since: datetime, until: datetime) -> Iterator[date]:
    """Yield the days of the town that have some time of the span, in order."""
    day, last = today(policy, since), today(policy, until)
    while day <= last:
        yield day
        day += _DAY
