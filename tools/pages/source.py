"""What the source says in comments: beside the members of an enum, above a declaration."""

import ast
import inspect
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Unsaid(Exception):
    """Something that other people meet has no word of explanation in the source."""


def beside(words: type[StrEnum]) -> dict[str, str]:
    """Value -> the comment beside it. Raises Unsaid for a member without one."""
    comments = dict(
        re.findall(r"^    ([A-Z_0-9]+) = .*?  # (.+)$", inspect.getsource(words), re.MULTILINE)
    )
    silent = [member.name for member in words if member.name not in comments]
    if silent:
        raise Unsaid(f"{words.__module__}.{words.__name__}: say beside {silent[0]} what it means")
    return {member.value: comments[member.name] for member in words}


@dataclass(frozen=True)
class Metric:
    """A metric as it is declared, with the comment above it."""

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str
    file: str

    @property
    def exported(self) -> str:
        """As Prometheus shows it: a counter ends in _total."""
        return f"{self.name}_total" if self.kind == "Counter" else self.name


def metrics_of(path: Path) -> list[Metric]:
    """In the order of the file."""
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
