"""The scenarios of a page: shell commands, and what they print, as docs/TOWN.md has them.

A scenario is a section that has fences. A fence `sh` is what a person types; a fence `text` after
it says what is printed: each of its lines is found in the output, in this order. `…` stands for
anything within a line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADING = re.compile(r"^## (?P<title>.+)$", re.MULTILINE)
_FENCE = re.compile(r"^```(?P<kind>sh|text)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r"^(?P<rows>\d+(?:, \d+)*)\. ")


@dataclass(frozen=True)
class Step:
    """Commands that are typed, and the lines that they print among others."""

    commands: str
    printed: tuple[str, ...]


@dataclass(frozen=True)
class Scenario:
    """`title` begins with the rows of domain.md, section 4, that it shows."""

    title: str
    steps: tuple[Step, ...]

    @property
    def rows(self) -> frozenset[int]:
        found = _TITLE.match(self.title)
        return frozenset(int(row) for row in found["rows"].split(", ")) if found else frozenset()


def scenarios_of(page: str) -> tuple[Scenario, ...]:
    """Return the sections of a page that have commands; the first ones may have no number."""
    _, *parts = _HEADING.split(page)
    sections = zip(parts[::2], parts[1::2], strict=True)
    return tuple(
        Scenario(title, steps) for title, text in sections if (steps := tuple(_steps(text)))
    )


def _steps(text: str) -> Iterator[Step]:
    fences = [(fence["kind"], fence["text"]) for fence in _FENCE.finditer(text)]
    for number, (kind, typed) in enumerate(fences):
        if kind == "sh":
            after, printed = fences[number + 1] if number + 1 < len(fences) else ("", "")
            yield Step(typed, tuple(printed.splitlines()) if after == "text" else ())


def missing(printed: tuple[str, ...], output: str) -> str | None:
    """Return the first line that the output lacks or has in another place; None if it has all."""
    lines = iter([_even(line) for line in output.splitlines()])
    for wanted in printed:
        pattern = ".*".join(re.escape(_even(piece)) for piece in wanted.split("…"))
        if not any(re.search(pattern, line) for line in lines):
            return wanted
    return None


def _even(line: str) -> str:
    return " ".join(line.split())
