"""Problems of a pack, in words for the person who wrote it: file, line, path, what to do."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from typing_extensions import override

from domain.characters import printable, quoted, shortened
from domain.policy_checks.findings import no_such
from schemas.base import Written
from schemas.mistakes import place_of, problem_of
from store.packs.yaml_files import Path


@dataclass(frozen=True, slots=True)
class PackProblem:
    """One mistake, as `sanban policy check` prints it.

    `categories.yaml:41: categories[6].lead: no unit 'uban'; did you mean 'urban'?`

    `line` counts from 1; 0 where there is no file to read. `path` leads from the top of the file
    to the value.
    """

    file: str
    line: int
    path: str
    reason: str

    @override
    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(part for part in (where, self.path, self.reason) if part)


class BrokenPack(Exception):
    """Every problem of a pack, file by file, and by line within a file."""

    def __init__(self, directory: str, problems: tuple[PackProblem, ...]) -> None:
        found = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        self.title = f"{directory}: {found}"
        super().__init__("\n".join((self.title, *map(str, problems))))
        self.directory = directory
        self.problems = problems


def path_text(path: Path) -> str:
    """Return a path as text: `categories[6].lead` for ("categories", 6, "lead")."""
    parts = (
        f"[{part}]" if isinstance(part, int) else f".{shortened(printable(part))}" for part in path
    )
    return "".join(parts).removeprefix(".")


def misshapen(error: ValidationError, model: type[Written]) -> Iterator[tuple[Path, str]]:
    """Yield the path of each value that does not fit its model, and the reason in words."""
    found = error.errors(include_url=False)
    around = {details["loc"][:end] for details in found for end in range(len(details["loc"]))}
    for details in found:
        # Pydantic counts only the valid entries of a list, so a list whose entries are all wrong
        # looks too short. Its entries are reported already.
        if details["type"] != "too_short" or details["loc"] not in around:
            yield place_of(details), _reason(details, model)


def _reason(details: ErrorDetails, model: type[Written]) -> str:
    path, kind, given = details["loc"], details["type"], details["input"]
    if given is None:
        reason = "is empty; give it a value"
    elif kind == "extra_forbidden":
        known = _model_at(model, path[:-1]).model_fields
        names = [field.alias or name for name, field in known.items()]
        reason = no_such("key", str(path[-1]), names)
    elif kind == "enum" and isinstance(given, str):
        allowed = re.findall("'([^']*)'", details["ctx"]["expected"])
        name = path[-1] if isinstance(path[-1], str) else "such value"
        reason = no_such(name, str(given), allowed)
    elif kind in _WORDS:
        reason = _WORDS[kind]
    else:
        reason = f"{_quoted(given, kind)}{problem_of(details)}"
    return reason


def _quoted(given: object, kind: str) -> str:
    """Return a text or number as the file has it, for reasons that do not repeat it."""
    repeats = kind == "value_error" or isinstance(given, bool)
    return f"{quoted(given)} " if isinstance(given, str | int) and not repeats else ""


_WORDS: Mapping[str, str] = {
    "missing": "is missing; add it",
    "string_type": "must be text; put it in quotes",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "model_type": "must have keys and values",
    "string_too_short": "must not be empty",
}


def _model_at(model: type[Written], path: Path) -> type[Written]:
    """Return the model of the object at the end of the path."""
    for part in path:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        model = _written(field.annotation) or model if field else model
    return model


def _written(annotation: object) -> type[Written] | None:
    """Return the model inside an annotation such as `tuple[UnitEntry, ...]`, if there is one."""
    if isinstance(annotation, type) and issubclass(annotation, Written):
        return annotation
    return next(filter(None, map(_written, get_args(annotation))), None)
