"""Read a GeoJSON file into plain values that know the lines of its features."""

import json
from collections.abc import Iterator
from typing import Any

from domain.characters import quoted
from store.packs.yaml_files import MOST_BYTES, Flaw, YamlPage

_BLANK = " \t\r\n"


def read_geojson(content: bytes) -> YamlPage:
    """Return the values of a file. Never raises: text that is not JSON is one flaw."""
    page = YamlPage(lines={(): 1})
    try:
        text = _text(content)
        page.value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
        page.lines |= {("features", number): line for number, line in enumerate(_lines(text))}
    except json.JSONDecodeError as error:
        page.flaws.append(Flaw(error.lineno, (), f"not JSON: {error.msg}"))
    except RecursionError:
        page.flaws.append(Flaw(1, (), "nested too deeply"))
    except ValueError as error:
        page.flaws.append(Flaw(1, (), str(error)))
    return page


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        limit = MOST_BYTES // 1024**2
        raise ValueError(f"has more than {limit} MB; export the grids with fewer points")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError("not UTF-8; save the file as UTF-8") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{quoted(twice)} appears twice in one object; keep one")
    return found


def _constant(name: str) -> float:
    raise ValueError(f"not JSON: {name}")


def _lines(text: str) -> Iterator[int]:
    """Yield the line of each feature. Text that was read once cannot fail here."""
    decoder = json.JSONDecoder()
    at = _features(text, decoder)
    line, counted = 1, 0
    while at is not None and text[at] != "]":
        line, counted = line + text.count("\n", counted, at), at
        yield line
        _, end = decoder.raw_decode(text, at)
        at = _after_blanks(text, end)
        at = _after_blanks(text, at + 1) if text[at] == "," else at


def _features(text: str, decoder: json.JSONDecoder) -> int | None:
    """Return where the first entry of `features` begins; None if the file has no such list."""
    at = _after_blanks(text, 0)
    if text[at] != "{":
        return None
    at = _after_blanks(text, at + 1)
    while text[at] != "}":
        name, end = decoder.raw_decode(text, at)
        at = _after_blanks(text, _after_blanks(text, end) + 1)  # behind the colon
        if name == "features":
            return _after_blanks(text, at + 1) if text[at] == "[" else None
        _, end = decoder.raw_decode(text, at)
        at = _after_blanks(text, end)
        at = _after_blanks(text, at + 1) if text[at] == "," else at
    return None


def _after_blanks(text: str, at: int) -> int:
    while text[at] in _BLANK:
        at += 1
    return at
