"""TownNames of things in the language of the page: of the policy, and of the engine's own lists."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path

import yaml

from domain.case.events import FACTS, Fact
from domain.case.part_types import PART_TYPES
from domain.notifications.notices import PATROL
from domain.planning.plans import UNCOVERED
from domain.policy.model import Policy
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import CASE_CLOCKS
from domain.vocabulary import Role

PLACELESS = "-"
"""In place of a grid: that of cases whose place is not known."""
_TABLE = Path(__file__).parent / "locale" / "names.yaml"
_FACT_NAMES = {
    str(each.default): row.name
    for fact, row in FACTS.items()
    for each in fields(fact)
    if each.name == "kind"
}
"""Kind of a fact -> its name in both languages."""
_CLOCKS = {row.id: (row.chinese, row.english) for row in CASE_CLOCKS}
_CLOCKS |= {PATROL: ("巡查", "patrol")}


@cache
def table() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Return list -> code -> (Chinese, English), for the lists of codes that pages show."""
    read = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return {of: {str(k): (zh, en) for k, (zh, en) in names.items()} for of, names in read.items()}


@dataclass(frozen=True)
class TownNames:
    """TownNames in one language. A code without a name is shown as it is."""

    policy: Policy
    language: str

    def code(self, of: str, code: str | None) -> str:
        """Return the name of a code of one of the lists of names.yaml."""
        if code is None:
            return ""
        return self._pick(table().get(of, {}).get(code) or (code, code))

    def field(self, kind: str, name: str) -> str:
        """Return the label of a field: that of its act, where the act has one of its own."""
        own = f"{kind}.{name}"
        return (
            self.code("act_field", own) if own in table()["act_field"] else self.code("field", name)
        )

    def any_code(self, code: str) -> str:
        """Return the name of a code that a row of the journal has, of whichever list."""
        lists = ("choice", "part_state", "fact_code", "default", "stage", "tier")
        return next((self.code(of, code) for of in lists if code in table()[of]), code)

    def place(self, unit: str) -> str:
        """Return the name of a unit, or of what stands for one in a ladder, such as `@holder`."""
        return self.code("place", unit) if unit in table()["place"] else self.unit(unit)

    def unit(self, id_: str | None) -> str:
        return self._units.get(id_ or "", id_ or "")

    def category(self, id_: str | None) -> str:
        return self._categories.get(id_ or "", id_ or "")

    def grid(self, id_: str | None) -> str:
        if id_ == UNCOVERED:
            return self._pick(("不在任何网格", "in no grid"))
        if id_ == PLACELESS:
            return self._pick(("地点不明", "place not known"))
        return self._grids.get(id_ or "", id_ or "")

    def person(self, id_: str) -> str:
        return self._people.get(id_, id_)

    def clock(self, id_: str | None) -> str:
        """Return the name of a clock of the case; of a part's clock, that of the part."""
        if id_ is None:
            return ""
        return self._pick(_CLOCKS[id_]) if id_ in _CLOCKS else self.part(id_)

    def part(self, id_: str) -> str:
        """Return `任务 2` for `task-2`."""
        kind, _, number = id_.rpartition("-")
        return f"{self.part_kind(kind)} {number}" if kind in set(PartKind) else id_

    def part_kind(self, kind: str) -> str:
        return self._of_two(PART_TYPES[PartKind(kind)].name)

    def fact(self, fact: Fact) -> str:
        return self._of_two(FACTS[type(fact)].name)

    def row_kind(self, kind: str) -> str:
        """Return the name of what a row of any chain says: a fact of a case, or an operation."""
        name = _FACT_NAMES.get(kind)
        return self.code("operation", kind) if name is None else self._of_two(name)

    def answer(self, question: str, answer: str) -> str:
        """Return the answer of a rule to a question of the plan, such as the tier or the holder."""
        if question == "grid":
            return self.grid(answer)
        return self.code("choice", answer) if answer in table()["choice"] else self.unit(answer)

    def role(self, role: Role | str) -> str:
        return self.code("role", role)

    def tenant(self) -> str:
        return self._pick((self.policy.name, self.policy.name_en))

    def _of_two(self, name: str) -> str:
        """Return one half of `退单 return`."""
        chinese, _, english = name.partition(" ")
        return self._pick((chinese, english))

    def _pick(self, pair: tuple[str, str]) -> str:
        return pair[0] if self.language == "zh" else pair[1]

    @cached_property
    def _units(self) -> Mapping[str, str]:
        return {each.id: self._pick((each.name, each.name_en)) for each in self.policy.units}

    @cached_property
    def _categories(self) -> Mapping[str, str]:
        return {each.id: self._pick((each.name, each.name_en)) for each in self.policy.categories}

    @cached_property
    def _grids(self) -> Mapping[str, str]:
        return {each.id: self._pick((each.name, each.name_en)) for each in self.policy.grids}

    @cached_property
    def _people(self) -> Mapping[str, str]:
        return {each.id: each.name for each in self.policy.roster.people}
