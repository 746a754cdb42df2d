"""Texts of the engine in English, with names in place of its codes and of the policy's ids."""

import re

from console.desk.names import TownNames, table

_CODE = re.compile(r"\b[a-z]+(?:[_-][a-z]+)+(?:-\d+)?\b|\b[a-z]+-\d+\b")
"""What can be a code: no word of a sentence has an underscore, and few have a hyphen."""
_LISTS = ("stage", "part_state", "tier", "choice", "fact_code", "default", "unit_kind", "channel")


def plain_words(names: TownNames, text: str) -> str:
    """Return the text with the names that the page has for what the engine calls by its code."""
    return _CODE.sub(lambda found: _named(names, found[0]), text)


def _named(names: TownNames, word: str) -> str:
    if word in table()["act"]:
        return f"“{names.code('act', word)}”"
    for of in _LISTS:
        if word in table()[of]:
            return names.code(of, word)
    for look in (names.unit, names.category, names.person, names.clock):
        if (name := look(word)) != word:
            return name
    return word
