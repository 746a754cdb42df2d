"""Why a deadline is what it is: one sentence, and the stretches of time that add up to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from domain.sla.calendars import Calendar
from domain.sla.calling_hours import CALLING_HOURS, calling_hours
from domain.sla.clocks import IN_DAYS, Clock, Due, Measure, cap_now, due, running_spans
from domain.sla.working_days import DAY

_OPENS, _CLOSES = CALLING_HOURS.start, CALLING_HOURS.stop


@dataclass(frozen=True, slots=True)
class Explanation:
    """`counted` are the stretches that count, in order; their sum is `amount`.

    The last one ends at `due_at`, unless the deadline of a superior (`cap`) decided, or of the case
    `cap_of`. So the deadline can be recomputed from the explanation alone. `due_at` is None while
    the clock is paused.
    """

    clock: str
    started_at: datetime
    amount: timedelta
    counted: tuple[tuple[datetime, datetime], ...]
    cap: datetime | None
    due_at: datetime | None
    provisional: bool
    sentence: str
    cap_of: str | None = None


def explain(clock: Clock, calendar: Calendar, cap_of: str | None = None) -> Explanation:
    """Return the explanation of the clock's deadline, with its sentence in English. `cap_of`: the
    case that follows and whose limit the cap of the clock is; None: a superior's deadline is.
    """
    deadline = due(clock, calendar)
    cap = cap_now(clock, calendar)
    capped = deadline is not None and deadline.at == cap
    counted = tuple(_counted(clock, calendar, deadline.at)) if deadline else ()
    return Explanation(
        clock=clock.id,
        started_at=clock.started_at,
        amount=sum((end - start for start, end in counted), timedelta(0)),
        counted=counted,
        cap=cap if capped else None,
        due_at=deadline.at if deadline else None,
        provisional=deadline is not None and deadline.provisional,
        sentence=_sentence(clock, calendar, deadline, _cap_said(cap_of) if capped else ""),
        cap_of=cap_of if capped else None,
    )


def recompute(explanation: Explanation) -> datetime | None:
    """Return the deadline that follows from the explanation alone, to compare with `due_at`."""
    if explanation.due_at is None or explanation.cap is not None:
        return explanation.cap
    left = explanation.amount
    for begins, ends in explanation.counted:
        if ends - begins >= left:
            return begins + left
        left -= ends - begins
    return explanation.started_at


def _counted(
    clock: Clock, calendar: Calendar, deadline: datetime
) -> list[tuple[datetime, datetime]]:
    spans: list[tuple[datetime, datetime]] = []
    for start, end in running_spans(clock, deadline):
        if end is not None and clock.measure is Measure.CALLING:
            spans.extend(calling_hours(calendar.zone).spans(start, end))
        elif end is not None and clock.measure is not Measure.WORKING:
            spans.append((start, end))
        elif end is not None:
            spans.extend(calendar.spans(start, end))
    return spans


def _cap_said(case: str | None) -> str:
    whose = "the superior's deadline" if case is None else f"{case}, which follows this case"
    return f"but no later than {whose}"


def _sentence(clock: Clock, calendar: Calendar, deadline: Due | None, capped: str) -> str:
    zone = ZoneInfo(calendar.zone)
    amount = said(clock.budget, clock.measure, calendar.id)
    parts = [f"{amount} from {local(clock.started_at, zone)}"]
    more = working_days if clock.measure in IN_DAYS else hours
    parts += [f"extended by {more(e.amount)} ({e.reason})" for e in clock.extensions]
    for pause in clock.pauses:
        end = local(pause.until, zone) if pause.until else "now on"
        parts.append(f"not counting {local(pause.since, zone)} to {end} ({pause.cause})")
    if capped:
        parts.append(capped)
    if deadline is None:
        return ", ".join(parts) + ": no deadline while the clock stands still"
    tail = ""
    if deadline.provisional:
        tail = f" (provisional: holidays are published until {calendar.published_until})"
    return ", ".join(parts) + f": due {local(deadline.at, zone)}{tail}"


def said(budget: timedelta, measure: Measure, calendar: str = "") -> str:
    """Format a limit: `40 h of working time (town)`, `2 h of time`, `2 working days (town)`."""
    of = f" ({calendar})" if calendar else ""
    match measure:
        case Measure.CONTINUOUS:
            return f"{hours(budget)} of time"
        case Measure.WORKING:
            return f"{hours(budget)} of working time{of}"
        case Measure.CALLING:
            return f"{hours(budget)} between {_OPENS:02}:00 and {_CLOSES:02}:00"
        case Measure.WORKING_DAYS:
            return f"{working_days(budget)}{of}"
        case Measure.END_OF_DAY:
            return f"{working_days(budget)}{of}, to the end of the day,"
        case _:
            assert_never(measure)


def working_days(amount: timedelta) -> str:
    """Format working hours, of which a pack writes 8 for a day: `2 working days`."""
    days = amount / DAY
    return f"{days:g} working day{'s' * (days != 1)}"


def hours(amount: timedelta) -> str:
    """Format a duration: `40 h`, `2 h 30 min`, `15 min`."""
    minutes, seconds = divmod(int(amount.total_seconds()), 60)
    whole, rest = divmod(minutes, 60)
    parts = [f"{whole} h"] * bool(whole) + [f"{rest} min"] * bool(rest)
    return " ".join(parts + [f"{seconds} s"] * bool(seconds)) or "no time"


def local(instant: datetime, zone: ZoneInfo) -> str:
    """Format an instant in local time: `Mon 2026-03-02 16:00`."""
    return instant.astimezone(zone).strftime("%a %Y-%m-%d %H:%M")
