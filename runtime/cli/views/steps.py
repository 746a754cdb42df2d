"""The steps of the law that a part of a case has still to take, for people to read."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from domain.case.flows import dates
from domain.case.state import Case
from domain.sla.clocks import Clock
from domain.sla.explanations import local


def steps_left(case: Case, clock: Clock) -> Iterator[str]:
    """Yield a line for each step of the part that the clock measures, with its date."""
    part, zone = case.part(clock.id), ZoneInfo(case.plan.calendar.zone)
    for step, at in dates(case, part) if part else ():
        yield f"step {step}: due {local(at, zone)}"
