"""What changed between two policies, entry by entry and by name, for a person to confirm.

This file walks the dataclasses of Policy, so a new section needs no change here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from domain.people.rosters import Absence, Duty, Person, Recipient, Roster
from domain.policy.campaigns import Campaign
from domain.policy.leads import GridUnit, UnitSpec, ZoneLead
from domain.policy.model import Category, Grid, Level, Limit, Policy, Unit
from domain.policy.notice_rules import NoticeRules
from domain.policy.part_rules import PartRule
from domain.policy.powers import KindPowers
from domain.policy.shapes import GridShape
from domain.policy.sources import SourceRule
from domain.sla.calendars import Calendar
from domain.sla.clocks import IN_DAYS, Measure
from domain.sla.ladders import Ladder

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ORDER = "order"
"""The field of a change of order: `before` and `after` are then all names, in their order."""

_NAMES: Mapping[type, tuple[str, ...]] = {
    Level: ("tier", "urgency", "groups"),
    Limit: ("clock",),
    Duty: ("unit", "role"),
    Absence: ("person",),
    PartRule: ("kind", "tiers", "urgencies"),
}
"""The fields that identify an entry, where it is neither the id nor the first field."""
_SETS = (
    Unit,
    KindPowers,
    Grid,
    GridUnit,
    Category,
    ZoneLead,
    Level,
    Limit,
    Ladder,
    Campaign,
    SourceRule,
    Person,
    Duty,
    Absence,
)
"""Entries that mean the same in any order. Elsewhere order matters: the first match decides."""
_DERIVED = frozenset({"zone", "parents", "successors", "kinds"})
"""Fields of a roster that come from units.yaml and calendar.yaml, and are compared there."""


_COUNTED = ("budget", "within")
"""Amounts that stand beside the `measure` in which they are counted."""


@dataclass(frozen=True, slots=True)
class CountedLimit:
    """An amount with its measure: one thing in a pack, which says `2wd` of both."""

    amount: timedelta
    measure: Measure


def counted_limit(entry: object) -> tuple[str, CountedLimit] | None:
    """Return the name of the limit of an entry, and the limit; None if it counts no days."""
    measure = getattr(entry, "measure", None)
    if measure not in IN_DAYS:
        return None
    limits = ((name, getattr(entry, name, None)) for name in _COUNTED)
    return next(((name, CountedLimit(each, measure)) for name, each in limits if each), None)


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    `section` is a field of Policy, or `policy` for a single value. `id` names the entry in the
    section, `field` the path inside the entry; both are empty if they do not apply. `before` is
    None for an added entry, `after` for a removed one.
    """

    section: str
    id: str = ""
    field: str = ""
    kind: ChangeKind = ChangeKind.CHANGED
    before: object = None
    after: object = None


def diff(before: Policy, after: Policy) -> tuple[Change, ...]:
    """Return the changes in the order of Policy; empty exactly if both have the same hash."""
    apart = {"hash", "roster", "notices", "inventory", "resources", "patrols"}
    return tuple(_sections("policy", before, after, apart=apart))


def roster_diff(before: Roster, after: Roster) -> tuple[Change, ...]:
    """Return the changes of the roster, which is not part of the policy that a case keeps."""
    return tuple(_sections("roster", before, after, apart=_DERIVED))


def notices_diff(before: NoticeRules | None, after: NoticeRules | None) -> tuple[Change, ...]:
    """Return the changes of notices.yaml, of which every case uses the newest."""
    if before is None or after is None:
        said = ["none" if each is None else "given" for each in (before, after)]
        present = Change("notices", field="rules", before=said[0], after=said[1])
        return () if before == after else (present,)
    return tuple(_compared(Change("notices"), before, after))


def key_fields(entry: object) -> tuple[str, ...]:
    """Return the fields that identify an entry: usually its id, else its first field."""
    names = [field.name for field in fields(entry)] if is_dataclass(entry) else []
    return _NAMES.get(type(entry)) or (("id",) if "id" in names else tuple(names[:1]))


def entry_name(entry: object) -> str:
    """Name an entry as its file does: `garbage`, `assign normal`, `extension direct urgent`."""
    said = (_said(getattr(entry, name)) for name in key_fields(entry))
    return " ".join(word for word in said if word)


