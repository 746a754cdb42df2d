"""A case in one line: what lists, the Temporal UI and read models show of it."""

from dataclasses import dataclass
from datetime import datetime

from domain.agenda import Item, next_item
from domain.case import Case
from domain.clocks import Due, due
from domain.plans import CITIZEN

TITLE_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Summary:
    """`coming` is what the engine wakes for next; `citizen_due` is the promise to the citizen."""

    title: str
    citizen_due: Due | None
    coming: Item | None


def summarize(case: Case) -> Summary:
    citizen = case.clock(CITIZEN)
    running = citizen is not None and citizen.is_running
    return Summary(
        title=title(case),
        citizen_due=due(citizen, case.plan.calendar) if citizen and running else None,
        coming=None if case.stage.is_final else next_item(case),
    )


def title(case: Case) -> str:
    text = " ".join(case.plan.complaint.text.split())
    return text if len(text) <= TITLE_LENGTH else text[: TITLE_LENGTH - 1] + "…"


def next_due(case: Case) -> datetime | None:
    """The earliest deadline of a running clock, in the past when it was missed."""
    deadlines = (due(clock, case.plan.calendar) for clock in case.clocks if clock.is_running)
    return min((deadline.at for deadline in deadlines if deadline), default=None)
