"""Texts that the engine has journaled, in Chinese where the catalogue has them.

The journal keeps its text, and pages in English have it with names for codes (plain_words.py). A
sentence that the catalogue does not have leaves the whole text in English: half a translation
would be read as all of it.
"""

import re
from functools import cache

import yaml

from console.desk.names import TownNames
from console.desk.plain_words import plain_words
from console.desk.text_templates import TextTemplate, kind_of, text_template
from console.desk.wording import LOCALE

_ENGLISH = re.compile("[A-Za-z]{3}")
_SENTENCES = re.compile(r"(; |\n)")
_CODES = {
    "channel": "channel",
    "granted": "default",
    "role": "role",
    "stage": "stage",
    "tier": "tier",
    "unit_kind": "unit_kind",
    "zone": "zone",
}
"""Kind of a placeholder -> the list of names.yaml that has it."""


@cache
def _catalogue() -> tuple[TextTemplate, ...]:
    """Return the templates, those with the fewest placeholders first: the most exact one wins."""
    read = yaml.safe_load((LOCALE / "engine_texts.yaml").read_text(encoding="utf-8"))
    found = [text_template(english, chinese, _inside) for english, chinese in read.items()]
    return tuple(sorted(found, key=lambda each: (len(each.fields), -len(each.english))))


def _inside(kind: str) -> str:
    return ".+" if kind in {"text", "units"} else r"[\w-]+"


def engine_words(names: TownNames, text: str) -> str | None:
    """Return the text in the language of the page; None if there is no Chinese for all of it."""
    if names.language != "zh":
        return plain_words(names, text)
    pieces = _SENTENCES.split(text)
    said = [_sentence(names, each) for each in pieces[::2]]
    whole = [each for each in said if each is not None]
    if len(whole) < len(said):
        return None
    between = ["；" if each == "; " else each for each in pieces[1::2]]
    return "".join(part for pair in zip(whole, [*between, ""], strict=True) for part in pair)


def _sentence(names: TownNames, sentence: str) -> str | None:
    for template in _catalogue():
        if (found := template.pattern.fullmatch(sentence)) is not None:
            values = {name: _named(names, name, said) for name, said in found.groupdict().items()}
            return template.chinese.format(**values)
    return None if _ENGLISH.search(sentence) else sentence  # else a word of a person, or a number


def _named(names: TownNames, field: str, said: str) -> str:
    kind = kind_of(field)
    if kind in _CODES:
        return names.code(_CODES[kind], said)
    if kind == "units":
        return "、".join(names.unit(each) for each in said.split(", "))
    look = {
        "unit": names.unit,
        "category": names.category,
        "grid": names.grid,
        "clock": names.clock,
        "part": names.part,
    }.get(kind)
    if look is not None:
        return look(said)
    return said.partition("-")[0] if kind == "case" else said
