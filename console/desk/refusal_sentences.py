"""The sentences with which the rules refuse a command, in Chinese.

The catalogue has each sentence of the rules with its placeholders: what stands there is looked up
in the names of the town, and in phrases of the catalogue. A test compares it with the rules.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from console.desk.names import TownNames, table
from console.desk.text_templates import TextTemplate, kind_of, text_template
from console.desk.wording import LOCALE

_CODES: Mapping[str, tuple[str, ...]] = {
    "role": ("role",),
    "stage": ("stage",),
    "tier": ("tier",),
    "urgency": ("urgency",),
    "channel": ("channel",),
    "kind": ("unit_kind",),
    "said": ("choice",),
    "act": ("act",),
    "ps": ("part_state",),
    "field": ("field",),
    "y": ("stage", "part_state", "tier", "urgency", "choice"),
}
"""Kind of a placeholder -> the lists of names.yaml that may have it. Other kinds: `pk` a kind of
part, `n` a number, `t` a text that stays, `id` one word, `decision` and `does` a phrase, `x` any.
"""
_INSIDE = {"n": r"\d[\d.,]*", "id": r"[\w.-]+"}
_LIST = re.compile(r", | or | and |\||/")
_MOMENT = re.compile(r"(?:[A-Z][a-z]{2} )?(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d)\S*)?")
_AMOUNT = re.compile(
    r"(\d+(?:\.\d+)?) (working days?|working hours?|days?|hours?|h|min|s)\b(?: \([\w-]+\))?"
)
_AMOUNTS = {
    "working day": "工作日", "working hour": "工作小时", "day": "天", "hour": "小时", "h": "小时",
    "min": "分", "s": "秒",
}  # fmt: skip
_CASE = re.compile("([0-9a-hj-km-np-tv-z]{5})(-[0-9a-hj-km-np-tv-z]{5}){2}")
_ID = re.compile(r"[\w.-]+")
_DEEPEST = 6
_HAN = "[\u4e00-\u9fff]"
_NO_SPACE = re.compile(f"(?<=[0-9A-Za-z])(?={_HAN})|(?<={_HAN})(?=[0-9A-Za-z])")


@cache
def templates(of: str) -> tuple[TextTemplate, ...]:
    """Return the `sentences` or `phrases`: those with the most words of their own first."""
    read = yaml.safe_load((LOCALE / "refusal_texts.yaml").read_text("utf-8"))[of]
    found = [text_template(english, chinese, _inside) for english, chinese in read.items()]
    return tuple(sorted(found, key=lambda each: -each.own_length))


def _inside(kind: str) -> str:
    return _INSIDE.get(kind, ".+?")


def refusal_sentences(names: TownNames, text: str) -> str | None:
    """Return the text of a refusal in Chinese; None if one of its sentences is not known."""
    said = [_Words(names).sentence(each, 0) for each in text.split("; ")]
    whole = [each for each in said if each is not None]
    return None if len(whole) < len(said) or not text else "；".join(whole) + "。"


@dataclass(frozen=True, slots=True)
class _Words:
    names: TownNames

    def sentence(self, text: str, depth: int) -> str | None:
        """Return a sentence, or a phrase, in Chinese; None if the catalogue has none for it."""
        if depth > _DEEPEST:
            return None
        for template in (*(templates("sentences") if depth == 0 else ()), *templates("phrases")):
            if (found := template.pattern.fullmatch(text)) is not None:
                values = {name: self._value(name, found[name], depth) for name in template.fields}
                whole = {name: value for name, value in values.items() if value is not None}
                if len(whole) == len(values):
                    return _NO_SPACE.sub(" ", template.chinese.format(**whole))
        return None

    def _value(self, field: str, said: str, depth: int) -> str | None:
        """Return what stands in a placeholder; None if the template cannot mean it."""
        kind = kind_of(field)
        if kind in {"n", "t"}:
            return said
        if kind == "pk":
            return self._listed(said, self._part_kind)
        if kind in _CODES:
            found = self._listed(said, lambda each: self._coded(_CODES[kind], each))
            return found if kind != "y" else found or self._found(said, depth) or None
        return self._found(said, depth) or _moments(said)

    def _found(self, said: str, depth: int) -> str:
        """Return the name of what is said, or of each of several; "" if none of it is known."""
        if name := self._named(said):
            return name
        if phrase := self.sentence(said, depth + 1):
            return phrase
        if phrases := self._phrases(said, depth):
            return phrases
        pieces = [each for each in _LIST.split(said) if each]
        if len(pieces) > 1:
            known = [self._found(each, depth + 1) for each in pieces]
            if any(known):
                return "、".join(a or _moments(b) for a, b in zip(known, pieces, strict=True))
        head, _, rest = said.partition(" (")
        if rest.endswith(")") and (name := self._named(head)):
            inside = rest.removesuffix(")")
            return f"{name}（{self._found(inside, depth + 1) or inside}）"
        return ""

    def _phrases(self, said: str, depth: int) -> str:
        """Return several phrases, which may have commas of their own; "" if they are none."""
        for comma in [*re.finditer(", ", said)][::-1]:
            if head := self.sentence(said[: comma.start()], depth + 1):
                rest = said[comma.end() :]
                if tail := self.sentence(rest, depth + 1) or self._phrases(rest, depth + 1):
                    return f"{head}，{tail}"
        return ""

    def _named(self, said: str) -> str:
        return next(self._names_of(said), "") if _ID.fullmatch(said) else ""

    def _names_of(self, said: str) -> Iterator[str]:
        names = self.names
        for look in (names.unit, names.person, names.clock, names.category, names.grid):
            if (name := look(said)) != said:
                yield name
        if found := _CASE.fullmatch(said):
            yield f"案件 {found[1]}"

    def _coded(self, lists: tuple[str, ...], said: str) -> str:
        return next((table()[of][said][0] for of in lists if said in table()[of]), "")

    def _part_kind(self, said: str) -> str:
        try:
            return self.names.part_kind(said)
        except ValueError:
            return ""

    def _listed(self, said: str, look: Callable[[str], str]) -> str | None:
        """Return a list of codes by name; None if one of them is not known."""
        found = [look(each.strip("`")) for each in _LIST.split(said) if each]
        return "、".join(found) if found and all(found) else None


def _moments(said: str) -> str:
    """Return a text with its moments and amounts in Chinese."""

    def moment(found: re.Match[str]) -> str:
        return f"{found[1]} {found[2]}" if found[2] else found[1]

    def amount(found: re.Match[str]) -> str:
        unit = _AMOUNTS.get(found[2]) or _AMOUNTS[found[2].removesuffix("s")]
        return f"{found[1]} {unit}"

    return _AMOUNT.sub(amount, _MOMENT.sub(moment, said)).strip("`")
