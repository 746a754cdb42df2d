"""Lists, one case, its deadlines explained, an answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from domain.case import Case, fold
from domain.events import Event
from domain.explanations import explain, hours, local
from runtime.views.events import detail, headline
from schemas.commands import CommandAnswer
from schemas.records import CaseRow
from store.cases import is_late

_MINUTE = timedelta(minutes=1)


def print_list(rows: Sequence[CaseRow], total: int, now: datetime) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("case", "tier", "stage", "unit", "due", "L", "what"):
        table.add_column(column, no_wrap=column != "what", overflow="ellipsis")
    for row in rows:
        late = is_late(row, now)
        table.add_row(
            row.case_id,
            row.tier,
            row.stage,
            row.holder or "-",
            _due(row.next_due, now) if row.closed_at is None else "-",
            str(row.level),
            row.title,
            style="red" if late else None,
        )
    console = Console()
    console.print(table)
    console.print(f"{len(rows)} of {total} cases", style="dim")


def print_case(events: Sequence[Event], now: datetime) -> None:
    case = fold(events)
    plan, zone = case.plan, ZoneInfo(case.plan.calendar.zone)
    console = Console()
    console.print(f"[bold]{case.case_id}[/bold]  {case.tier}  {case.stage}  L{case.level}")
    console.print(plan.complaint.text, markup=False)
    table = Table.grid(padding=(0, 2))
    table.add_row("unit", case.holder or f"none yet; with {plan.platform}")
    table.add_row("category", f"{plan.category or 'none yet'} {plan.category_name}".strip())
    table.add_row("from", f"{plan.complaint.channel} {plan.complaint.complaint_id}")
    for choice in plan.choices:
        table.add_row(f"why {choice.question}", f"{choice.answer}: {choice.rule}")
    for clock in case.clocks:
        if clock.is_running:
            found = explain(clock, plan.calendar)
            due = local(found.due_at, zone) if found.due_at else "stands still"
            table.add_row(f"{clock.id} clock", f"{due}  {_due(found.due_at, now)}".strip())
    console.print(table)
    console.print()
    history = Table(box=None, pad_edge=False, show_header=False)
    for event in events:
        history.add_row(
            str(event.seq), local(event.at, zone), headline(event), _plain(detail(event))
        )
    console.print(history)


def print_explanation(case: Case, coming: Sequence[Event], now: datetime) -> None:
    zone = ZoneInfo(case.plan.calendar.zone)
    console = Console()
    console.print(f"[bold]{case.case_id}[/bold]  {case.tier}  {case.stage}")
    running = [clock for clock in case.clocks if clock.is_running]
    if not running:
        console.print("no clock runs: the case is over")
        return
    for clock in running:
        found = explain(clock, case.plan.calendar)
        state = "missed" if clock.missed else _due(found.due_at, now)
        console.print(f"[bold]{clock.id}[/bold] {state}")
        console.print(f"  {_plain(found.sentence)}", highlight=False)
    console.print("\n[bold]if nothing happens[/bold]")
    table = Table(box=None, pad_edge=False, show_header=False)
    for event in coming:
        table.add_row(local(event.at, zone), headline(event), _plain(detail(event)))
    console.print(table)


def print_answer(answer: CommandAnswer) -> None:
    Console().print(
        f"{answer.case_id} is {answer.stage} (journal row {answer.seq}, "
        f"command {answer.command_id})",
        highlight=False,
    )


def _due(due: datetime | None, now: datetime) -> str:
    if due is None:
        return "-"
    left = due - now
    rounded = timedelta(minutes=round(abs(left) / _MINUTE))
    return f"in {hours(rounded)}" if left > timedelta(0) else f"late {hours(rounded)}"


def _plain(text: str) -> str:
    """Text of people, not markup."""
    return text.replace("[", "\\[")
