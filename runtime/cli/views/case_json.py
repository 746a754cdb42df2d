"""One case, and the explanation of its deadlines, as documents for other programs."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.case.events import Event
from domain.case.evolve import evolve, fold
from domain.case.followers import capped_by
from domain.case.state import Case
from domain.sla.explanations import explain
from runtime.cli.output import say_json
from runtime.cli.views.case_evidence import evidence_of
from runtime.cli.views.effects import FAR, told_last
from runtime.cli.views.events import detail, headline, in_zone
from schemas.intake import Reporter
from schemas.records import CaseRow
from store.cases.filters import is_late
from store.privacy.erasure import ErasedBy


def case_as_json(
    row: CaseRow,
    events: Sequence[Event],
    now: datetime,
    reporter: Reporter | None = None,
    *,
    inquires: bool = False,
    units: Collection[str] | None = None,
    erased: ErasedBy | None = None,
) -> None:
    """Print what `cases show` shows: the row of lists, the report, the clocks, and each row."""
    case = fold(events)
    about = case.plan.complaint
    evidence = evidence_of(events, inquires=inquires, units=units)
    order = about.superior
    say_json(
        row.model_dump(mode="json")
        | {
            "late": is_late(row, now),
            "complaint_id": about.complaint_id,
            "text": about.text,
            "address": about.place.address,
            "order": None if order is None else _plain(asdict(order)),
            "attached": [_plain(asdict(file)) for file in about.evidence],
            "evidence": [{"field": field, "file": file} for field, file in evidence],
            "clocks": [*_clocks(case)],
            "rows": [*_rows(events, inquires=inquires, units=units)],
            "reporter": None if reporter is None else _plain(asdict(reporter)),
            "erased": None if erased is None else _plain(asdict(erased)),
        }
    )


def explanation_as_json(case: Case, coming: Sequence[Event], now: datetime) -> None:
    """Print what `cases explain` says. `told_last`: after it no further person is told.

    `and_more`: the forecast goes on, and more people may be told after that.
    """
    zone, last = ZoneInfo(case.plan.calendar.zone), told_last(coming, now)
    say_json(
        {
            "case_id": case.case_id,
            "clocks": [*_clocks(case)],
            "coming": [
                {
                    "at": each.at.isoformat(),
                    "what": headline(each),
                    "detail": detail(each, in_zone(zone)),
                }
                for each in coming
            ],
            "and_more": len(coming) >= FAR,
            "told_last": last.isoformat() if last else None,
        }
    )


def _clocks(case: Case) -> Iterator[dict[str, Any]]:
    for clock in case.clocks:
        if clock.is_running:
            found = explain(clock, case.plan.calendar, capped_by(case, clock))
            yield {
                "clock": clock.id,
                "due": found.due_at.isoformat() if found.due_at else None,
                "provisional": found.provisional,
                "missed": bool(clock.missed),
                "why": found.sentence,
            }


def _rows(
    events: Sequence[Event], *, inquires: bool, units: Collection[str] | None
) -> Iterator[dict[str, Any]]:
    before: Case | None = None
    zone = ZoneInfo(fold(events).plan.calendar.zone)
    for event in events:
        said = detail(event, in_zone(zone), before, inquires=inquires, units=units)
        at = event.at.isoformat()
        yield {"seq": event.seq, "at": at, "what": headline(event), "detail": said}
        before = evolve(before, event)


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with moments as texts."""
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}