def _said(value: object) -> str:
    """A list of members as text; empty if it has all members, since the file then leaves it out."""
    match value:
        case (StrEnum() as first, *_) if {*value} == {*type(first)}:
            return ""
        case tuple():
            return ",".join(str(each) for each in value)
        case _:
            return str(value)


def is_entry(value: object) -> bool:
    """Return True if the value is compared field by field. A recipient is compared as a whole, and
    so are a limit and a unit of a place.
    """
    return is_dataclass(value) and not isinstance(value, Recipient | CountedLimit | UnitSpec)


def _sections(
    alone: str, before: object, after: object, apart: frozenset[str] | set[str]
) -> Iterator[Change]:
    for name, old, new in _fields(before, after):
        if name not in apart:
            some = old or new  # an empty section looks like a value that is a list
            stands_alone = _entries(some) is None and not is_entry(some)
            place = Change(alone, field=name) if stands_alone else Change(name)
            yield from _compared(place, old, new)


def _fields(before: Any, after: Any) -> Iterator[tuple[str, Any, Any]]:
    limit = counted_limit(before) or counted_limit(after)
    for field in fields(before):
        if limit is None or field.name not in {limit[0], "measure"}:
            yield field.name, getattr(before, field.name), getattr(after, field.name)
        elif field.name == limit[0]:
            yield field.name, _with_measure(before, limit[0]), _with_measure(after, limit[0])


def _with_measure(entry: Any, name: str) -> object:
    amount = getattr(entry, name)
    return None if amount is None else CountedLimit(amount, entry.measure)


def _compared(place: Change, old: object, new: object) -> Iterator[Change]:
    if old == new:
        return
    entries, others = _entries(old), _entries(new)
    if isinstance(old, GridShape):
        yield replace(place, before=old, after=new)  # thousands of points tell a person nothing
    elif is_entry(old) and type(old) is type(new):
        for name, one, other in _fields(old, new):
            if isinstance(old, Calendar) and name == "week":
                days = (dict(zip(WEEK, week, strict=True)) for week in (one, other))
                yield from _compared(_at(place, name), *days)
            else:
                yield from _compared(_at(place, name), one, other)
    elif entries is not None and others is not None:
        yield from _matched(place, entries, others)
        yield from _moved(place, entries, others)
    else:
        yield replace(place, before=old, after=new)


def _matched(
    place: Change, old: Mapping[str, object], new: Mapping[str, object]
) -> Iterator[Change]:
    """Yield changed and added entries in their new order, then the removed ones."""
    for name, entry in new.items():
        if name in old:
            yield from _compared(_entry_at(place, name), old[name], entry)
        else:
            yield replace(_entry_at(place, name), kind=ChangeKind.ADDED, after=entry)
    for name, entry in old.items():
        if name not in new:
            yield replace(_entry_at(place, name), kind=ChangeKind.REMOVED, before=entry)


def _moved(place: Change, old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[Change]:
    """Yield a change of order.

    Where order matters, a new entry before an older one also counts: it pushes the older one back.
    """
    entries = [*old.values(), *new.values()]
    kept = [name for name in old if name in new]
    moved = kept != [name for name in new if name in old]
    pushed = [*kept, *(name for name in new if name not in old)] != [*new]
    if moved or (pushed and not isinstance(entries[0], _SETS) and is_entry(entries[0])):
        yield replace(_at(place, ORDER), before=tuple(old), after=tuple(new))


def _entries(value: object) -> Mapping[str, object] | None:
    """Return entries by name, in order; None for a value without entries.

    Entries with the same name become `a`, `a (2)`.
    """
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, tuple):
        return None
    if all(is_entry(each) for each in value):
        named = [(entry_name(each), each) for each in value]
    elif all(_is_dated(each) for each in value):
        named = [(str(day), each) for day, each in value]
    else:
        return None
    found: dict[str, object] = {}
    times = Counter[str]()
    for name, each in named:
        times[name] += 1
        found[f"{name} ({times[name]})" if times[name] > 1 else name] = each
    return found


def _is_dated(value: object) -> bool:
    match value:
        case (date(), _):
            return True
        case _:
            return False


def _at(place: Change, name: str) -> Change:
    return replace(place, field=f"{place.field} {name}".strip())


def _entry_at(place: Change, name: str) -> Change:
    return _at(place, name) if place.id or place.field else replace(place, id=name)
