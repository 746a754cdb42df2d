"""Prints the resources of a town, who has them, and the rows about them in a case."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.case.events import Event, Fact
from domain.case.resources.facts import (
    FileDoubted,
    ReservationConfirmed,
    Reserved,
    ResourceFreed,
)
from domain.policy.resources import Resource
from domain.sla.explanations import local
from runtime.cli.output import Output, Table, counted


@dataclass(frozen=True, slots=True)
class ResourceUseRow:
    """Who has a resource, and when. `case`: None for a reader who may not read the case."""

    resource: str
    case: str | None
    by: str
    start: datetime
    until: datetime


def print_resources(
    resources: Sequence[Resource], rows: Sequence[ResourceUseRow], at: datetime, zone: ZoneInfo
) -> None:
    """Print one line for each resource, as it is at a moment."""
    table = Table()
    for column in ("resource", "name", "kind", "unit", "state", "case", "by", "until"):
        table.add_column(column, no_wrap=column != "name")
    out, taken = Output(), {row.resource: row for row in rows}
    for each in resources:
        row = taken.get(each.id)
        table.add_row(each.id, each.name, each.kind, each.unit, *_state(each, row, at, zone))
    out.table(table)
    out.print(
        f"{counted(len(resources), 'resource')}, {len(taken)} reserved at {local(at, zone)}",
        style="dim",
    )


def resources_json(
    resources: Sequence[Resource], rows: Sequence[ResourceUseRow], at: datetime, zone: ZoneInfo
) -> list[dict[str, Any]]:
    """Return each resource with what reserves it; `away`: why it is not in service, None if it is.

    `case` is None where the reader may not read it.
    """
    return [
        {
            "id": each.id,
            "name": each.name,
            "kind": each.kind,
            "unit": each.unit,
            "away": each.why_away(at, at, zone) or None,
            "reserved": [
                {
                    "case": row.case,
                    "by": row.by,
                    "start": row.start.isoformat(),
                    "until": row.until.isoformat(),
                }
                for row in rows
                if row.resource == each.id
            ],
        }
        for each in resources
    ]


def _state(
    resource: Resource, row: ResourceUseRow | None, at: datetime, zone: ZoneInfo
) -> tuple[str, str, str, str]:
    if row is not None:
        return "reserved", row.case or "of other units", row.by, local(row.until, zone)
    return resource.why_away(at, at, zone) or "free", "-", "-", "-"


def print_resource(
    resource: Resource, rows: Sequence[ResourceUseRow], now: datetime, zone: ZoneInfo
) -> None:
    """Print a resource, and each reservation that is not over."""
    out = Output()
    out.print((resource.id, "bold"), f"  {resource.name}, {resource.kind} of {resource.unit}")
    if why := resource.why_away(now, now, zone):
        out.print(why)
    if not rows:
        out.print("not reserved")
        return
    table = Table()
    for column in ("from", "until", "by", "case"):
        table.add_column(column, no_wrap=True)
    for row in rows:
        case = row.case or "of other units"
        table.add_row(local(row.start, zone), local(row.until, zone), row.by, case)
    out.table(table)


def _reserved(fact: Reserved, moment: Callable[[datetime], str]) -> str:
    span = f"from {moment(fact.start)} until {moment(fact.until)}"
    what = f", for {fact.part}" if fact.part else ""
    note = f": {fact.note}" if fact.note else ""
    return f"{fact.resource} {fact.name} of {fact.unit}, {span}{what}{note}"


def _confirmed(fact: ReservationConfirmed) -> str:
    over = f"; {', '.join(fact.over)} reserved it later, and is told" if fact.over else ""
    return f"{fact.resource}, as of row {fact.row}{over}"


def _freed(fact: ResourceFreed) -> str:
    because = f"{fact.because} with {fact.case}" if fact.case else fact.because.replace("_", " ")
    return f"{fact.resource}, {because}" + (f": {fact.reason}" if fact.reason else "")


def _doubted(fact: FileDoubted, moment: Callable[[datetime], str]) -> str:
    when = moment(fact.taken_at)
    return f"{fact.recorder} was not reserved for this case at {when}; sha256 {fact.sha256}"


RESOURCE_DETAILS: Mapping[type[Fact], Callable[[Event, Any], str]] = {
    ReservationConfirmed: lambda _, fact: _confirmed(fact),
    ResourceFreed: lambda _, fact: _freed(fact),
}
RESOURCE_MOMENTS: Mapping[type[Fact], Callable[[Any, Callable[[datetime], str]], str]] = {
    Reserved: _reserved,
    FileDoubted: _doubted,
}
"""The texts that name moments."""
