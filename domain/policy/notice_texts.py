"""The texts of notices: templates by action, channel and language.

A *channel* is the way to a person (mailto, sms, json): the scheme of their address. No text can
contain anything about a citizen, because there is no placeholder for it.
"""

from dataclasses import dataclass
from enum import StrEnum
from string import Formatter

from domain.sla.ladders import Action


class Language(StrEnum):
    CHINESE = "zh"
    ENGLISH = "en"


PLACEHOLDERS = frozenset({"case", "category", "unit", "clock", "deadline", "level"})
"""Case number, category, unit that holds the case, clock, its deadline, escalation level."""
MISSED_PLACEHOLDERS = frozenset({"patrol", "unit", "grids", "deadline"})
"""A patrol that was missed, its unit, its grids without a pass, and when it ended."""
DIGEST_PLACEHOLDERS = frozenset({"number", "lines"})


@dataclass(frozen=True, slots=True)
class Template:
    """Title and text of a message, with placeholders in braces."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class NoticeText:
    """A template for some actions. An empty `channel`: for all channels without one."""

    actions: tuple[Action, ...]
    language: Language
    template: Template
    channel: str = ""


@dataclass(frozen=True, slots=True)
class DigestText:
    """The template of a digest: `line` for each notice; `text` has all lines for {lines}."""

    language: Language
    template: Template
    line: str


@dataclass(frozen=True, slots=True)
class NoticeTexts:
    """All templates. Every action has a text without a channel, and every language has a digest.

    `missed`: of a missed patrol, in each language; without it the words of MISSED hold.
    """

    texts: tuple[NoticeText, ...]
    digests: tuple[DigestText, ...]
    missed: tuple[tuple[Language, Template], ...] = ()

    def of_missed(self, language: Language) -> Template:
        return dict(self.missed).get(language) or MISSED[language]


MISSED = {
    Language.CHINESE: Template("【漏巡】{patrol}", "{unit}未到位网格：{grids}，截止 {deadline}。"),
    Language.ENGLISH: Template(
        "[Missed] {patrol}", "{unit} did not pass {grids} until {deadline}, when the patrol ended."
    ),
}
"""The words of a town whose notices.yaml has none of its own."""


def unknown_placeholders(template: str, known: frozenset[str]) -> list[str]:
    """Return the placeholders of a template that have no value.

    Raises ValueError if the braces do not match.
    """
    found = [each for each in Formatter().parse(template) if each[1] is not None]
    return [str(name) for _, name, form, how in found if name not in known or form or how]
