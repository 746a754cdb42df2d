"""Writes a document as YAML text, in its order and as docs/contracts has always been written."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"[A-Za-z$][A-Za-z0-9_.$/-]*")
_RESERVED = {"true", "false", "null", "yes", "no", "on", "off"}


def yaml_text(document: Mapping[str, Any]) -> str:
    """Return the document as YAML; a YAML parser reads the same values back."""
    return "".join(f"{line}\n" for line in _lines(document))


def _lines(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _beside(f"{_scalar(key)}:", item)
    elif isinstance(value, Sequence) and not isinstance(value, str) and value:
        for item in value:
            first, *rest = _lines(item)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
    else:
        yield _scalar(value)


def _beside(key: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping | list | tuple) and value:
        yield key
        yield from (f"  {line}" for line in _lines(value))
    else:
        yield f"{key} {_scalar(value)}"


def _scalar(value: Any) -> str:
    """Return JSON, which is also YAML; without quotes if that means the same."""
    if not isinstance(value, str) or not _PLAIN.fullmatch(value):
        return json.dumps(value, ensure_ascii=False)
    return json.dumps(value) if value.lower() in _RESERVED else value
