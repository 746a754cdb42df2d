"""Prints hotspots: where, what, why, and how to send a patrol there."""

from collections.abc import Sequence
from datetime import date, timedelta

from domain.insight.hotspots import WEEK, Hotspot
from domain.policy.model import Category, Grid, Policy
from runtime.cli.output import Output, say_json


def print_hotspots(found: Sequence[Hotspot], last: date, reports: int, policy: Policy) -> None:
    """Print each hotspot with its reason and its cases; or that there is none."""
    out = Output()
    out.print((_week(last), "bold"), f"  {reports} reports in 13 weeks")
    for each in found:
        names = " + ".join(_named(policy.grid(grid), grid) for grid in each.grids)
        out.print()
        out.print((f"{names}: {_named(policy.category(each.category), each.category)}", "bold"))
        out.print(f"  {each.why}")
        out.print(f"  cases: {', '.join(each.cases)}")
        out.print(
            f"  `sanban patrols plan {' '.join(each.grids)} --unit UNIT --look-at {each.category} "
            "--reason hotspot` sends a patrol"
        )
    if not found:
        out.print("no place stands out: what was reported is what chance brings")


def hotspots_as_json(found: Sequence[Hotspot], last: date, reports: int, _policy: Policy) -> None:
    """Print the hotspots of the week as one document."""
    say_json(
        {
            "from": (last - timedelta(days=WEEK - 1)).isoformat(),
            "to": last.isoformat(),
            "reports": reports,
            "hotspots": [
                {
                    "grids": [*each.grids],
                    "category": each.category,
                    "cases": [*each.cases],
                    "reporters": each.reporters,
                    "expected": round(each.expected, 2),
                    "chance": float(f"{each.chance:.3g}"),
                    "why": each.why,
                }
                for each in found
            ],
        }
    )


def _named(known: Grid | Category | None, id_: str) -> str:
    """Return name and id; a policy of today may not know what an earlier one did."""
    return f"{known.name} {id_}" if known else id_


def _week(last: date) -> str:
    return f"{last - timedelta(days=WEEK - 1)} to {last}"
