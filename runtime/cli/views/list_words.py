"""What a list of cases calls things: codes in English, the town's names in Chinese."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from domain.policy.model import Policy
from runtime.cli.languages import ListLanguage
from schemas.records import CaseRow

if TYPE_CHECKING:
    from console.desk.names import TownNames


class ListWords(Protocol):
    """The words of one language. `heading` is by the English name of the column."""

    def heading(self, name: str) -> str: ...

    def where(self, row: CaseRow) -> tuple[str, str, str]:
        """Return tier, stage and turn."""

    def unit(self, row: CaseRow) -> str: ...

    def clock(self, row: CaseRow) -> str: ...

    def grave(self, row: CaseRow) -> tuple[str, str, str]:
        """Return urgency, level and place."""

    def category(self, row: CaseRow) -> str: ...

    def time(self, said: str) -> str:
        """Return what `next_due` says, in this language."""


class Codes:
    """The codes that commands take."""

    def heading(self, name: str) -> str:
        return name

    def where(self, row: CaseRow) -> tuple[str, str, str]:
        return row.tier, row.stage, row.turn or "-"

    def unit(self, row: CaseRow) -> str:
        return row.holder or "-"

    def clock(self, row: CaseRow) -> str:
        return row.due_clock or "-"

    def grave(self, row: CaseRow) -> tuple[str, str, str]:
        return row.urgency, str(row.level), row.grid or "-"

    def category(self, row: CaseRow) -> str:
        return row.category or "-"

    def time(self, said: str) -> str:
        return said


_HEADINGS = {
    "case": "编号",
    "tier": "层级",
    "stage": "环节",
    "turn": "待谁办",
    "unit": "承办",
    "due": "时限",
    "clock": "时钟",
    "urgency": "紧急",
    "L": "级",
    "place": "位置",
    "category": "事项",
    "what": "事由",
}
_TIMES = (
    (", provisional", "，暂定"),
    ("rests, missed", "停计，曾超期于"),
    (" ago", "前"),
    ("rests, ", "停计，"),
    ("rests", "停计"),
    ("under 1 min", "不到 1 分"),
    ("missed", "曾超期"),
    ("late ", "超 "),
    ("in ", "剩 "),
    (" wd", " 工作日"),
    (" min", " 分"),
    (" d", " 天"),
    (" h", " 小时"),
    (" s", " 秒"),
)


@dataclass(frozen=True)
class ChineseNames:
    """The names of each tenant's policy, and of the engine's lists (console/desk/names.py)."""

    policies: Mapping[str, Policy] = field(repr=False)
    towns: dict[str, "TownNames"] = field(default_factory=dict, repr=False)

    def heading(self, name: str) -> str:
        return _HEADINGS[name]

    def where(self, row: CaseRow) -> tuple[str, str, str]:
        names = self._of(row)
        turn = names.code("turn", row.turn) or "-"
        return names.code("tier", row.tier), names.code("stage", row.stage), turn

    def unit(self, row: CaseRow) -> str:
        return self._of(row).unit(row.holder) or "-"

    def clock(self, row: CaseRow) -> str:
        return self._of(row).clock(row.due_clock) or "-"

    def grave(self, row: CaseRow) -> tuple[str, str, str]:
        names = self._of(row)
        return names.code("urgency", row.urgency), str(row.level), names.grid(row.grid) or "-"

    def category(self, row: CaseRow) -> str:
        return self._of(row).category(row.category) or "-"

    def time(self, said: str) -> str:
        for english, chinese in _TIMES:
            said = said.replace(english, chinese)
        return said

    def _of(self, row: CaseRow) -> "TownNames":
        known = self.towns.get(row.tenant)
        if known is None:
            # Only here: a command in English reads no table of names.
            from console.desk.names import TownNames  # noqa: PLC0415

            known = self.towns[row.tenant] = TownNames(self.policies[row.tenant], ListLanguage.ZH)
        return known


def words_of(language: ListLanguage, policies: Mapping[str, Policy]) -> ListWords:
    return ChineseNames(policies) if language is ListLanguage.ZH else Codes()
