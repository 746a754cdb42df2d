"""The words of the pages, in English in the code and the templates, in Chinese from catalogues.

A catalogue is YAML in locale/zh: English text -> Chinese text, one file for each family of pages.
TownNames of things (stages, clocks, acts) have a table of their own: names.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

LANGUAGES = {"zh": "zh-Hans", "en": "en"}
"""A language of the pages -> how HTML names it. The first is the default."""
DEFAULT = next(iter(LANGUAGES))
LOCALE = Path(__file__).parent / "locale"


@dataclass(frozen=True)
class Wording:
    """The texts of one language. A text without a translation stays English, which a test finds."""

    language: str
    catalogue: Mapping[str, str]

    def gettext(self, text: str) -> str:
        return self.catalogue.get(text, text)

    def ngettext(self, one: str, several: str, number: int) -> str:
        """Return the text for this number. Chinese has one form, under the text for several."""
        return self.catalogue.get(several) or (one if number == 1 else several)

    def __call__(self, text: str, /, **values: object) -> str:
        """Return the text with its `%(name)s` filled in."""
        return self.gettext(text) % values if values else self.gettext(text)


@cache
def wording(language: str) -> Wording:
    """Return the texts of a language of LANGUAGES."""
    found: dict[str, str] = {}
    for file in sorted((LOCALE / language).glob("*.yaml")):
        found |= yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    return Wording(language, found)


def language_of(accepted: str) -> str:
    """Return the language of a browser's Accept-Language: the first that the pages speak."""
    for each in accepted.split(","):
        language = each.split(";")[0].strip().lower().split("-")[0]
        if language in LANGUAGES:
            return language
    return DEFAULT
