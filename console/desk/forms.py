"""Forms of acts: which widget each field has, and from what was typed to a command."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from console.desk.acts import ActField, fields_of
from console.desk.first_values import first_values, in_order
from console.desk.needed_fields import FormNeeds, needs_of
from console.desk.offers import Offer
from console.desk.option_names import Option, OptionNames
from domain.case.callbacks import lacks_why
from domain.case.commands import Actor
from domain.case.joint_work.acts import (
    Attendance,
    CaseDecision,
    Counter,
    Opinion,
    Resolution,
    Responsible,
)
from domain.case.participants import parties
from domain.case.state import Case
from domain.complaints import Evidence
from domain.policy.model import Policy
from domain.vocabulary import RATINGS
from schemas.commands import CommandMessage
from schemas.mistakes import problem_of
from schemas.texts import emptied

_UNITS = frozenset({
    "unit", "suggested_unit", "lead", "party", "units", "members", "readers", "present", "opinions",
})  # fmt: skip
_OF_TYPE: Mapping[object, str] = {Evidence: "files", datetime: "moment", int: "number"}
_SHORT = frozenset(
    {"number", "close", "part_number", "piece", "campaign", "into", "to", "whom", "step"}
)
_PAIRS: Mapping[type, tuple[str, str]] = {
    Resolution: ("unit", "what"),
    CaseDecision: ("case", "what"),
    Counter: ("name", "number"),
    Attendance: ("unit", "person"),
    Responsible: ("category", "unit"),
}
_HIDDEN = frozenset({Opinion})
"""Opinions come with a file each: a page of its own has to ask for them."""


@dataclass(frozen=True, slots=True)
class Widget:
    """A field as a page shows it. `kind` names the macro of forms.html that draws it; `files`: how
    many files the case needs there, if any; `hint`: when it is needed, or what it has to say.
    """

    name: str
    kind: str
    required: bool
    options: tuple[Option, ...] = ()
    values: tuple[str, ...] = ()
    wrong: str = ""
    hint: str = ""
    files: int = 0
    label: str = ""

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was sent: texts by name, and the files that are stored already, by name.

    `names`: digest -> what a file is called where it came from.
    """

    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, Sequence[Evidence]] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, name: str) -> tuple[str, ...]:
        return tuple(text for text in self.texts.get(name, ()) if text.strip())


