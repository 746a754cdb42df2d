"""Parts of a case, and what cases have to do with each other, in one line for people."""

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.case.campaigns.facts import Counted
from domain.case.closing.facts import Archived, CalledBack, Countersigned, SentBack
from domain.case.commands import Moving, Opening
from domain.case.events import Event, Fact
from domain.case.joint_work.acts import Counter
from domain.case.merging.facts import Joined, Left, Linked, Merged, Unlinked, Unmerged
from domain.case.part_types import PART_TYPES
from domain.case.parts.facts import PartMoved, PartOpened
from domain.case.registration.facts import NotAccepted
from domain.case.repinning.facts import Repinned
from domain.case.requests.facts import Extended, Reopened
from domain.case.state import Case
from domain.case.supervision.facts import Appointed, Circulated, ReportedUp
from domain.people.rosters import PARENT

_DUTY_TRACK = "inquiry-2"
"""Who failed in their duty is for the leading group: its texts are shown to nobody else."""
_HIDDEN = frozenset({"kind", "part"})


def parts_of(case: Case) -> Iterable[tuple[str, str]]:
    """What is open: its name, and whom it waits for."""
    for part in case.open_parts():
        rule = case.plan.part(case.tier, part.kind)
        decider = f"{rule.decider} to answer" if rule and rule.decider else ""
        waits = ", ".join(unit for unit in part.units if unit not in part.heard) or decider
        yield part.id, "  ".join(t for t in (part.type.name, part.state, waits) if t)


def said(act: Opening | Moving | Fact) -> str:
    """Return the fields of an act or a fact that have a value, with their names."""
    texts = []
    for field in dataclasses.fields(act):
        value = getattr(act, field.name)
        if field.name in _HIDDEN or value in ((), None, "", False):
            continue
        texts.append(f"{field.name} {_text(value)}")
    return ", ".join(texts)


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        if all(dataclasses.is_dataclass(each) and hasattr(each, "sha256") for each in value):
            return f"{len(value)} file(s)"
        return " + ".join(_text(each) for each in value)
    if hasattr(value, "unit") and hasattr(value, "what"):
        return f"{value.unit}: {value.what}"
    if isinstance(value, Counter):
        return f"{value.number} {value.name}"
    return str(value)


def _opened(_: Event, fact: PartOpened) -> str:
    units = f"to {', '.join(fact.units)}" if fact.units else ""
    terms = "restricted" if fact.part == _DUTY_TRACK else said(fact.terms)
    return "; ".join(t for t in (f"{fact.part} {PART_TYPES[fact.what].name}", units, terms) if t)


def _moved(event: Event, fact: PartMoved) -> str:
    act = said(fact.by) if fact.by and fact.part != _DUTY_TRACK else ""
    who = event.actor.id if fact.by else ""
    return "; ".join(t for t in (f"{fact.part} {fact.to}", act, fact.note, who) if t)


PART_DETAILS: Mapping[type[Fact], Callable[[Event, Any], str]] = {
    PartOpened: _opened,
    PartMoved: _moved,
    Extended: lambda _, f: f"by {f.amount}: {f.reason}",
    Appointed: lambda _, f: f"{f.lead} with {', '.join(f.members) or 'nobody'}: {f.instruction}",
    Circulated: lambda _, f: f"{f.unit}: {f.text}",
    Counted: lambda _, f: f"{f.amount} for {f.campaign}" + (f": {f.note}" if f.note else ""),
    Countersigned: lambda e, f: f"first of two signatures; {e.actor.id} {f.note}".strip(),
    CalledBack: lambda _, f: f"{f.callback} {f.note}".strip(),
    Reopened: lambda _, f: f.reason,
    ReportedUp: lambda _, f: f"to {'the office above' if f.to == PARENT else f.to}: {f.note}",
    SentBack: lambda _, f: f.reason,
    NotAccepted: lambda _, f: f"{f.because}: {f.advice}",
    Archived: lambda _, _fact: "",
    Merged: lambda _, f: f"into {f.into}: {f.reason}",
    Unmerged: lambda _, f: f"from {f.into}: {f.reason}",
    Joined: lambda _, f: f"{f.case} follows",
    Left: lambda _, f: f"{f.case} goes its own way",
    Linked: lambda _, f: f"to {f.to} ({f.score} %): {f.reason}",
    Unlinked: lambda _, f: f"from {f.to}: {f.reason}",
    Repinned: lambda _, f: f"to {f.plan.policy[:19]}: {f.reason}",
}
