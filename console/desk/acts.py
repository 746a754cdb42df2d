"""The acts that people give in forms: each kind with its fields, and samples to try it with."""

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Literal, get_args, get_origin

from domain.case.commands import HumanAct
from domain.complaints import Evidence


def _kind(act: type) -> str:
    return str(next(f.default for f in dataclasses.fields(act) if f.name == "kind"))


ACTS: Mapping[str, type] = {_kind(act): act for act in get_args(HumanAct)}
"""kind -> act."""

_SAMPLE_DIGEST = "5a" * 32
_SAMPLE_TEXT = "试填的内容 sample"


@dataclass(frozen=True, slots=True)
class ActField:
    """A field of an act. `each`: the type of its value, or of each of several. `required`: the act
    has no default for it. `asks`: a yes and a no both say something, and to leave it open, too.
    `mark`: only a yes can be said.
    """

    name: str
    each: Any
    several: bool
    required: bool
    asks: bool = False
    mark: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the codes of a closed list; () if it is none."""
        closed = isinstance(self.each, type) and issubclass(self.each, StrEnum)
        return tuple(self.each) if closed else ()

    def sample(self, now: datetime) -> Any:
        """Return a value with which an act can be tried."""
        if self.choices:
            value: Any = next(iter(self.each))
        elif self.each is datetime:
            value = now + timedelta(days=2)
        elif self.each is Evidence:
            value = Evidence(_SAMPLE_DIGEST, "urn:sanban:sample", "image/jpeg", now)
        elif self.each is bool:
            value = True
        elif self.each is int:
            value = 1
        elif self.each is str:
            value = _SAMPLE_DIGEST if self.name == "sha256" else _SAMPLE_TEXT
        else:
            return ()
        return (value,) if self.several else value


@cache
def fields_of(kind: str) -> tuple[ActField, ...]:
    """Return the fields of an act that a form asks for, in the order of the act."""
    act = ACTS[kind]
    hints = typing.get_type_hints(act)
    return tuple(
        _field(each, hints[each.name]) for each in dataclasses.fields(act) if each.name != "kind"
    )


def _field(of: "dataclasses.Field[Any]", hint: Any) -> ActField:
    required = of.default is MISSING
    if get_origin(hint) in {typing.Union, types.UnionType}:
        [hint] = [each for each in get_args(hint) if each is not type(None)]
    if hint == Literal[True]:
        return ActField(of.name, bool, several=False, required=required, mark=True)
    several, asks = get_origin(hint) is tuple, hint is bool and of.default in {MISSING, None}
    return ActField(of.name, get_args(hint)[0] if several else hint, several, required, asks)


def choices_of(kind: str) -> Iterator[dict[str, Any]]:
    """Yield, for each code of each closed list that an act needs, the field with that code."""
    for each in fields_of(kind):
        if each.choices and each.required:
            for code in each.each:
                yield {each.name: (code,) if each.several else code}


def sample_act(kind: str, now: datetime, **said: Any) -> Any:
    """Return an act of this kind, with sample values where it needs some that are not said."""
    values = {
        each.name: said.get(each.name, each.sample(now))
        for each in fields_of(kind)
        if each.name in said or each.required or each.each is Evidence
    }
    return ACTS[kind](**values)
