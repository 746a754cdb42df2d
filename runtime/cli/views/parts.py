"""Parts of a case, and what cases have to do with each other, in one line for people."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.case.campaigns.facts import Counted
from domain.case.closing.facts import Archived, Countersigned, SentBack
from domain.case.commands import Moving, Opening
from domain.case.deciders import decider_of
from domain.case.events import Event, Fact
from domain.case.folders.facts import PieceAdded, PieceRecognised
from domain.case.joint_work.acts import (
    Attendance,
    CaseDecision,
    Counter,
    Opinion,
    Resolution,
    Responsible,
)
from domain.case.merging.facts import Left, Linked, Merged, Unlinked, Unmerged
from domain.case.part import Part
from domain.case.part_types import PART_TYPES
from domain.case.parts.facts import PartMoved, PartOpened
from domain.case.registration.facts import NotAccepted
from domain.case.repinning.facts import Repinned
from domain.case.requests.facts import Extended, Reopened
from domain.case.state import Case
from domain.case.supervision.facts import Appointed, Circulated, ReportedUp
from domain.complaints import Evidence
from domain.people.rosters import PARENT
from domain.sla.explanations import hours, local

_HIDDEN = frozenset({"kind", "part", "granted"})
"""Fields that the line shows elsewhere: an answered request is `granted` or `refused`."""

Moment = Callable[[datetime], str]
"""Writes a moment in the town's time."""


def parts_of(case: Case) -> Iterable[tuple[str, str]]:
    """What is open: its name, and whom it waits for."""
    for part in case.open_parts():
        rule = case.plan.part(case.tier, part.kind)
        decider = f"{decider_of(case, part)} to answer" if rule and rule.decider else ""
        waits = ", ".join(unit for unit in part.units if unit not in part.heard) or decider
        yield part.id, "  ".join(t for t in (part.type.name, _how_far(case, part), waits) if t)


def _how_far(case: Case, part: Part) -> str:
    """Return the state of a part, with the step of a penalty or the hour of a meeting."""
    if part.penalty is not None:
        return f"{part.state}, {part.penalty}"
    if part.type.appointed and part.until is not None:
        return f"{part.state}, at {local(part.until, ZoneInfo(case.plan.calendar.zone))}"
    return str(part.state)


def said(act: Opening | Moving | Fact, moment: Moment) -> str:
    """Return the fields of an act or a fact that have a value, with their names.

    A False or a 0 is shown where a person had to give it: a check that failed, nobody came. It is
    left out where it is the default of its field.
    """
    texts = []
    for field in dataclasses.fields(act):
        value = getattr(act, field.name)
        empty = value in ((), None, "") or (value == 0 and field.default == 0)
        if field.name in _HIDDEN or empty:
            continue
        texts.append(f"{field.name} {_text(value, moment)}")
    return ", ".join(texts)


def _text(value: Any, moment: Moment) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, tuple):
        return _several(value, moment)
    if isinstance(value, Counter):
        return f"{value.number} {value.name}"
    if isinstance(value, Attendance | CaseDecision | Opinion | Resolution | Responsible):
        return ": ".join(each for each in dataclasses.astuple(value) if isinstance(each, str))
    return str(value)


def _several(values: tuple[Any, ...], moment: Moment) -> str:
    if all(isinstance(each, Evidence) for each in values):
        return f"{len(values)} file{'s' * (len(values) != 1)}"
    return " + ".join(_text(each, moment) for each in values)


def opened(fact: PartOpened, moment: Moment, *, hidden: bool = False) -> str:
    """Return what kind of part was opened, for which units, and on what terms.

    `hidden`: the reader may not know what it says (`is_withheld`).
    """
    units = f"to {', '.join(fact.units)}" if fact.units else ""
    terms = "restricted" if hidden else said(fact.terms, moment)
    return "; ".join(t for t in (f"{fact.part} {PART_TYPES[fact.what].name}", units, terms) if t)


def moved(fact: PartMoved, moment: Moment, *, hidden: bool = False) -> str:
    """Return the new state of a part, and what the act that moved it says, unless `hidden`."""
    act = said(fact.by, moment) if fact.by and not hidden else ""
    return "; ".join(t for t in (f"{fact.part} {fact.to}", act, fact.note) if t)


def _counted(fact: Counted) -> str:
    note = f": {fact.note}" if fact.note else ""
    files = f"; {_several(fact.evidence, str)}" if fact.evidence else ""
    return f"{fact.amount} for {fact.campaign}{note}{files}"


def _appointed(fact: Appointed) -> str:
    why = f"; level lowered to {fact.level}: {fact.reason}" if fact.reason else ""
    if fact.passed_over:
        named = f"instead of {fact.passed_over}, which the responsibility list names"
        why = f"; {named}, at level {fact.level}: {fact.reason}"
    return f"{fact.lead} with {', '.join(fact.members) or 'nobody'}: {fact.instruction}{why}"


def _stood(fact: Unmerged) -> str:
    """Say whether the holder has gained the time in which the case was merged."""
    if fact.ran_on:
        return "; by one person, no clock stood still"
    return f"; the holder's clock stood still for {hours(fact.stood)}" if fact.stood else ""


PART_DETAILS: Mapping[type[Fact], Callable[[Event, Any], str]] = {
    Extended: lambda _, f: (
        f"by {hours(f.amount)}: {f.reason}" + "; the citizen's stays missed" * bool(f.promise_stays)
    ),
    Appointed: lambda _, f: _appointed(f),
    Circulated: lambda _, f: f"{f.unit}: {f.text}",
    Counted: lambda _, f: _counted(f),
    Countersigned: lambda _, f: "first of two signatures" + (f"; {f.note}" if f.note else ""),
    Reopened: lambda _, f: f.reason + ("; as if not refused" if f.goes_on else ""),
    ReportedUp: lambda _, f: f"to {'the office above' if f.to == PARENT else f.to}: {f.note}",
    SentBack: lambda _, f: f.reason,
    NotAccepted: lambda _, f: f"{f.because}: {f.advice}",
    Archived: lambda _, _fact: "",
    Merged: lambda _, f: f"into {f.into}: {f.reason}",
    Unmerged: lambda _, f: f"from {f.into}: {f.reason}{_stood(f)}",
    Left: lambda _, f: f"{f.case} goes its own way",
    Linked: lambda _, f: f"to {f.to} ({f.score} %): {f.reason}",
    Unlinked: lambda _, f: f"from {f.to}: {f.reason}",
    PieceAdded: lambda _, f: (
        f"{f.piece} of {f.unit} in {f.part}: {f.text}; {f.file.uri}; for {', '.join(f.readers)}"
    ),
    PieceRecognised: lambda _, f: f"{f.piece} by {f.unit}" + (f": {f.note}" if f.note else ""),
    Repinned: lambda _, f: f"from {f.policy[:19]} to {f.plan.policy[:19]}: {f.reason}",
}
