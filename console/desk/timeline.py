"""The rows of a case's journal as its page shows them: what happened, who did it, and said what."""

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from console.desk.context import Visit
from console.desk.engine_words import engine_words
from console.desk.refusal_words import refusal_line
from domain.case.access import is_withheld, reads_duty
from domain.case.commands import Actor
from domain.case.escalation.facts import DeadlineMissed, DeadlineMoved, RungReached
from domain.case.events import CommandRefused, Event
from domain.case.handling.facts import EarlierUse
from domain.case.notices.facts import Notified, Undelivered
from domain.case.parts.facts import PartMoved, PartOpened
from domain.case.registration.facts import Received, Triaged
from domain.case.repinning.facts import Repinned
from domain.case.state import Case
from domain.complaints import Evidence, UnverifiedFile
from domain.vocabulary import Role

_TEXTS = (
    "reason", "note", "text", "result", "instruction", "minutes", "finding", "what", "agenda",
    "subject", "goal", "basis", "measures", "advice", "detail",
)  # fmt: skip
"""Fields with the words of a person, in the order in which they are read."""
_HIDDEN = frozenset(
    {
        "kind",
        "plan",
        "by",
        "terms",
        "units_before",
        "policy",
        "final",
        "row",
        "starts",
        "rung",
        "rungs",
    }
)
NOT_SHOWN = frozenset({*_TEXTS, *_HIDDEN, "told"})
"""Fields of a row that are texts of their own, or that no page names."""
_OF_PERSON = frozenset({"person", "officers"})
_OF_UNIT = frozenset(
    {
        "unit",
        "units",
        "members",
        "lead",
        "suggested_unit",
        "to_unit",
        "readers",
        "party",
        "spares",
        "passed_over",
    }
)


class Of(StrEnum):
    """What a row is about, by which the page filters."""

    WORK = "work"
    CLOCK = "clock"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Happening:
    """One row. `text`: words of a person, or of the engine (`by_engine`), which are English where
    there are none in the language of the page (`is_english`); `facts`: what else it says, with
    names.
    """

    seq: int
    at: datetime
    of: Of
    what: str
    who: str
    text: str
    facts: tuple[tuple[str, str], ...]
    files: tuple[Evidence, ...]
    withheld: bool = False
    by_engine: bool = False
    is_english: bool = False


def happenings(case: Case, events: Iterable[Event], visit: Visit) -> list[Happening]:
    """Return the rows of a case, newest first."""
    reach = visit.reach
    own = None if reach.whole_tenant else reach.units
    inquires = reads_duty(reach, case)
    source = case.plan.complaint.source
    found = [_happening(event, visit, own, source, inquires=inquires) for event in events]
    return found[::-1]


def _happening(
    event: Event, visit: Visit, own: Collection[str] | None, source: str, *, inquires: bool
) -> Happening:
    fact, names = event.fact, visit.names
    withheld = is_withheld(fact, inquires=inquires, units=own)
    what = _what(event, visit)
    who = _who(event.actor, visit, source)
    if withheld:
        return Happening(event.seq, event.at, Of.WORK, what, who, "", (), (), withheld=True)
    said = [fact, *_inside(fact)]
    texts = [t for each in said for t in _texts(each)]
    facts = [pair for each in said for pair in _facts(each, visit)]
    if isinstance(fact, RungReached) and fact.told:
        people = "、".join(dict.fromkeys(told.name for told in fact.told))
        facts.append((visit.words("told"), people))
    files = [file for each in said for file in _files(each)]
    text = "\n".join(dict.fromkeys(texts))
    if isinstance(fact, CommandRefused):
        why = refusal_line(names, fact.refusal, fact.detail)
        text = f"{names.code('act', event.command)}: {why}"
    by_engine = event.actor.role is Role.ENGINE and not isinstance(fact, CommandRefused)
    words = engine_words(names, text) if by_engine else text
    return Happening(
        event.seq,
        event.at,
        _of(fact),
        what,
        who,
        text if words is None else words,
        tuple(dict.fromkeys(facts)),
        tuple(files),
        by_engine=by_engine,
        is_english=words is None,
    )


def _of(fact: object) -> Of:
    if isinstance(fact, RungReached) and not fact.level:
        return Of.NOTICE  # it told people of a request, or of work: nothing was escalated
    if isinstance(fact, DeadlineMissed | DeadlineMoved | RungReached):
        return Of.CLOCK
    return Of.NOTICE if isinstance(fact, Notified | Undelivered) else Of.WORK


