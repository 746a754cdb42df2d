"""Read comments of the source: those beside the members of an enum, and above a declaration."""

import ast
import inspect
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).parents[2]


class MissingDescription(Exception):
    """Something that a page must list has no description in the source."""


def comments_of(words: type[StrEnum]) -> dict[str, str]:
    """Return the comment on the line of each member, by value.

    Raises MissingDescription for a member that has none on its own line.
    """
    comments = dict(
        re.findall(r"^    ([A-Z_0-9]+) = .*?  # (.+)$", inspect.getsource(words), re.MULTILINE)
    )
    silent = [member.name for member in words if member.name not in comments]
    if silent:
        raise MissingDescription(
            f"{words.__module__}.{words.__name__}: say beside {silent[0]} what it means, in a"
            " comment on the member's own line, short enough that `ruff format` does not wrap it"
        )
    return {member.value: comments[member.name] for member in words}


@dataclass(frozen=True)
class Metric:
    """A metric, with the comment above its declaration."""

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str
    file: str

    @property
    def exported(self) -> str:
        """Return the name that Prometheus shows: that of a counter ends in _total."""
        return f"{self.name}_total" if self.kind == "Counter" else self.name


def metrics_of(path: Path) -> list[Metric]:
    """Return the metrics that a module declares, in their order."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    found = []
    for statement in ast.parse(text).body:
        match statement:
            case ast.Assign(
                value=ast.Call(
                    func=ast.Name(id="Counter" | "Gauge" | "Histogram" as kind),
                    args=[ast.Constant(value=str(name)), ast.Constant(value=str(said)), *labels],
                )
            ):
                found.append(
                    Metric(
                        name=name,
                        kind=kind,
                        labels=tuple(ast.literal_eval(labels[0])) if labels else (),
                        meaning=_above(lines, statement.lineno) or said,
                        file=path.relative_to(ROOT).as_posix(),
                    )
                )
    return found


def _above(lines: list[str], number: int) -> str:
    said: list[str] = []
    for line in reversed(lines[: number - 1]):
        if not line.startswith("# "):
            break
        said.insert(0, line.removeprefix("# "))
    return " ".join(said)
