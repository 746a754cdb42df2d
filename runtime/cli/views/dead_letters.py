"""Prints dead letters: lists, totals by reason, one letter with its bytes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from runtime.cli.output import Output, Table
from runtime.cli.views.ledger import entry_json, local, place, roughly
from runtime.jobs.dead_letters import original_headers
from runtime.received_bytes import header, shown
from schemas.intake import Record
from store.intake.dead_letter_states import DeadLetter, LetterAction, LetterCount, LetterState


def print_letters(
    letters: Sequence[DeadLetter], totals: Mapping[LetterState, int], now: datetime
) -> None:
    table = Table()
    for column in ("number", "state", "age", "reason", "source", "event", "record"):
        table.add_column(column, no_wrap=True)
    table.add_column("detail", overflow="fold")
    for each in letters:
        decision = each.entry.decision
        table.add_row(
            str(each.entry.number),
            each.state,
            roughly(now - each.entry.settled_at),
            str(decision.reason),
            decision.source or "-",
            decision.event_id or "-",
            place(decision.position),
            done(each.action) if each.action else decision.detail,
        )
    out = Output()
    out.table(table)
    counted = ", ".join(f"{number} {state}" for state, number in totals.items())
    out.print(f"{len(letters)} shown; {counted}", style="dim")


def print_heaps(heaps: Sequence[LetterCount], now: datetime) -> None:
    table = Table()
    for column in ("reason", "state", "letters", "newest", "oldest"):
        table.add_column(column, justify="right" if column == "letters" else "left")
    for each in heaps:
        table.add_row(
            each.reason,
            each.state,
            str(each.count),
            roughly(now - each.newest),
            roughly(now - each.oldest),
        )
    out = Output()
    out.table(table)
    opened = sum(each.count for each in heaps if each.state is LetterState.OPEN)
    out.print(f"{opened} open", style="dim")


def print_letter(
    letter: DeadLetter, history: Sequence[LetterAction], record: Record | str, *, redact: bool
) -> None:
    """Print a letter. `record`: from the broker, or why the broker has none."""
    entry, decision, out = letter.entry, letter.entry.decision, Output()
    out.print((str(entry.number), "bold"), f"  {decision.reason}  {letter.state}")
    out.print(decision.detail)
    table = Table(show_header=False, padding=(0, 2), collapse_padding=True)
    table.add_row("record", f"{place(decision.position)}, decided {local(entry.settled_at)}")
    if at := decision.letter:
        table.add_row("letter", f"{at.topic}/{at.partition}/{at.offset}")
    table.add_row("from", f"{decision.source or '-'} {decision.event_id or ''}".strip())
    for each in history:
        table.add_row("done", done(each))
    if isinstance(record, str):
        table.add_row("bytes", f"not available: {record}")
        out.table(table)
        return
    table.add_row("key", shown(record.key, redact=redact))
    for name, content in original_headers(record.headers):
        table.add_row("header", f"{name}: {header(name, content, redact=redact)}")
    table.add_row("value", f"{len(record.value or b'')} bytes, sha256 {entry.digest}")
    out.table(table)
    out.lines(shown(record.value, redact=redact), wrap=False)


def done(action: LetterAction) -> str:
    """Format who did what, when and why, and its result."""
    said = f"{action.action} by {action.person} on {local(action.at)}: {action.why}"
    if not action.is_confirmed:
        return f"{said} (started; the broker did not confirm it)"
    if action.to_offset is None:
        return said
    ended = action.came_of or "not decided yet"
    return f"{said} -> {action.to_topic}/{action.to_partition}/{action.to_offset}, {ended}"


def letter_json(letter: DeadLetter) -> dict[str, Any]:
    return {**entry_json(letter.entry), "state": letter.state, "action": _action(letter.action)}


def heap_json(heap: LetterCount) -> dict[str, Any]:
    return {
        "reason": heap.reason,
        "state": heap.state,
        "count": heap.count,
        "oldest": heap.oldest.isoformat(),
        "newest": heap.newest.isoformat(),
    }


def whole_json(
    letter: DeadLetter, history: Sequence[LetterAction], record: Record | str, *, redact: bool
) -> dict[str, Any]:
    """Return what `print_letter` prints, as JSON; bytes in hexadecimal unless redacted."""
    found: dict[str, Any] = {**letter_json(letter), "history": [_action(each) for each in history]}
    if isinstance(record, str):
        return {**found, "record": None, "why_no_record": record}

    def content_json(content: bytes | None) -> str | None:
        if content is None:
            return None
        return shown(content, redact=True) if redact else content.hex()

    headers = [
        {
            "name": name,
            "content": header(name, content, redact=True) if redact else content_json(content),
        }
        for name, content in record.headers
    ]
    whole = {
        "key": content_json(record.key),
        "value": content_json(record.value),
        "headers": headers,
    }
    return {**found, "record": whole}


def _action(action: LetterAction | None) -> dict[str, Any] | None:
    if action is None:
        return None
    return {
        "action": action.action,
        "person": action.person,
        "roster": action.tenant,
        "why": action.why,
        "at": action.at.isoformat(),
        "confirmed": action.is_confirmed,
        "to": f"{action.to_topic}/{action.to_partition}/{action.to_offset}"
        if action.to_offset is not None
        else None,
        "came_of": action.came_of,
    }