class NotFilled(Exception):
    """A form that is no command yet: what is wrong, by the name of the field."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        super().__init__(", ".join(wrong))
        self.wrong = dict(wrong)


@dataclass(frozen=True)
class ActForm:
    """The form of one act: on one case, or with the same words on many (`case` None)."""

    policy: Policy
    case: Case | None
    offer: Offer
    option_names: OptionNames

    def widgets(
        self, typed: Typed | None = None, wrong: Mapping[str, str] | None = None
    ) -> list[Widget]:
        typed, wrong = typed or Typed(), wrong or {}
        if not any(typed.texts.values()) and not typed.files:
            typed = Typed(first_values(self.offer.kind, self.case))
        return [
            self._widget(each, typed, wrong.get(each.name, ""))
            for each in in_order(self.offer.kind, fields_of(self.offer.kind))
            if each.each not in _HIDDEN and each.name not in self._needs.hidden
        ]

    @cached_property
    def _needs(self) -> FormNeeds:
        return needs_of(self.offer.kind, self.case, self.offer.parts)

    def _widget(self, each: ActField, typed: Typed, wrong: str) -> Widget:
        kind, options = self._kind(each)
        values = typed.of(each.name)
        if kind == "moment":
            values = (*typed.of(f"{each.name}.date")[:1], *typed.of(f"{each.name}.time")[:1])
        needs = self._needs
        required = (each.required and not each.mark) or each.name in needs.required
        hint, files = needs.hints.get(each.name, ""), needs.files.get(each.name, 0)
        label = self.option_names.field(self.offer.kind, each.name)
        return Widget(each.name, kind, required, options, values, wrong, hint, files, label)

    def _kind(self, each: ActField) -> tuple[str, tuple[Option, ...]]:
        """Return the kind of widget and what it lets choose from."""
        if each.each in _OF_TYPE:
            return _OF_TYPE[each.each], ()
        if each.each is bool:
            return ("yes_no" if each.asks else "tick"), ()
        if options := self._options(each):
            return ("several" if each.several else "select"), options
        if each.several:
            return ("pairs" if each.each in _PAIRS else "lines"), ()
        return ("short" if each.name in _SHORT else "text"), ()

    def _options(self, each: ActField) -> tuple[Option, ...]:
        name, names, policy = each.name, self.option_names, self.policy
        if each.choices:
            return tuple(Option(code, names.choice(code)) for code in each.choices)
        if name == "close" and self._needs.results:
            return tuple(Option(code, names.choice(code)) for code in self._needs.results)
        if name in _UNITS:
            return names.units(policy, self._fitting_units)
        if name == "part":
            return tuple(Option(part, names.part(part)) for part in self.offer.parts)
        of_policy = {"category": names.categories, "grid": names.grids}
        return of_policy[name](policy) if name in of_policy else self._people(each)

    @property
    def _fitting_units(self) -> frozenset[str] | None:
        """Return the units that a meeting can have heard; None for another act: all of the town."""
        if self.case is None or self.offer.kind != "hold":
            return None
        case, parts = self.case, {*self.offer.parts}
        asked = (unit for part in case.parts if part.id in parts for unit in part.units)
        own = (*parties(case), case.plan.platform, case.plan.office)
        return frozenset(unit for unit in (*asked, *own) if unit)

    def _people(self, each: ActField) -> tuple[Option, ...]:
        """Return the people whom a field names; () for another field."""
        if each.each is Attendance and self.case is not None:
            return self.option_names.people(self.policy, self.case)
        if each.name == "officers":
            return self.option_names.officers(self.policy, self.offer.actor.unit)
        return ()

    def message(self, typed: Typed, command_id: str) -> CommandMessage:
        """Return the command that was typed. Raises NotFilled."""
        act: dict[str, Any] = {"kind": self.offer.kind}
        wrong: dict[str, str] = {}
        for each in fields_of(self.offer.kind):
            try:
                value = self._read(each, typed)
            except ValueError as error:
                wrong[each.name] = str(error)
                continue
            if value is not None:
                act[each.name] = value
            elif each.required or (each.name in self._needs.required and each.each is not Evidence):
                wrong[each.name] = "missing"
        if lacks_why(str(act.get("callback", "")), str(act.get("note", ""))):
            wrong["note"] = "missing"
        if act.get("callback") in RATINGS and "solved" not in act:
            wrong["solved"] = "missing"
        if wrong:
            raise NotFilled(wrong)
        return message_of(act, self.offer.actor, command_id)

    def _read(self, each: ActField, typed: Typed) -> Any:
        """Return the value of a field, None if nothing was typed. Raises ValueError."""
        if each.each is Evidence:
            return list(typed.files.get(each.name, ())) or None
        if each.each is datetime:
            return moment_typed(typed, each.name, ZoneInfo(self.policy.calendar.zone))
        texts = typed.of(each.name)
        if not texts:
            return [] if each.several and each.required else None
        if not each.several:
            return _one(each, texts[0])
        found = _several(each, texts)
        return [self._by_id(pair) for pair in found] if each.each in _PAIRS else found

    def _by_id(self, pair: Mapping[str, Any]) -> dict[str, Any]:
        """Return a pair with the id of a unit or category that was typed by its name, as pages
        show it. What is no name, or that of two, stays for the case to refuse.
        """
        policy, found = self.policy, dict(pair)
        named = {
            "unit": [(each.id, each.name, each.name_en) for each in policy.units],
            "category": [(each.id, each.name, each.name_en) for each in policy.categories],
        }
        for name in named.keys() & pair.keys():
            ids = [id_ for id_, *names in named[name] if pair[name] in names]
            if len(ids) == 1 and all(pair[name] != id_ for id_, *_ in named[name]):
                [found[name]] = ids
        return found


def _several(each: ActField, texts: Sequence[str]) -> list[Any]:
    lines = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
    return [_pair(line, _PAIRS[each.each]) for line in lines] if each.each in _PAIRS else lines


def _one(each: ActField, text: str) -> Any:
    if each.each is int:
        return _number(text)
    if each.mark:
        return True if text == "yes" else None
    return text == "yes" if each.each is bool else text.strip()


def message_of(act: Mapping[str, Any], actor: Actor, command_id: str) -> CommandMessage:
    """Return the command of an act. Raises NotFilled, with the fields that the schema refuses."""
    try:
        message = CommandMessage.model_validate({"id": command_id, "actor": actor, "act": act})
    except ValidationError as error:
        wrong = {_named(each["loc"]): problem_of(each) for each in error.errors()}
        raise NotFilled(wrong) from error
    return message.model_copy(update={"act": emptied(message.act)})


def _named(loc: Sequence[str | int]) -> str:
    """Return the field of ("act", kind, field, ...); "" for what is wrong with the whole."""
    return str(loc[2]) if len(loc) > 2 else ""  # noqa: PLR2004


def _pair(line: str, names: tuple[str, str]) -> dict[str, Any]:
    before, colon, after = line.replace("：", ":", 1).partition(":")
    if not colon or not before.strip() or not after.strip():
        raise ValueError("pair")
    value: Any = _number(after) if names[1] == "number" else after.strip()
    return {names[0]: before.strip(), names[1]: value}


def _number(text: str) -> int:
    if not text.strip().lstrip("-").isdecimal():
        raise ValueError("number")
    return int(text)


def moment_typed(typed: Typed, name: str, zone: ZoneInfo) -> datetime | None:
    """Return the moment that a date and an hour say in the zone of the town. Raises ValueError."""
    day, hour = typed.of(f"{name}.date"), typed.of(f"{name}.time")
    if not day and not hour:
        return None
    try:
        return datetime.combine(
            date.fromisoformat(day[0]), time.fromisoformat(hour[0]), tzinfo=zone
        )
    except (IndexError, ValueError) as error:
        raise ValueError("moment") from error
