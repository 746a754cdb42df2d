"""The report on a period, for people: closed is never shown without solved beside it."""

from collections.abc import Callable, Mapping

from rich.table import Table

from domain.indicators import Closing
from domain.joint_results import Actions, Progress
from domain.policies import Campaign, Policy
from domain.reports import Report
from runtime.views.cases import console

_COLUMNS: tuple[tuple[str, Callable[[Closing], str]], ...] = (
    ("受理\nreceived", lambda c: str(c.received)),
    ("立案\naccepted", lambda c: str(c.accepted)),
    ("办结\nclosed", lambda c: str(c.closed)),
    ("办结率\nclosed", lambda c: _rate(c.closing_rate)),
    ("解决率\nsolved", lambda c: _of(c.solved, c.asked, c.solving_rate)),
    ("满意率\nsatisfied", lambda c: _of(c.satisfied, c.rated, c.satisfaction_rate)),
    ("按期\nin time", lambda c: _rate(c.in_time_rate)),
    ("超期\nlate", lambda c: str(c.late)),
    ("豁免\nexempt", lambda c: str(c.exempted)),
    ("退单\nreturned", lambda c: str(c.returned)),
    ("返工\nreworked", lambda c: str(c.reworked)),
    ("重办\nreopened", lambda c: str(c.reopened)),
    ("挂账\nsuspended", lambda c: str(c.suspended)),
    ("积存\nbacklog", lambda c: str(c.backlog)),
)


def print_report(tenant: str, report: Report, policy: Policy | None) -> None:
    """`policy` is the tenant's of today, for the names and targets of its campaigns."""
    out, whole = console(), report.all_tiers
    period = f"{report.period.first_day} to {report.period.last_day}"
    name = f"{policy.name} " if policy else ""
    out.print(f"[bold]{name}{tenant}[/bold]  cases that came from {period}")
    out.print(_closings(report))
    out.print(
        f"not taken on: {whole.refused} refused, {whole.merged} merged into another case, "
        f"{whole.withdrawn} withdrawn, {_waiting(whole)} not sorted yet"
    )
    if report.actions.actions:
        out.print(f"\n[bold]联合行动 joint actions[/bold]  {_actions(report.actions)}")
    campaigns = {each.id: each for each in policy.campaigns} if policy else {}
    if shown := {**dict.fromkeys(campaigns, Progress()), **report.campaigns}:
        out.print(f"\n[bold]专项整治 campaigns[/bold]  until {report.period.last_day}")
        out.print(_campaigns(shown, campaigns))
    if report.vacuum:
        out.print("\n[bold]监管真空 matters that nobody owns[/bold]")
        out.print(_vacuum(report))


def _closings(report: Report) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("tier", vertical="bottom")
    for title, _ in _COLUMNS:
        table.add_column(title, justify="right", no_wrap=True)
    for tier, closing in report.tiers.items():
        table.add_row(tier, *(show(closing) for _, show in _COLUMNS))
    table.add_row("all", *(show(report.all_tiers) for _, show in _COLUMNS), style="bold")
    return table


def _campaigns(shown: Mapping[str, Progress], known: Mapping[str, Campaign]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("campaign", "reached", "target", "percent", "cases"):
        table.add_column(title, justify="left" if title == "campaign" else "right")
    for id_, progress in shown.items():
        campaign = known.get(id_)
        if campaign is None:  # it was in an older version of the policy
            table.add_row(id_, str(progress.amount), "-", "-", str(progress.cases))
            continue
        table.add_row(
            f"{campaign.name} {id_}",
            f"{progress.amount} {campaign.measure}",
            f"{campaign.target} {campaign.measure}",
            _rate(progress.percent(campaign)),
            str(progress.cases),
        )
    return table


def _vacuum(report: Report) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("month", "category", "cases"):
        table.add_column(title, justify="right" if title == "cases" else "left")
    for (month, category), cases in sorted(report.vacuum.items()):
        table.add_row(month, category, str(cases))
    return table


def _actions(actions: Actions) -> str:
    brought = ", ".join(f"{number} {name}" for name, number in actions.brought.items())
    people = f"{actions.people} person-times of {actions.people_planned} planned"
    vehicles = f"{actions.vehicles} vehicles of {actions.vehicles_planned}"
    return "; ".join(each for each in (str(actions.actions), people, vehicles, brought) if each)


def _waiting(closing: Closing) -> int:
    settled = closing.accepted + closing.refused + closing.merged + closing.withdrawn
    return closing.received - settled


def _of(part: int, whole: int, rate: float | None) -> str:
    return f"{_rate(rate)} ({part}/{whole})" if whole else "-"


def _rate(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:g} %"
