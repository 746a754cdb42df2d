"""The checked-in contracts as validators, read according to ECMA 262 and RFC 3339."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import (  # type: ignore[import-untyped]  # its stubs are a package of their own
    Draft202012Validator,
    FormatChecker,
    ValidationError,
    validators,
)
from referencing import Registry
from referencing.jsonschema import DRAFT202012

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "contracts"

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time", raises=ValueError)  # type: ignore[untyped-decorator]
def _is_a_moment(text: object) -> bool:
    return not isinstance(text, str) or datetime.fromisoformat(text.upper()).tzinfo is not None


def _pattern(
    _validator: object, pattern: str, text: object, _schema: object
) -> Iterator[ValidationError]:
    # In JSON Schema `$` is the end of the text; Python would let a line break follow.
    ecma = re.sub(r"\$$", r"\\Z", pattern)
    if isinstance(text, str) and not re.search(ecma, text):
        yield ValidationError(f"{text!r} does not match {pattern!r}")


_Validator = validators.extend(Draft202012Validator, {"pattern": _pattern})


def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Contract:
    """One contract, or the part of it at `path` (a JSON pointer)."""

    name: str
    path: str = ""

    def errors(self, document: object) -> list[ValidationError]:
        found = _validator_of(self.name, self.path).iter_errors(document)
        return [leaf for error in found for leaf in _leaves(error)]


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    """Return the errors in each branch of a choice, without "is not null"."""
    for cause in error.context:
        if cause.validator_value != "null":
            yield from _leaves(cause)
    if not error.context:
        yield error


@cache
def _validator_of(name: str, path: str) -> Any:
    """Make a validator that finds the other contracts that this one refers to."""
    registry: Registry[Any] = Registry().with_resources(
        (file.name, DRAFT202012.create_resource(_undeclared(file.name)))
        for file in FOLDER.glob("*.schema.json")
    )
    _Validator.check_schema(read(name))
    reference = {"$ref": f"{name}#{path}"}
    return _Validator(reference, registry=registry, format_checker=_FORMATS)


def _undeclared(name: str) -> dict[str, Any]:
    """Remove `$schema`: with it, jsonschema would interpret `$` in its own way."""
    return {key: value for key, value in read(name).items() if key != "$schema"}
