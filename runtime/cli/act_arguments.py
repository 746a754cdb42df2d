"""Parses commands typed at a terminal: `cases act 7kq2m resolve result=cleared evidence=a.jpg`.

A field with several values is given several times: `units=water units=police`. The decisions of a
conference are `tasks=UNIT:WHAT`, on other cases `decisions=CASE:WHAT`, what a unit wrote to it
`written=UNIT:PERSON:FILE`, who came to it or to a joint action `came=UNIT:PERSON`, and the figures
of an action `counters=NAME:NUMBER`. When a picture was taken is said after its name, and by which
recorder of the town after that: `evidence=FILE@2026-11-30T08:00:00+08:00@recorder-1`.
"""

import dataclasses
import difflib
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from domain.case.actors import NotBelieved, actor_of_person
from domain.case.callbacks import lacks_why
from domain.case.commands import Actor, HumanAct
from domain.case.joint_work.acts import (
    Attendance,
    CaseDecision,
    Counter,
    Opinion,
    Resolution,
    Responsible,
)
from domain.complaints import Evidence
from domain.policy.model import Policy
from domain.vocabulary import Role
from runtime.cli.evidence_files import evidence_of
from runtime.cli.local_time import town_moment
from runtime.problems import Problem
from runtime.wiring.people_named import no_such_person, person_id
from schemas.commands import CommandMessage
from schemas.mistakes import problem_of
from schemas.notations import moment_of, truth_of, whole_of
from schemas.texts import emptied


def _fields(act: type) -> dict[str, Any]:
    """Return name -> default of an act's fields."""
    return {field.name: field.default for field in dataclasses.fields(act)}


_PAIRS: dict[type, tuple[str, str, str]] = {
    Responsible: ("category", "unit", "waste-recycling:environment"),
    Resolution: ("unit", "what", "water:'mend the drain'"),
    CaseDecision: ("case", "what", "7kq2m-9xa4t-bnc2w:'first the drain'"),
    Counter: ("name", "number", "dogs:40"),
    Attendance: ("unit", "person", "water:wang-li"),
}
"""Type of each value -> its two parts around the colon, and an example."""

MOST_LISTED = 30
"""Names of a file in one message."""

KINDS: dict[str, type] = {_fields(act)["kind"]: act for act in get_args(HumanAct)}
_TYPES = {
    kind: {field.name: field.type for field in dataclasses.fields(act)}
    for kind, act in KINDS.items()
}
_READERS: dict[object, Callable[[str], object]] = {
    datetime: moment_of,
    bool: truth_of,
    Literal[True]: lambda text: truth_of(text) or None,
    int: whole_of,
}


def actor_for(
    policy: Policy | None,
    person: str,
    kind: str,
    at: datetime,
    *,
    role: Role | None = None,
    for_person: str | None = None,
) -> Actor:
    """Return the person as an actor in `role`, or in their first role that may give the command.

    Raises Problem if the command or the person does not exist, or the roster does not give the
    role at the moment `at`.
    """
    if kind not in KINDS:
        raise Problem(f"no command {kind!r}", do=_choose(kind, KINDS))
    people = {each.id: each for each in policy.roster.people} if policy else {}
    if not person:
        do = f"give --as; {_choose(person, people, 'roster.yaml')}"
        raise Problem("no person given", do=do)
    if policy is None:
        raise no_such_person([], person)
    person = person_id([policy], person)
    for_person = person_id([policy], for_person or "", "--for")
    for option, named in (("--as", person), ("--for", for_person)):
        if named and named not in people:
            raise no_such_person([policy], named, option=option)
    try:
        return actor_of_person(
            policy, person, at, kind=kind, role=role, for_person=for_person or None
        )
    except NotBelieved as error:
        raise Problem(error.why, do=error.do) from error


