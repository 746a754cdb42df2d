"""Hints how to correct a mistake in an event, from the schema of its type.

A hint is a field name with almost the same spelling, or an example of what the field may hold.
"""

import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import BaseModel

from schemas.events.inbound import INBOUND

_ATTRIBUTES = ("specversion", "id", "source", "type", "time", "datacontenttype", "data")
_UNKNOWN = "is not a field of the schema"
_MISSING = "is missing"
_LONGEST = 80

Schema = Mapping[str, Any]


def hint(path: str, problem: str, document: Mapping[str, object] | None) -> str:
    """Return a hint that begins with `; `, or "" if there is none.

    It never repeats a value of the document, only names of its fields. `path` is that of a Mistake
    (runtime/jobs/lint/linter.py).
    """
    if document is None:
        return ""
    if path in _ATTRIBUTES:
        # A member that is no attribute is an extension, or a misspelt attribute.
        odd = [name for name in document if name not in _ATTRIBUTES and name.isascii()]
        near = get_close_matches(path, odd, n=1, cutoff=0.7) if _MISSING in problem else []
        return f"; is {near[0]} meant to be it?" if near else ""
    row = INBOUND.get(str(document.get("type")))
    steps = re.findall(r"[^.\[\]]+", path)
    if row is None or steps[:1] != ["data"]:
        return ""
    *above, last = steps
    if _UNKNOWN in problem:
        fields = _fields(row.data, tuple(above[1:]), document)
        near = get_close_matches(last, fields, n=1)
        return f"; did you mean {near[0]}?" if near else ""
    field = _fields(row.data, tuple(above[1:]), document).get(last, {}) if above else {}
    examples = field.get("examples", [])
    shown = json.dumps(examples[0], ensure_ascii=False) if examples else ""
    return f"; for example {shown}" if 0 < len(shown) <= _LONGEST else ""


def _fields(
    model: type[BaseModel], steps: tuple[str, ...], document: Mapping[str, object]
) -> Mapping[str, Schema]:
    """Return the fields of the object that `steps` lead to in `data`; none if it is no object."""
    schema = _schema(model)
    at: Schema = schema
    said: object = document.get("data")
    for step in steps:
        if step.isdigit():
            at = at.get("items", {})
            said = said[int(step)] if isinstance(said, list) and int(step) < len(said) else None
        else:
            at = at.get("properties", {}).get(step, {})
            said = said.get(step) if isinstance(said, dict) else None
        at = _object(schema, at, said)
    return dict(at.get("properties", {}))


def _object(schema: Schema, at: Schema, said: object) -> Schema:
    """Return the schema of an object behind a reference, an optional, or a choice by kind."""
    if "discriminator" in at:
        kind = said.get("kind") if isinstance(said, dict) else None
        name = at["discriminator"]["mapping"].get(kind if isinstance(kind, str) else None, "")
        return _named(schema, name)
    if "$ref" in at:
        return _named(schema, at["$ref"])
    for each in at.get("anyOf", ()):
        if each.get("type") != "null":
            return _object(schema, each, said)
    return at


def _named(schema: Schema, reference: str) -> Schema:
    found: Schema = schema["$defs"].get(reference.rpartition("/")[2], {})
    return found


@cache
def _schema(model: type[BaseModel]) -> Schema:
    return model.model_json_schema()
