"""Formats one change between two policies as one line, for a terminal and for pages."""

from collections.abc import Sequence
from dataclasses import MISSING, Field, fields
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any, assert_never
from zoneinfo import ZoneInfo

from domain.people.leading_group import told_post
from domain.people.rosters import Recipient
from domain.policy.diffs import (
    ORDER,
    Change,
    ChangeKind,
    CountedLimit,
    counted_limit,
    entry_name,
    is_entry,
    key_fields,
)
from domain.policy.shapes import GridShape, described
from domain.sla.clocks import Measure
from domain.sla.explanations import hours, local
from domain.sla.working_days import DAY


def line(change: Change, zone: ZoneInfo) -> str:
    """Format as `categories street-light resolve: 16 h -> 24 h`; times are in the town's zone."""
    where = " ".join(part for part in (change.section, change.id, change.field) if part)
    before, after = (_value(change, value, zone) for value in (change.before, change.after))
    if change.kind is ChangeKind.ADDED:
        what = f"added: {after}"
    elif change.kind is ChangeKind.REMOVED:
        what = f"removed: {before}"
    else:
        what = f"{before} -> {after}"
    # Texts of people may have line breaks.
    return " ".join(f"{where}: {what}".split())


def _value(change: Change, value: object, zone: ZoneInfo) -> str:
    if change.field.split()[-1:] == [ORDER] and isinstance(change.after, tuple):
        return _from_where_they_differ(value, change.before, change.after)
    if isinstance(value, GridShape):
        return described(value)
    if change.kind is ChangeKind.CHANGED and is_entry(value):
        return _alone(value, zone)
    # A day without working hours has an empty list.
    return "off" if change.section == "calendar" and value == () else _text(value, zone)


def _from_where_they_differ(value: Any, before: Any, after: Any) -> str:
    """Return the names that differ, with one equal name on each side."""
    same = _alike(before, after)
    same_at_end = _alike(before[same:][::-1], after[same:][::-1])
    start, stop = max(same - 1, 0), len(value) - max(same_at_end - 1, 0)
    return ", ".join(["…"] * (start > 0) + [*value[start:stop]] + ["…"] * (stop < len(value)))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Count the equal names at the beginning."""
    pairs = zip(one, other, strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def _text(value: object, zone: ZoneInfo) -> str:  # noqa: PLR0911 - one line a kind of value
    match value:
        case None | ():
            return "none"
        case bool():
            return "yes" if value else "no"
        case timedelta():
            return hours(value)
        case CountedLimit():
            return _limit(value)
        case datetime():
            return local(value, zone)
        case Recipient():
            post = told_post(value.unit)
            return f"{post} of the leading group" if post else f"{value.role} of {value.unit}"
        case (int() as opens, int() as closes):
            return f"{opens // 60:02}:{opens % 60:02}-{closes // 60:02}:{closes % 60:02}"
        case tuple():
            return ", ".join(_inner(each, zone) for each in value)
        case _ if is_entry(value):
            return _entry(value, zone)
        case _:
            return str(value)


def _limit(limit: CountedLimit) -> str:
    """Format a limit as a pack writes it: `2wd`, and `16wh` or `48 h, continuous` beside that."""
    match limit.measure:
        case Measure.CONTINUOUS | Measure.CALLING as measure:
            return f"{hours(limit.amount)}, {measure}"
        case Measure.WORKING:
            return f"{limit.amount / timedelta(hours=1):g}wh"
        case Measure.WORKING_DAYS | Measure.END_OF_DAY as measure:
            at_the_end = f", {measure}" * (measure is Measure.END_OF_DAY)
            return f"{limit.amount / DAY:g}wd{at_the_end}"
        case _:
            assert_never(limit.measure)


def _inner(value: object, zone: ZoneInfo) -> str:
    return f"{entry_name(value)} ({_entry(value, zone)})" if is_entry(value) else _text(value, zone)


def _entry(entry: Any, zone: ZoneInfo) -> str:
    """Format the fields of an entry that are not its name and not a default."""
    return _fields(entry, key_fields(entry), zone)


def _alone(entry: Any, zone: ZoneInfo) -> str:
    """Format all fields of a single entry, which has no name."""
    return f"({_fields(entry, (), zone)})"


def _fields(entry: Any, apart: Sequence[str], zone: ZoneInfo) -> str:
    limit = counted_limit(entry)
    together = {} if limit is None else dict([limit])
    said = [
        (field.name, value)
        for field in fields(entry)
        if field.name not in apart
        and (value := together.get(field.name, getattr(entry, field.name))) != _unsaid(field)
        and not (field.name == "measure" and limit)
    ]
    texts = [
        f"{name} {_alone(value, zone) if is_entry(value) else _text(value, zone)}"
        for name, value in said
    ]
    return ", ".join(texts) or "defaults"


def _unsaid(field: "Field[Any]") -> object:
    return field.default if field.default is not MISSING else object()
