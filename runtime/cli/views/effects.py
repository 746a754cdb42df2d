"""Prints what an act did: its rows, whom they told, and the deadlines that hold now."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.case.escalation.facts import RungReached
from domain.case.events import Event
from domain.case.evolve import evolve, fold
from domain.case.state import Case
from domain.sla.clocks import due as due_of
from domain.sla.explanations import local
from runtime.cli.output import Output, Table, say_json
from runtime.cli.views.case_list import PROVISIONAL, due
from runtime.cli.views.events import detail, headline, in_zone
from schemas.commands import CommandAnswer

FAR = 500
"""How many rows `cases explain` looks ahead: a forecast of as many may go on after them."""
SHOWN = 50
"""How many of these it shows."""


def print_answer(answer: CommandAnswer, events: Sequence[Event] = (), *, now: datetime) -> None:
    """Print where the case is, what the command wrote, and what is due now.

    `events`: those of the case up to now; () where the rows are not there yet.
    """
    out = Output()
    out.print(
        f"{answer.case_id} is {answer.stage} (journal row {answer.case_id}:{answer.seq}, "
        f"command {answer.command_id})"
    )
    if not events:
        return
    table = Table(show_header=False)
    for name, what in (*_written(events, answer.command_id), *_deadlines(fold(events), now)):
        table.add_row(name, what)
    out.table(table)


def answer_as_json(answer: CommandAnswer, events: Sequence[Event] = ()) -> None:
    """Print one document: the answer, the rows that the command wrote, and what is due now."""
    case = fold(events) if events else None
    say_json(
        answer.model_dump(mode="json")
        | {
            "holder": case.holder if case else None,
            "wrote": [
                {"what": name, "detail": what} for name, what in _written(events, answer.command_id)
            ],
            "due": {id_: at.isoformat() for id_, at, _ in _running(case)} if case else {},
        }
    )


def told_last(coming: Sequence[Event], now: datetime) -> datetime | None:
    """Return when the last person is told, if no one acts; None if no one is told any more."""
    told = [
        each.at
        for each in coming
        if isinstance(each.fact, RungReached) and each.fact.told and each.at >= now
    ]
    return max(told, default=None)


def until_when_told(coming: Sequence[Event], now: datetime, zone: ZoneInfo) -> str:
    """Say after when no further person is told, if no one acts; `coming` is at most FAR long."""
    last = told_last(coming, now)
    if last is None:
        return "no further person will be told"
    if len(coming) >= FAR:
        return f"people are told until {local(last, zone)} at least"
    return f"after {local(last, zone)} no further person will be told"


def _written(events: Sequence[Event], command_id: str) -> Iterator[tuple[str, str]]:
    before: Case | None = None
    for event in events:
        if event.command_id == command_id:
            zone = ZoneInfo(before.plan.calendar.zone) if before else ZoneInfo("UTC")
            yield headline(event), detail(event, in_zone(zone), before)
        before = evolve(before, event)


def _running(case: Case) -> Iterator[tuple[str, datetime, bool]]:
    """Yield the clocks that run and have a deadline, the first to be due at the top."""
    calendar = case.plan.calendar
    found = [(each.id, due_of(each, calendar)) for each in case.clocks if each.is_running]
    dated = [(id_, deadline) for id_, deadline in found if deadline is not None]
    for id_, deadline in sorted(dated, key=lambda each: each[1].at):
        yield id_, deadline.at, deadline.provisional


def _deadlines(case: Case, now: datetime) -> Iterator[tuple[str, str]]:
    zone = ZoneInfo(case.plan.calendar.zone)
    running = [*_running(case)]
    for id_, at, provisional in running:
        yield f"{id_} due", f"{local(at, zone)}  {due(at, now)}{PROVISIONAL * provisional}"
    if not running:
        yield "due", "nothing: no clock runs"
