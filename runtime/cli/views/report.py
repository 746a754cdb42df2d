"""Prints the report on a period; it never shows closed without solved."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict

from domain.policy.campaigns import Campaign
from domain.policy.model import Policy
from domain.reporting.indicators import CaseCounts
from domain.reporting.joint_results import Actions, CampaignProgress
from domain.reporting.periods import Period
from domain.reporting.reports import PeriodReport
from runtime.cli.output import Output, Table, say_json

_ROWS: tuple[tuple[str, Callable[[CaseCounts], str]], ...] = (
    ("登记 received", lambda c: str(c.received)),
    ("后续案件 of these led to by another", lambda c: str(c.follow_ons)),
    ("重复件 of these reported before", lambda c: str(c.repeats)),
    ("不予受理 refused", lambda c: str(c.refused)),
    ("自行整改 put right before", lambda c: str(c.put_right)),
    ("举手之劳 settled on the spot", lambda c: str(c.self_handled)),
    ("并单 merged", lambda c: str(c.merged)),
    ("撤诉 withdrawn", lambda c: str(c.withdrawn)),
    ("受理 accepted", lambda c: str(c.accepted)),
    ("办结率 closed of accepted", lambda c: _of(c.closed, c.accepted, c.closing_rate)),
    ("解决率 solved of asked", lambda c: _of(c.solved, c.asked, c.solving_rate)),
    (
        "首次满意率 satisfied at first",
        lambda c: _of(c.first_satisfied, c.first_rated, c.first_satisfaction_rate),
    ),
    (
        "满意率 satisfied of rated",
        lambda c: _of(c.satisfied, c.rated, c.satisfaction_rate),
    ),
    ("按期率 in time of closed", lambda c: _of(c.in_time, c.closed, c.in_time_rate)),
    ("超期 late", lambda c: str(c.late)),
    ("签收超时 signed late", lambda c: str(c.sign_late)),
    ("超时豁免 exempted", lambda c: str(c.exempted)),
    ("退单 returned", lambda c: str(c.returned)),
    ("返工 reworked", lambda c: str(c.reworked)),
    ("重办 reopened", lambda c: str(c.reopened)),
    ("挂账 suspended now", lambda c: str(c.suspended)),
    ("积存 of these over 60 days", lambda c: str(c.backlog)),
)


def print_report(tenant: str, report: PeriodReport, policy: Policy | None) -> None:
    """Print a tenant's report. `policy`: today's, for names and targets of campaigns."""
    out = Output()
    period = f"{report.period.first_day} to {report.period.last_day}"
    name = f"{policy.name} " if policy else ""
    out.print((f"{name}{tenant}", "bold"), f"  cases received from {period}")
    out.table(_closings(report))
    if report.actions.actions:
        out.print()
        out.print(("联合行动 joint actions", "bold"), f"  {_actions(report.actions)}")
    campaigns = {each.id: each for each in policy.campaigns} if policy else {}
    if shown := {**dict.fromkeys(campaigns, CampaignProgress()), **report.campaigns}:
        out.print()
        out.print(("专项整治 campaigns", "bold"), f"  until {report.period.last_day}")
        out.table(_campaigns(shown, campaigns))
    if report.missed:
        out.print()
        out.print(
            ("超期责任 who missed deadlines", "bold"), "  also the platform, office, deciders"
        )
        out.table(_by_clock(report.missed, "unit", "missed"))
    if report.overtaken:
        out.print()
        out.print(
            ("顺延 missed deadlines that a later one has overtaken", "bold"),
            "  not counted as late",
        )
        out.table(_by_clock(report.overtaken, "by", "overtaken"))
    if report.vacuum:
        out.print()
        out.print(("监管真空 matters that no unit owns", "bold"))
        out.table(_vacuum(report))


def report_as_json(reports: Mapping[str, PeriodReport], period: Period) -> None:
    """Print the figures of each tenant, by tier; `cases`: those of the figure that was asked."""
    say_json(
        {
            "from": period.first_day.isoformat(),
            "to": period.last_day.isoformat(),
            "tenants": {
                tenant: {
                    "tiers": {tier.value: asdict(of) for tier, of in each.tiers.items()},
                    "all": asdict(each.all_tiers),
                    "missed": _counts(each.missed),
                    "overtaken": _counts(each.overtaken),
                    "vacuum": _counts(each.vacuum),
                    "figure": each.figure,
                    "cases": each.cases,
                }
                for tenant, each in sorted(reports.items())
            },
        }
    )


def _counts(of: Counter[tuple[str, str]]) -> list[list[object]]:
    return [[*key, number] for key, number in sorted(of.items())]


def _closings(report: PeriodReport) -> Table:
    """Return a table with a row per indicator, because five columns fit every terminal."""
    table = Table()
    table.add_column("")
    for column in (*report.tiers, "all"):
        table.add_column(column, justify="right", no_wrap=True)
    closings = (*report.tiers.values(), report.all_tiers)
    for title, show in _ROWS:
        table.add_row(title, *(show(closing) for closing in closings))
    return table


def _campaigns(shown: Mapping[str, CampaignProgress], known: Mapping[str, Campaign]) -> Table:
    table = Table()
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


def _vacuum(report: PeriodReport) -> Table:
    table = Table()
    for title in ("month", "category", "cases", "case", "with"):
        table.add_column(title, justify="right" if title == "cases" else "left")
    for at, cases in sorted(report.vacuum.items()):
        begins = (*at, str(cases))
        for case_id, holder in sorted(report.unowned.get(at, [])):
            table.add_row(*begins, case_id, holder or "-")
            begins = ("", "", "")
    return table


def _by_clock(found: Counter[tuple[str, str]], of: str, what: str) -> Table:
    """Return a table with a row per unit or cause, those with most deadlines first."""
    table = Table()
    for title in (of, what, "of these"):
        table.add_column(title, justify="right" if title == what else "left")
    rows = {
        name: {clock: n for (each, clock), n in sorted(found.items()) if each == name}
        for name, _ in found
    }
    for name, clocks in sorted(rows.items(), key=lambda row: (-sum(row[1].values()), row[0])):
        which = ", ".join(f"{clock} {number}" for clock, number in clocks.items())
        table.add_row(name, str(sum(clocks.values())), which)
    return table


def _actions(actions: Actions) -> str:
    brought = ", ".join(f"{number} {name}" for name, number in actions.brought.items())
    people = f"{actions.people} person-times of {actions.people_planned} planned"
    vehicles = f"{actions.vehicles} vehicles of {actions.vehicles_planned}"
    return "; ".join(each for each in (str(actions.actions), people, vehicles, brought) if each)


def _of(part: int, whole: int, rate: float | None) -> str:
    return f"{part}/{whole} {_rate(rate)}" if whole else "-"


def _rate(rate: float | None) -> str:
    return "-" if rate is None else f"{rate:g} %"
