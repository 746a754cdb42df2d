r"""Shows text that others wrote: what would act on a terminal or lie to its reader is escaped.

Escaped, as `\x1b` or `\u202e`: control characters, bidirectional controls, characters without
width, surrogates, private and unassigned characters. Spaces of every width stay. A variation
selector stays where it follows a character, whose form it chooses.
"""

import json
import unicodedata
from typing import Any

from schemas.texts import is_invisible

_ACTING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SURROGATES_FOR = 0x10000


def one_line(text: str) -> str:
    r"""Return the text with everything escaped that is not to be seen, line breaks as `\n`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        each if _is_shown(each, before) else _escaped(each)
        for before, each in zip(" " + text, text, strict=False)
    )


def lines(text: str) -> str:
    """Return the text as `one_line` does, but with its line breaks."""
    return "\n".join(one_line(each) for each in text.replace("\r\n", "\n").split("\n"))


def json_text(document: object, *, indent: int | None = 2, **options: Any) -> str:
    """Write valid JSON in which nothing acts: what `one_line` escapes, as JSON escapes it."""
    text = json.dumps(document, ensure_ascii=False, indent=indent, **options)
    return "\n".join(_json_line(each) for each in text.split("\n"))


def _json_line(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    # Outside its strings, JSON has nothing to escape.
    return "".join(
        each if _is_shown(each, before) else _json_escaped(each)
        for before, each in zip(" " + line, line, strict=False)
    )


def _is_shown(each: str, before: str) -> bool:
    if _selects_a_form(each):
        return not is_invisible(before) and unicodedata.category(before) not in _ACTING
    category = unicodedata.category(each)
    return category == "Zs" or (category not in _ACTING and not is_invisible(each))


def _selects_a_form(each: str) -> bool:
    return "\ufe00" <= each <= "\ufe0f" or "\U000e0100" <= each <= "\U000e01ef"


def _escaped(each: str) -> str:
    written = each.encode("unicode_escape").decode("ascii")
    return written if written != each else f"\\u{ord(each):04x}"


def _json_escaped(each: str) -> str:
    point = ord(each)
    if point < _SURROGATES_FOR:
        return f"\\u{point:04x}"
    high, low = divmod(point - _SURROGATES_FOR, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
