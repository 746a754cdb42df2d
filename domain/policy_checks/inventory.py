"""Check the lines of the inventory of parts against the pack. It may have 400,000."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from domain.characters import quoted
from domain.policy.inventory import Thing
from domain.policy_checks.drafts import PolicyDraft
from domain.policy_checks.findings import Names

_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_MOST = 20
"""So many lines of one kind of mistake are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class InventoryLine:
    """One line of the file, as it is written; `line` counts from 1."""

    line: int
    number: str
    category: str
    owner: str = ""
    grid: str = ""


@dataclass(frozen=True, slots=True)
class InventoryFinding:
    """`column` names what is wrong in the line."""

    line: int
    column: str
    reason: str


@dataclass(slots=True)
class InventoryCheck:
    """Collects the things of a file, and what is wrong with its lines, in one pass."""

    draft: PolicyDraft
    things: dict[str, Thing] = field(default_factory=dict)
    _lines: dict[str, int] = field(default_factory=dict)
    _wrong: dict[tuple[str, str], tuple[int, str, int]] = field(default_factory=dict)
    _alike: dict[Thing, Thing] = field(default_factory=dict)
    _groups: frozenset[str | None] = frozenset()

    def read(self, lines: Iterable[InventoryLine]) -> None:
        owners = _owners(self.draft)
        self._groups = frozenset(each.group for each in self.draft.categories or ())
        for each in lines:
            self._read(each, owners)

    def owners(self) -> dict[str, tuple[str, ...]]:
        """Return the owners of the things of each class."""
        found: dict[str, dict[str, None]] = {}
        for thing in self._alike:
            if thing.owner is not None:
                found.setdefault(thing.category, {})[thing.owner] = None
        return {category: tuple(owners) for category, owners in found.items()}

    def findings(self) -> Iterator[InventoryFinding]:
        """Yield one finding for each value that is wrong, at its first line, with how many more."""
        numbers: dict[str, int] = {}
        for (column, _), (line, reason, times) in self._wrong.items():
            numbers[column] = numbers.get(column, 0) + 1
            if numbers[column] <= _MOST:
                more = f" ({times} lines)" if times > 1 else ""
                yield InventoryFinding(line, column, f"{reason}{more}")
        for column, number in numbers.items():
            if number > _MOST:
                yield InventoryFinding(0, column, f"{number - _MOST} more such values are wrong")

    def _read(self, each: InventoryLine, owners: Mapping[str, str]) -> None:
        first = self._lines.setdefault(each.number, each.line)
        if not _NUMBER.fullmatch(each.number):
            reason = f"{quoted(each.number)} is no number: 1 to 64 letters, digits and _ . -"
            self._note("number", each.number, each.line, reason)
        elif first != each.line:
            reason = f"{quoted(each.number)} appears twice, first on line {first}; keep one"
            self._note("number", each.number, each.line, reason)
        draft = self.draft
        if each.category not in self._groups:
            self._known("class", each.category, each.line, draft.category_names, draft.categories)
        if each.grid:
            self._known("grid", each.grid, each.line, draft.grid_names, draft.grids)
        owner = owners.get(each.owner) if each.owner else None
        if each.owner and owner is None and draft.units is not None:
            reason = draft.unit_names.no_such(each.owner)
            reason += "; write the id or name of a unit, or nothing where the owner is not known"
            self._note("owner", each.owner, each.line, reason)
        thing = Thing(each.category, owner, each.grid or None)
        self.things[each.number] = self._alike.setdefault(thing, thing)

    def _known(self, column: str, name: str, line: int, names: Names, table: object) -> None:
        if table is not None and name not in names:
            self._note(column, name, line, names.no_such(name))

    def _note(self, column: str, value: str, line: int, reason: str) -> None:
        first, said, times = self._wrong.get((column, value), (line, reason, 0))
        self._wrong[column, value] = (first, said, times + 1)


def _owners(draft: PolicyDraft) -> dict[str, str]:
    """Return the unit that each id or name means; a unit that is gone stands for its successor."""
    found: dict[str, str] = {}
    for unit in draft.units or ():
        now = draft.heirs.get(unit.id, unit.id)
        found.setdefault(unit.name, now)
        found.setdefault(unit.name_en, now)
    return found | {unit.id: draft.heirs.get(unit.id, unit.id) for unit in draft.units or ()}