def message_for(
    kind: str, fields: list[str], actor: Actor, command_id: str, *, zone: ZoneInfo | None = None
) -> CommandMessage:
    """Return the command with its typed fields (`name=value`). Raises Problem.

    `zone`: where a moment without an offset is; without it, such a moment is refused.
    """
    act: dict[str, Any] = {"kind": kind}
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals:
            raise Problem(f"{field!r} is not name=value", do=f"{kind} takes {_takes(kind)}")
        if name not in _fields(KINDS[kind]):
            raise Problem(f"{kind} has no field {name!r}", do=f"it takes {_takes(kind)}")
        if (each := _each_of(kind, name)) is not None:
            act.setdefault(name, []).append(_one_of(kind, name, each, value, zone))
        elif name in act:
            raise Problem(f"{name} is given twice", do=f"{kind} takes {_takes(kind)}")
        else:
            act[name] = _read(kind, name, _TYPES[kind][name], value, zone)
    if lacks_why(str(act.get("callback", "")), str(act.get("note", ""))):
        detail = f"{kind}: note: say with what the citizen is not satisfied"
        raise Problem(detail, do="the unit that handles it again has to know; add note=...")
    try:
        message = CommandMessage.model_validate({"id": command_id, "actor": actor, "act": act})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"][2:] or first["loc"])
        raise Problem(
            f"{kind}: {where}: {problem_of(first)}", do=f"it takes {_takes(kind)}"
        ) from error
    return message.model_copy(update={"act": emptied(message.act)})


def _each_of(kind: str, name: str) -> type | None:
    """Return the type of each value of a field with several; None for a field with one.

    One name can be both: `evidence` is files in a report, and in `give_task` their number.
    """
    wanted = _TYPES[kind][name]
    wanted = next((each for each in get_args(wanted) if get_origin(each) is tuple), wanted)
    return get_args(wanted)[0] if get_origin(wanted) is tuple else None


def _takes(kind: str) -> str:
    names = [name for name in _fields(KINDS[kind]) if name != "kind"]
    said = (f"{name}={'...' * (_each_of(kind, name) is not None)}" for name in names)
    return ", ".join(said) or "no fields"


def _read(kind: str, name: str, wanted: object, text: str, zone: ZoneInfo | None = None) -> object:
    """Return a moment, number or truth value, each in its one spelling; a text as it is."""
    try:
        for each, read in _READERS.items():
            if each == wanted or each in get_args(wanted):
                return town_moment(text, zone) if each is datetime else read(text)
    except ValueError as error:
        raise Problem(f"{kind}: {name}: {error}", do=f"it takes {_takes(kind)}") from None
    return text


def _one_of(kind: str, name: str, each: type, value: str, zone: ZoneInfo | None) -> object:
    if each is Evidence:
        return evidence_of(value, zone)
    if each is Opinion:
        return _opinion(name, value)
    if each not in _PAIRS:
        return value
    one, other, example = _PAIRS[each]
    before, colon, after = value.partition(":")
    if not colon:
        form = f"{one}:{other}".upper()
        raise Problem(f"{name}={value!r} is not {form}", do=f"write {name}={example}")
    wanted = int if other == "number" else str
    return {one: before, other: _read(kind, name, wanted, after)}


def _opinion(name: str, value: str) -> dict[str, object]:
    unit, _, rest = value.partition(":")
    person, _, file = rest.partition(":")
    if not file:
        do = f"write {name}=water:wang-li:opinion.pdf"
        raise Problem(f"{name}={value!r} is not UNIT:PERSON:FILE", do=do)
    return {"unit": unit, "person": person, "file": evidence_of(file)}


def _choose(wrong: str, known: dict[str, Any], file: str = "") -> str:
    """Return the nearest name, or else all names: many are listed only if no `file` has them."""
    close = difflib.get_close_matches(wrong, known, n=1)
    if close:
        return f"did you mean {close[0]}?"
    listed = sorted(known)
    if file and len(listed) > MOST_LISTED:
        more = f", and {len(listed) - MOST_LISTED} more in {file}"
        return "choose from: " + ", ".join(listed[:MOST_LISTED]) + more
    return "choose from: " + ", ".join(listed)
