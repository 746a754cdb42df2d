"""A policy on its way: the parts that could be read, and what is found wrong with them."""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from domain.people.rosters import Duty, Person
from domain.policy.model import Campaign, Category, ChannelRule, Grid, Level, TierRule, Unit
from domain.policy.part_rules import PartRule
from domain.policy.similar_rules import SimilarRule, SurgeRule
from domain.policy.sources import SourceRule
from domain.sla.ladders import Ladder

Path = tuple[str | int, ...]
"""Leads through a file to a value: ("categories", 6, "lead")."""

MANY = 12
"""More names than this are not worth listing in a sentence."""


@dataclass(frozen=True, slots=True)
class Staff:
    """The roster before it is sure that it can be one. `absent` are ids, one an absence."""

    people: tuple[Person, ...]
    duties: tuple[Duty, ...]
    absent: tuple[str, ...]
    last_resort: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """None stands for a part whose file could not be read; what refers to it is not checked.

    Everything stands in the order of its file, so that an index leads to its line. `days_off` are
    the dates of the calendar's own exceptions.
    """

    platform: str | None = None
    office: str | None = None
    rehandle_ladder: str | None = None
    units: tuple[Unit, ...] | None = None
    grids: tuple[Grid, ...] | None = None
    categories: tuple[Category, ...] | None = None
    tier_rules: tuple[TierRule, ...] | None = None
    levels: tuple[Level, ...] | None = None
    ladders: tuple[Ladder, ...] | None = None
    parts: tuple[PartRule, ...] | None = None
    channels: tuple[ChannelRule, ...] | None = None
    campaigns: tuple[Campaign, ...] | None = None
    sources: tuple[SourceRule, ...] | None = None
    days_off: tuple[date, ...] | None = None
    staff: Staff | None = None
    similar: SimilarRule | None = None
    surge: SurgeRule | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """`file` is the name without its ending; `reason` says what is wrong and what to do."""

    file: str
    path: Path
    reason: str


def no_such(kind: str, name: str, known: Iterable[str]) -> str:
    """`no unit 'uban-mgmt'; did you mean 'urban-mgmt'?`"""
    names = list(dict.fromkeys(known))
    near = get_close_matches(name, names, n=1)
    if near:
        return f"no {kind} {name!r}; did you mean {near[0]!r}?"
    if not names:
        return f"no {kind} {name!r}; there is none at all"
    listed = ", ".join(names[:MANY]) + (", …" if len(names) > MANY else "")
    return f"no {kind} {name!r}; there are: {listed}"


def repeated(
    file: str, path: Path, names: Sequence[Hashable], key: str | None = None
) -> Iterator[Finding]:
    """One finding for each name that came before; `key` is where an entry has its name."""
    first: dict[Hashable, int] = {}
    for index, name in enumerate(names):
        if name in first:
            end = (index,) if key is None else (index, key)
            spelt = repr(str(name))
            reason = f"{spelt} appears twice, first at [{first[name]}]; keep one"
            yield Finding(file, (*path, *end), reason)
        else:
            first[name] = index
