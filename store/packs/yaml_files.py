"""Read a YAML file into plain values that know their lines. Nothing else here reads YAML.

A subset of YAML, on purpose: text, whole numbers, true, false, null, lists and mappings. Values
that YAML turns into something unexpected stay text (`no`, `12:30`, `2026-10-01`, `0101`). Refused
are aliases, merge keys and tags, which hide where a value comes from, and repeated keys, which lose
one. The parser's events are read, not its nodes: so a file is refused at the first event that it
may not have, before any of it is copied.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import yaml

from domain.characters import shortened

Path = tuple[str | int, ...]
Value = str | int | bool | None | list["Value"] | dict[str, "Value"]

DEPTH = 20
"""Files nested deeper are refused, so that recursion ends. No file of a pack needs half of it."""
MOST_BYTES = 16 * 1024 * 1024
"""Larger files are refused. A pack of 10,000 categories has a file of 1 MB."""

_PARSER: type[yaml.BaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""libyaml's parser is about twenty times as fast as the one in Python; both read the same files."""
_WORDS: Mapping[str, bool | None] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_UNREADABLE = yaml.reader.Reader.NON_PRINTABLE
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Flaw:
    """A mistake in the text itself. `line` counts from 1."""

    line: int
    path: Path
    reason: str


@dataclass(slots=True)
class YamlPage:
    """The values of a file, the line of each, and its flaws. A file with flaws may have a value."""

    value: Value = None
    flaws: list[Flaw] = field(default_factory=list)
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Return the line of the value at `path`, or of the nearest value around it."""
        return next(
            self.lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.lines
        )


class _NotRead(Exception):
    """The file cannot be read beyond this place."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def read_yaml(content: bytes) -> YamlPage:
    """Return the values of a file. Never raises: text that is not YAML is one flaw."""
    page = YamlPage(lines={(): 1})
    try:
        _read(page, _text(content))
    except _NotRead as error:
        page.flaws.append(Flaw(error.line, (), error.reason))
    return page


def _text(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _NotRead(1, f"has more than {MOST_BYTES // 1024**2} MB; no such file needs so much")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _NotRead(line, "not UTF-8; save the file as UTF-8") from error
    if found := _UNREADABLE.search(text):
        line = text[: found.start()].count("\n") + 1
        raise _NotRead(line, f"has a control character U+{ord(found[0]):04X}; remove it")
    return text


def _read(page: YamlPage, text: str) -> None:
    parser = _PARSER(text)
    try:
        _document(page, parser)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        last = len(text.splitlines()) or 1
        line = min(mark.line + 1, last) if mark else 1
        began = error.context_mark.line + 1 if error.context_mark else line
        where = f", in what begins on line {began}" if began != line else ""
        reason = f"not YAML: {error.problem or error.context}{where}; look at indentation, quotes"
        raise _NotRead(line, reason) from error
    except (ValueError, OverflowError) as error:
        # The parser in Python has no check of its own for characters beyond U+10FFFF.
        raise _NotRead(parser.line + 1, "not YAML: an escape that is no character") from error
    finally:
        parser.dispose()


def _document(page: YamlPage, parser: yaml.BaseLoader) -> None:
    _next(parser)  # the start of the stream
    if parser.check_event(yaml.StreamEndEvent):
        raise _NotRead(1, "is empty")
    _next(parser)
    first = _next(parser)
    page.lines[()] = _line(first)
    page.value = _value(page, (), first, parser)
    _next(parser)
    after = _next(parser)
    if not isinstance(after, yaml.StreamEndEvent):
        raise _NotRead(_line(after), "not YAML: a second document begins here; keep one")


def _next(parser: yaml.BaseLoader) -> yaml.Event:
    event: yaml.Event = parser.get_event()  # type: ignore[no-untyped-call]
    return event


def _line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 1


def _value(page: YamlPage, path: Path, event: yaml.Event, parser: yaml.BaseLoader) -> Value:
    """Return the value that begins with the event, and read its events to the last."""
    if isinstance(event, yaml.AliasEvent):
        raise _NotRead(_line(event), "an alias is not read here; write the value out")
    if len(path) >= DEPTH:
        raise _NotRead(_line(event), "nested too deeply")
    if tag := getattr(event, "tag", None):
        reason = f"a tag {shortened(tag)}; remove it"
        page.flaws.append(Flaw(_line(event), path, reason))
    if isinstance(event, yaml.SequenceStartEvent):
        return list(_items(page, path, parser))
    if isinstance(event, yaml.MappingStartEvent):
        return dict(_pairs(page, path, parser))
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(page, path, event)
    raise _NotRead(_line(event), "not YAML: a value is missing here")


def _items(page: YamlPage, path: Path, parser: yaml.BaseLoader) -> Iterator[Value]:
    number = 0
    while not isinstance(event := _next(parser), yaml.SequenceEndEvent):
        place = (*path, number)
        page.lines[place] = _line(event)
        yield _value(page, place, event, parser)
        number += 1


def _pairs(page: YamlPage, path: Path, parser: yaml.BaseLoader) -> Iterator[tuple[str, Value]]:
    while not isinstance(key := _next(parser), yaml.MappingEndEvent):
        line = _line(key)
        if not isinstance(key, yaml.ScalarEvent):
            reason = "a key that is no word; look at the punctuation"
            raise _NotRead(line, reason)
        name = _scalar_text(page, path, key)
        place = (*path, name)
        if place in page.lines:
            reason = f"appears twice, first on line {page.lines[place]}; keep one"
            page.flaws.append(Flaw(line, place, reason))
            _value(YamlPage(), place, _next(parser), parser)
            continue
        page.lines[place] = line
        yield name, _value(page, place, _next(parser), parser)


def _scalar_text(page: YamlPage, path: Path, event: yaml.ScalarEvent) -> str:
    if found := _SURROGATE.search(event.value):
        reason = f"has half a character, U+{ord(found[0]):04X}; remove it"
        page.flaws.append(Flaw(_line(event), path, reason))
    return str(event.value)


def _scalar(page: YamlPage, path: Path, event: yaml.ScalarEvent) -> Value:
    text = _scalar_text(page, path, event)
    if not event.style:
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
    return text
