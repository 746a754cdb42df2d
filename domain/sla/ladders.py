"""Ladders: the escalation steps of a clock, in order. Which rung is next, and which are due."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.people.rosters import Recipient
from domain.sla.calendars import Calendar
from domain.sla.clocks import Clock, past_due, share_reached


class Action(StrEnum):
    WARN = "warn"  # 预警
    URGE = "urge"  # 催办
    URGE_IN_WRITING = "urge_in_writing"  # 督办单
    TELL_UP = "tell_up"  # 报上一级
    REASSIGN = "reassign"  # 改派: to the next unit responsible for the grid of a direct case
    RAISE_TIER = "raise_tier"  # 升级
    CIRCULATE = "circulate"  # 通报
    INTERVIEW = "interview"  # 约谈: the leading group takes the case over
    REPORT_UP = "report_up"  # 上报: the town can do no more itself


class Late(StrEnum):
    """What a rung does when its moment is long past, after an outage."""

    FIRE = "fire"  # all the same
    COLLAPSE = "collapse"  # gives way to the last later rung that is due as well and tells somebody
    RECORD = "record"  # is written down; nobody is told


@dataclass(frozen=True, slots=True)
class Rung:
    """Fires at `share` percent of the clock's time, or `after` the deadline: exactly one is set.

    `level` is the escalation level (L1 to L6) that the case then has; it never falls.
    """

    id: str
    level: int
    action: Action
    tell: tuple[Recipient, ...]
    late: Late
    share: int | None = None
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """`grace`: how late a rung may fire and still count as on time."""

    id: str
    rungs: tuple[Rung, ...]
    grace: timedelta = timedelta(minutes=10)


class BadLadder(ValueError):
    """The rungs of the ladder could not fire in order; `number` counts them from 0."""

    def __init__(self, ladder: Ladder, number: int, reason: str) -> None:
        super().__init__(f"{ladder.id}/{ladder.rungs[number].id}: {reason}")
        self.number = number


def check_rungs(ladder: Ladder) -> None:
    """Raises BadLadder unless each rung has one moment and rungs are in the order of firing."""
    seen: set[str] = set()
    previous: tuple[int, timedelta] = (0, timedelta(0))
    for number, rung in enumerate(ladder.rungs):
        if (rung.share is None) == (rung.after is None):
            raise BadLadder(ladder, number, "give either share or after")
        if rung.share is not None and not 0 <= rung.share <= 100:  # noqa: PLR2004
            raise BadLadder(ladder, number, "share is a percentage from 0 to 100")
        if rung.after is not None and rung.after < timedelta(0):
            raise BadLadder(ladder, number, "after is before the deadline; give a share")
        order = (rung.share if rung.share is not None else 100, rung.after or timedelta(0))
        if order < previous:
            raise BadLadder(ladder, number, "fires before the rung above it; reorder")
        if rung.id in seen:
            raise BadLadder(ladder, number, "appears twice")
        seen.add(rung.id)
        previous = order


@dataclass(frozen=True, slots=True)
class DueRung:
    """A rung whose moment has passed, and what becomes of it.

    `collapsed_into`: the id of the rung that fires in its place, if `outcome` is COLLAPSE.
    """

    rung: Rung
    moment: datetime
    late: bool
    outcome: Late
    collapsed_into: str | None = None


def moment(rung: Rung, clock: Clock, calendar: Calendar) -> datetime | None:
    """Return when the rung is due; None while an open pause keeps it out of reach."""
    if rung.after is not None:
        return past_due(clock, calendar, rung.after)
    return share_reached(clock, calendar, rung.share or 0)


def pending(ladder: Ladder, clock: Clock) -> tuple[Rung, ...]:
    """Return the rungs that are not done, in order.

    By id and not by place: a new policy may insert, remove or rename rungs.
    """
    return tuple(rung for rung in ladder.rungs if rung.id not in clock.fired)


def next_rung(ladder: Ladder, clock: Clock) -> Rung | None:
    """Return the first rung that is not done."""
    return next(iter(pending(ladder, clock)), None)


def due_rungs(
    ladder: Ladder, clock: Clock, calendar: Calendar, now: datetime
) -> tuple[DueRung, ...]:
    """Return every rung whose moment is past, in order, each with its outcome.

    A moment counts as past strictly after it: what is done at the very moment of a deadline is in
    time, whichever of the two reaches the engine first.
    """
    past: list[tuple[Rung, datetime]] = []
    for rung in pending(ladder, clock):
        at = moment(rung, clock, calendar)
        if at is None or at >= now:
            break
        past.append((rung, at))
    late = {rung.id: now - at > ladder.grace for rung, at in past}
    # After an outage many rungs are late at once. One message is enough for those that collapse:
    # they give way to the last of the due rungs that tells people.
    told = [rung for rung, _ in past if not (late[rung.id] and rung.late is Late.RECORD)]
    return tuple(_step(rung, at, late=late[rung.id], last=told[-1:]) for rung, at in past)


def _step(rung: Rung, at: datetime, *, late: bool, last: list[Rung]) -> DueRung:
    """`last`: the last of the due rungs that tells people; empty if none does."""
    if not late or rung.late is Late.FIRE:
        return DueRung(rung, at, late, Late.FIRE)
    if rung.late is Late.RECORD:
        return DueRung(rung, at, late, Late.RECORD)
    if rung in last:
        return DueRung(rung, at, late, Late.FIRE)
    return DueRung(rung, at, late, Late.COLLAPSE, collapsed_into=last[0].id)
