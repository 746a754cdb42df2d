"""Prints a case as its citizen may see it."""

from zoneinfo import ZoneInfo

from domain.case.public_view import PublicView
from domain.sla.explanations import local
from runtime.cli.output import Output, Table


def print_followed(view: PublicView) -> None:
    zone = ZoneInfo(view.zone)
    out, table = Output(), Table(show_header=False)
    promised = local(view.promised, zone) if view.promised else "-"
    rows = (
        ("办理状态 status", view.note),
        ("事项 matter", view.category or "-"),
        ("承办单位 unit", view.unit or "-"),
        ("登记时间 received", local(view.received_at, zone)),
        ("承诺时限 promised", promised + " (暂定 provisional)" * view.provisional),
        ("更新时间 updated", local(view.changed_at, zone)),
        ("并案 merged", "与同一事项的另一件一并办理 with another report" if view.merged else ""),
        ("并案理由 because", view.merged_because or ""),
        ("答复 answer", view.answer or ""),
    )
    out.print((view.case_id, "bold"))
    for name, value in rows:
        if value:
            table.add_row(name, value)
    out.table(table)
