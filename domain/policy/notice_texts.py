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
    """All templates. Every action has a text without a channel, and every language has a digest."""

    texts: tuple[NoticeText, ...]
    digests: tuple[DigestText, ...]


def unknown_placeholders(template: str, known: frozenset[str]) -> list[str]:
    """Return the placeholders of a template that have no value.

    Raises ValueError if the braces do not match.
    """
    found = [each for each in Formatter().parse(template) if each[1] is not None]
    return [str(name) for _, name, form, how in found if name not in known or form or how]
