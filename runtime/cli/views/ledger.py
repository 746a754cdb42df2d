"""Prints the ledger of intake as lists, counts and JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from runtime.cli.output import Output, Table
from schemas.intake import Outcome, Position, RecordDecision
from store.intake.ledger_entries import Entry

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def print_entries(entries: Sequence[Entry], now: datetime, following: int | None) -> None:
    table = Table()
    for column in ("number", "when", "outcome", "reason or case", "source", "event", "record"):
        table.add_column(column, no_wrap=True)
    table.add_column("detail", overflow="fold")
    for each in entries:
        decision = each.decision
        table.add_row(
            str(each.number),
            local(each.settled_at),
            decision.outcome,
            decision.case_id or code_of(each),
            decision.source or "-",
            decision.event_id or "-",
            place(decision.position),
            waits_for(each, now) or decision.detail,
        )
    out = Output()
    out.table(table)
    if following is not None:
        out.print(f"more: --before {following}", style="dim")


def print_counts(counts: Mapping[Outcome, int]) -> None:
    table = Table(show_header=False)
    for outcome, number in counts.items():
        table.add_row(outcome, str(number))
    out = Output()
    out.table(table)
    out.print(f"{sum(counts.values())} records", style="dim")


def entry_json(each: Entry) -> dict[str, Any]:
    decision = each.decision
    letter = decision.letter
    return {
        "number": each.number,
        "settled_at": each.settled_at.isoformat(),
        "outcome": decision.outcome,
        "reason": decision.reason,
        "detail": decision.detail,
        "waits": each.waits,
        "parked_at": each.parked_at.isoformat() if each.parked_at else None,
        "until": each.until.isoformat() if each.until else None,
        "tenant": decision.tenant,
        "source": decision.source,
        "event_id": decision.event_id,
        "case_id": decision.case_id,
        "position": position_json(decision.position),
        "key": each.key.hex() if each.key is not None else None,
        "sha256": each.digest,
        "letter": f"{letter.topic}/{letter.partition}/{letter.offset}" if letter else None,
    }


def position_json(position: Position) -> dict[str, Any]:
    return {
        "cluster": position.cluster,
        "topic": position.topic,
        "topic_id": position.topic_id,
        "partition": position.partition,
        "offset": position.offset,
    }


def place(position: Position) -> str:
    return f"{position.topic}/{position.partition}/{position.offset}"


def code_of(each: Entry) -> str:
    decision: RecordDecision = each.decision
    return each.waits or decision.reason or "-"


def waits_for(each: Entry, now: datetime) -> str:
    """Return what a parked record waits for and until when; "" for other records."""
    if each.decision.outcome is not Outcome.PARKED:
        return ""
    if each.until is None:
        return f"waits: {each.waits}; its record was not stored: run `sanban reconcile`"
    limit = f"until {local(each.until)} (in {roughly(each.until - now)})"
    if each.until < now:
        limit = f"its limit was {local(each.until)}: check that `sanban intake` runs"
    return f"waits: {each.waits}, {limit}"


def local(moment: datetime) -> str:
    """Format a time in the local time zone."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def roughly(amount: timedelta) -> str:
    """Format with one unit: 3 d, 5 h, 40 min, 20 s."""
    if amount < _MINUTE:
        return f"{max(int(amount.total_seconds()), 0)} s"
    if amount < _HOUR:
        return f"{amount // _MINUTE} min"
    return f"{amount // _HOUR} h" if amount < 2 * _DAY else f"{amount // _DAY} d"
