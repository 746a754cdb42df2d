"""Bytes that somebody sent us, as a terminal may show them; and the same without what they say."""

import json
from typing import Any

SHOWN = 20_000  # characters
OUR_HEADERS = "sanban-"
PLAIN_HEADERS = frozenset({"content-type", "ce_specversion", "ce_type", "ce_source", "ce_id"})
"""What they say is never personal (docs/INTEGRATORS.md)."""


def shown(content: bytes | None, *, redact: bool = False) -> str:
    """Text where it is UTF-8, JSON over several lines, else hexadecimal; nothing that a terminal
    would obey. `redact` keeps the form of JSON and tells of everything else only its length.
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
    return _cut(printable(text), len(content))


def header(name: str, content: bytes | None, *, redact: bool = False) -> str:
    """What a header says."""
    known = name.startswith(OUR_HEADERS) or name in PLAIN_HEADERS
    if redact and not known and content:
        return f"({len(content)} bytes, not shown)"
    if content is None:
        return "(null)"
    return _cut(printable(_text(content)), len(content)) if content else "(no bytes)"


def hidden(value: Any) -> Any:
    """The same form, without what it says: names, lengths and kinds remain."""
    if isinstance(value, dict):
        return {name: hidden(each) for name, each in value.items()}
    if isinstance(value, list):
        return [hidden(each) for each in value]
    if isinstance(value, str):
        return f"({len(value)} characters)"
    return value if value is None or isinstance(value, bool) else "(a number)"


def printable(text: str) -> str:
    """What a terminal would obey is spelt out; lines stay."""
    return "".join(
        each if each.isprintable() or each == "\n" else each.encode("unicode_escape").decode()
        for each in text
    )


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
