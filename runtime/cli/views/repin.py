"""Prints what a new policy moves, case by case."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from domain.case.repinning.preview import Preview
from domain.case.state import Case
from domain.sla.clocks import Due
from domain.sla.explanations import local
from runtime.cli.output import Output, Table


def print_previews(previews: Sequence[tuple[Case, Preview]], policy: str) -> None:
    out = Output()
    if not previews:
        out.print("no open case is under another version of this policy")
        return
    table = Table()
    for column in ("case", "clock", "due", "then due"):
        table.add_column(column, no_wrap=True)
    for case, found in previews:
        zone = ZoneInfo(case.plan.calendar.zone)
        if found.problem:
            table.add_row(case.case_id, "", "", f"cannot be moved: {found.problem}", style="red")
        if found.holder is not None:
            table.add_row(case.case_id, "", "at once", f"goes to {found.holder}", style="yellow")
        for move in found.moves:
            style = "bold" if move.moves else "dim"
            before, after = _at(move.due_before, zone), _at(move.due_after, zone)
            table.add_row(case.case_id, move.clock, before, after, style=style)
        for clock in found.overtaken:
            happens = "the deadline missed before is overtaken"
            table.add_row(case.case_id, clock, "at once", happens, style="yellow")
        for each in found.fires:
            happens = f"{each.rung}: its moment is past, {local(each.moment, zone)}"
            table.add_row(case.case_id, each.clock, "at once", happens, style="yellow")
        if found.coming is not None:
            what, at = found.coming
            table.add_row(case.case_id, "", "next", f"{what} at {_at(at, zone)}", style="dim")
    out.table(table)
    moved = sum(any(move.moves for move in found.moves) for _, found in previews)
    out.print(f"{moved} of {len(previews)} open cases move under {policy}", style="dim")


def _at(due: Due | None, zone: ZoneInfo) -> str:
    if due is None:
        return "paused"
    return local(due.at, zone) + " (provisional)" * due.provisional
