"""Formats received bytes so that a terminal or a page can show them; can hide their content."""

import json
from typing import Any

from runtime import foreign_text

SHOWN = 20_000  # characters
OUR_HEADERS = "sanban-"
PLAIN_HEADERS = frozenset({"content-type", "ce_specversion", "ce_type", "ce_source", "ce_id"})
"""Headers that never hold personal data (docs/INTEGRATORS.md)."""


def shown(content: bytes | None, *, redact: bool = False) -> str:
    """Format as indented JSON, else as text if it is UTF-8, else as hexadecimal.

    Control characters are escaped. `redact` keeps the structure of JSON and replaces everything
    else by its length.
    """
    if content is None:
        return "(null)"
    if not content:
        return "(no bytes)"
    document = _document(content)
    if redact and document is None:
        return f"({len(content)} bytes, not shown)"
    if document is not None:
        text = json.dumps(hidden(document) if redact else document, ensure_ascii=False, indent=2)
    else:
        text = _text(content)
    return _cut(foreign_text.lines(text), len(content))


def header(name: str, content: bytes | None, *, redact: bool = False) -> str:
    """Format the value of a header."""
    known = name.startswith(OUR_HEADERS) or name in PLAIN_HEADERS
    if redact and not known and content:
        return f"({len(content)} bytes, not shown)"
    if content is None:
        return "(null)"
    return _cut(foreign_text.one_line(_text(content)), len(content)) if content else "(no bytes)"


def hidden(value: Any) -> Any:
    """Replace all values by their kind and length; names and structure stay."""
    if isinstance(value, dict):
        return {name: hidden(each) for name, each in value.items()}
    if isinstance(value, list):
        return [hidden(each) for each in value]
    if isinstance(value, str):
        return f"({len(value)} characters)"
    return value if value is None or isinstance(value, bool) else "(a number)"


def _document(content: bytes) -> dict[str, Any] | list[Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict | list) else None


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return f"hex {content[: SHOWN // 2].hex()}"


def _cut(text: str, size: int) -> str:
    if len(text) <= SHOWN:
        return text
    return f"{text[:SHOWN]}... (of {size} bytes)"