def _what(event: Event, visit: Visit) -> str:
    fact, names = event.fact, visit.names
    match fact:
        case RungReached():
            level = f"L{fact.level} {names.code('level', str(fact.level))}"
            return f"{level if fact.level else names.fact(fact)} · {names.clock(fact.clock)}"
        case DeadlineMissed() | DeadlineMoved():
            return f"{names.fact(fact)} · {names.clock(fact.clock)}"
        case PartOpened():
            return f"{names.part(fact.part)} · {names.fact(fact)}"
        case PartMoved():
            return f"{names.part(fact.part)} · {names.code('part_state', fact.to)}"
        case _:
            return names.fact(fact)


def _who(actor: Actor, visit: Visit, source: str) -> str:
    """Return who acted; the reporter by the source of the complaint, which alone is named."""
    names = visit.names
    if actor.role is Role.REPORTER and actor.id == source:
        return f"{names.role(actor.role)} · {source}"
    if actor.role in {Role.ENGINE, Role.REPORTER}:
        return names.role(actor.role)
    person = names.person(actor.id)
    if actor.for_person is not None:
        absent = names.person(actor.for_person)
        person = visit.words("%(deputy)s for %(person)s", deputy=person, person=absent)
    if actor.set_by is not None:
        person = visit.words(
            "%(who)s, set by %(setter)s", who=person, setter=names.person(actor.set_by)
        )
    parts = (person, names.unit(actor.unit) if actor.unit else "", names.role(actor.role))
    return " · ".join(part for part in parts if part)


def _inside(fact: Any) -> Sequence[Any]:
    """Return the terms of a part, or the act that moved it: what they say belongs to the row."""
    match fact:
        case PartOpened():
            return (fact.terms,)
        case PartMoved() if fact.by is not None:
            return (fact.by,)
        case _:
            return ()


def _texts(said: Any) -> Iterator[str]:
    for name in _TEXTS:
        value = getattr(said, name, None)
        if isinstance(value, str) and not isinstance(value, StrEnum) and value.strip():
            yield value.strip()


def _files(said: Any) -> Iterator[Evidence]:
    for name in ("evidence", "before", "file"):
        value = getattr(said, name, None)
        files = value if isinstance(value, tuple) else (value,)
        yield from (file for file in files if isinstance(file, Evidence))


def _facts(said: Any, visit: Visit) -> Iterator[tuple[str, str]]:
    if isinstance(said, RungReached | Received | Repinned | Triaged | CommandRefused):
        return  # the page shows them elsewhere: told, complaint, plan
    for each in dataclasses.fields(said):
        name, value = each.name, getattr(said, each.name)
        if name in {"part", "to"} and isinstance(said, PartOpened | PartMoved):
            continue  # it is what the row is called
        if name in NOT_SHOWN or value in (None, "", (), False):
            continue
        if (text := _value(name, value, visit)) is not None:
            yield visit.names.code("field", name), text


def _value(name: str, value: Any, visit: Visit) -> str | None:
    """Return a value in words; None for one that has a place of its own, or no words."""
    if isinstance(value, tuple):
        if any(isinstance(each, Evidence | UnverifiedFile) for each in value):
            return None
        texts = [_value(name, each, visit) for each in value]
        return "、".join(text for text in texts if text) or None
    for kind, write in _WRITE.items():
        if isinstance(value, kind):
            return write(name, value, visit)
    if dataclasses.is_dataclass(value):
        pairs = (getattr(value, f.name) for f in dataclasses.fields(value))
        return ": ".join(str(each) for each in pairs if isinstance(each, str | int)) or None
    return None


def _text(name: str, value: str, visit: Visit) -> str:
    if name in _OF_UNIT or value.startswith("@"):
        return visit.names.place(value)
    if name in _OF_PERSON:
        return visit.names.person(value)
    if name == "unit_kind":
        return visit.names.code("unit_kind", value)
    if name == "category":
        return visit.names.category(value)
    if name == "gaps":
        return engine_words(visit.names, value) or value
    return visit.names.clock(value) if name in {"clock", "part"} else value


def _use(_name: str, use: EarlierUse, visit: Visit) -> str:
    """Say in which other case a file was, and since when."""
    same = visit.names.code("choice", use.same) if use.same else ""
    parts = (use.sha256[:12], use.case, visit.moments.text(use.at), same)
    return " · ".join(part for part in parts if part)


_WRITE: Mapping[type, Callable[[str, Any, Visit], str]] = {
    EarlierUse: _use,
    datetime: lambda _, value, visit: visit.moments.text(value),
    timedelta: lambda _, value, visit: visit.moments.amount(value),
    bool: lambda _, value, visit: visit.words("yes") if value else visit.words("no"),
    StrEnum: lambda _, value, visit: visit.names.any_code(value),
    str: _text,
    int: lambda _, value, _visit: str(value),
}
"""In this order: a truth value is a number, and a code is a text."""
