"""Prints patrols, coverage and look-backs that are due: as tables, or as JSON for programs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.patrols.coverage import Coverage, CoverageCount
from domain.patrols.look_backs import DueLookBack
from domain.patrols.routes import Cancellation
from domain.patrols.stops import Stop, StopState
from domain.sla.explanations import local
from runtime.cli.output import Output, Table, counted, say_json
from store.patrols.patrols import PatrolFinding


def print_stops(
    day: date, stops: Sequence[Stop], findings: Sequence[PatrolFinding], zone: ZoneInfo
) -> None:
    """Print one line for each grid of each patrol of a day."""
    out, table = Output(), Table()
    for column in ("patrol", "unit", "grid", "state", "by", "look at", "found"):
        table.add_column(column, no_wrap=column != "look at")
    for stop in stops:
        patrol = stop.patrol
        cases = [each.case_id for each in findings if _is_of(each, stop)]
        by = stop.kept.person if stop.kept and stop.kept.person else "-"
        looks = ", ".join(patrol.look_at) or "-"
        found = ", ".join(cases) or "-"
        table.add_row(patrol.id, patrol.unit, stop.grid, _state(stop, zone), by, looks, found)
    out.table(table)
    done = sum(stop.state is StopState.PASSED for stop in stops)
    missed = sum(stop.state is StopState.MISSED for stop in stops)
    total = counted(len(stops), "grid")
    out.print(f"{day}: {total} to pass, {done} passed, {missed} missed", style="dim")


def stops_as_json(
    day: date, stops: Sequence[Stop], findings: Sequence[PatrolFinding], zone: ZoneInfo
) -> None:
    """Print the patrols of a day as one document."""
    patrols = {stop.patrol.id: stop.patrol for stop in stops}
    say_json(
        {
            "day": day.isoformat(),
            "patrols": [
                {
                    "id": each.id,
                    "unit": each.unit,
                    "opens": _iso(each.opens, zone),
                    "closes": _iso(each.closes, zone),
                    "look_at": [*each.look_at],
                    "schedule": each.schedule,
                    "planned_by": each.planned_by,
                    "why": each.why,
                    "cancelled": _cancelled(each.cancelled, zone) if each.cancelled else None,
                    "grids": [
                        _stop_json(stop, findings, zone) for stop in stops if stop.patrol == each
                    ],
                }
                for each in patrols.values()
            ],
        }
    )


def _cancelled(each: Cancellation, zone: ZoneInfo) -> dict[str, Any]:
    said = {"patrol": each.patrol, "person": each.person, "at": _iso(each.at, zone)}
    return {**said, "why": each.why}


def _stop_json(stop: Stop, findings: Sequence[PatrolFinding], zone: ZoneInfo) -> dict[str, Any]:
    kept = stop.kept
    longitude, latitude = kept.point if kept and kept.point else (None, None)
    return {
        "grid": stop.grid,
        "state": stop.state.replace(" ", "_"),
        "at": _iso(kept.at, zone) if kept else None,
        "person": kept.person if kept else None,
        "longitude": longitude / 1e6 if longitude is not None else None,
        "latitude": latitude / 1e6 if latitude is not None else None,
        "evidence": [each.sha256 for each in kept.evidence] if kept else [],
        "cases": [each.case_id for each in findings if _is_of(each, stop)],
    }


def _is_of(finding: PatrolFinding, stop: Stop) -> bool:
    return (finding.patrol, finding.grid) == (stop.patrol.id, stop.grid)


def _state(stop: Stop, zone: ZoneInfo) -> str:
    if stop.state is StopState.PASSED and stop.kept:
        return f"passed {local(stop.kept.at, zone)}" + ", typed later" * stop.kept.typed_late
    if stop.state is StopState.MISSED:
        return f"missed {local(stop.patrol.closes, zone)}"
    if stop.state is StopState.CANCELLED and stop.patrol.cancelled:
        return f"cancelled {local(stop.patrol.cancelled.at, zone)}"
    if stop.state is StopState.UNCOUNTED:
        return f"not counted {local(stop.patrol.closes, zone)}"
    return f"until {local(stop.patrol.closes, zone)}"


def print_coverage(found: Coverage, first: date, last: date, zone: ZoneInfo) -> None:
    """Print passes over what was planned, whole, by unit and by grid; then the uncovered grids."""
    out, table = Output(), Table()
    for column in ("of", "planned", "passed", "missed", "coverage"):
        table.add_column(column, no_wrap=True)
    table.add_row(f"{first} to {last}", *_counts(found.whole))
    for unit, count in found.by_unit.items():
        table.add_row(unit, *_counts(count))
    for grid, count in found.by_grid.items():
        table.add_row(grid, *_counts(count))
    out.table(table)
    if not found.uncovered:
        out.print("every grid was passed")
    for grid, at in found.uncovered.items():
        before = f"last passed {local(at, zone)}" if at else "never passed"
        out.print(f"uncovered: {grid}, {before}")
    for each in found.cancelled:
        out.print(f"cancelled: {each.patrol}, by {each.person} {local(each.at, zone)}: {each.why}")


def _counts(count: CoverageCount) -> tuple[str, str, str, str]:
    percent = "–" if count.percent is None else f"{count.percent} %"
    return str(count.planned), str(count.passed), str(count.missed), percent


def coverage_as_json(found: Coverage, first: date, last: date, zone: ZoneInfo) -> None:
    """Print coverage as one document; `percent` is null where nothing was planned."""

    def each(counts: Mapping[str, CoverageCount]) -> dict[str, Any]:
        return {name: _count_json(count) for name, count in counts.items()}

    say_json(
        {
            "from": first.isoformat(),
            "to": last.isoformat(),
            **_count_json(found.whole),
            "by_unit": each(found.by_unit),
            "by_grid": each(found.by_grid),
            "uncovered": {
                grid: _iso(at, zone) if at else None for grid, at in found.uncovered.items()
            },
            "cancelled": [_cancelled(each, zone) for each in found.cancelled],
        }
    )


def _count_json(count: CoverageCount) -> dict[str, Any]:
    return {
        "planned": count.planned,
        "passed": count.passed,
        "missed": count.missed,
        "percent": count.percent,
    }


def print_look_backs(found: Sequence[DueLookBack], zone: ZoneInfo) -> None:
    """Print the closed cases to look back at, the longest due first."""
    out, table = Output(), Table()
    for column in ("case", "category", "grid", "handled by", "closed", "due", "reopens until"):
        table.add_column(column, no_wrap=True)
    for each in found:
        case = each.case
        about = (case.case_id, case.category or "-", case.grid or "-", case.holder or "-")
        moments = (case.closed_at, each.due_at, each.reopens_until)
        table.add_row(*about, *(local(at, zone) for at in moments))
    out.table(table)
    out.print(f"{counted(len(found), 'case')} to look back at", style="dim")


def look_backs_as_json(found: Sequence[DueLookBack], zone: ZoneInfo) -> None:
    """Print them as one document."""
    say_json(
        [
            {
                "case": each.case.case_id,
                "category": each.case.category,
                "grid": each.case.grid,
                "holder": each.case.holder,
                "closed_at": _iso(each.case.closed_at, zone),
                "due_at": _iso(each.due_at, zone),
                "reopens_until": _iso(each.reopens_until, zone),
            }
            for each in found
        ]
    )


def _iso(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).isoformat()
