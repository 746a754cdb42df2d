"""Sentences of a catalogue with placeholders: what they match, and their Chinese."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class TextTemplate:
    """A sentence or a phrase such as `{unit} did not sign`. `fields`: its placeholders."""

    english: str
    chinese: str
    pattern: re.Pattern[str]
    fields: tuple[str, ...]

    @property
    def own_length(self) -> int:
        """Return how much of the sentence is no placeholder: the longer, the more exact it is."""
        return len(_FIELD.sub("", self.english))


def text_template(english: str, chinese: str, inside: Callable[[str], str]) -> TextTemplate:
    """Return a template. `inside` says what a placeholder of this kind may match."""
    pattern, at = "", 0
    for field in _FIELD.finditer(english):
        between = re.escape(english[at : field.start()])
        pattern += f"{between}(?P<{field[1]}>{inside(kind_of(field[1]))})"
        at = field.end()
    found = re.compile(pattern + re.escape(english[at:]), re.DOTALL)
    return TextTemplate(english, chinese, found, tuple(found.groupindex))


def kind_of(field: str) -> str:
    """Return the kind of a placeholder: its name without a number."""
    return field.rstrip("0123456789")
