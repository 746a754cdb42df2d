"""Read a YAML file into plain values that know their lines. Nothing else here reads YAML.

A subset of YAML, on purpose: text, whole numbers, true, false, null, lists and mappings. Values
that YAML turns into something unexpected stay text (`no`, `12:30`, `2026-10-01`, `0101`). Refused
are aliases, merge keys and tags, which hide where a value comes from, and repeated keys, which lose
one.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import yaml
from typing_extensions import override

Path = tuple[str | int, ...]
Value = str | int | bool | None | list["Value"] | dict[str, "Value"]

DEPTH = 20
"""Files nested deeper are refused, so that recursion ends. No file of a pack needs half of it."""

_WORDS: Mapping[str, bool | None] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
}
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})", re.ASCII)
_ORDINARY = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map")


@dataclass(frozen=True, slots=True)
class Flaw:
    """A mistake in the text itself. `line` counts from 1, and 0 means the whole file."""

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


def read_yaml(content: bytes) -> YamlPage:
    """Return the values of a file. Never raises: text that is not YAML is one flaw."""
    page = YamlPage(lines={(): 1})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        page.flaws.append(Flaw(line, (), "not UTF-8; save the file as UTF-8"))
        return page
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        reason = f"not YAML: {error.problem or error.context}; look at indentation and quotes"
        page.flaws.append(Flaw(mark.line + 1 if mark else 0, (), reason))
    except yaml.reader.ReaderError as error:
        # Raised before any text is parsed, so its position counts characters of the text.
        line = text[: error.position].count("\n") + 1
        page.flaws.append(Flaw(line, (), "has a control character; remove it"))
    else:
        if root is None:
            page.flaws.append(Flaw(0, (), "is empty"))
        else:
            page.lines[()] = root.start_mark.line + 1
            page.value = _value(page, (), root)
    return page


class _Loader(yaml.BaseLoader):
    """Composes nodes without types for scalars, and refuses aliases and deep nesting."""

    _depth = 0

    @override
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            self._refuse("an alias is not read here; write the value out")
        self._depth += 1
        if self._depth > DEPTH:
            self._refuse("nested too deeply")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refuse(self, problem: str) -> NoReturn:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        raise yaml.composer.ComposerError(None, None, problem, mark)


def _value(page: YamlPage, path: Path, node: yaml.Node) -> Value:
    if node.tag not in _ORDINARY:
        page.flaws.append(Flaw(node.start_mark.line + 1, path, f"a tag {node.tag}; remove it"))
    if isinstance(node, yaml.SequenceNode):
        return [_item(page, (*path, index), item) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return dict(_pairs(page, path, node))
    return _scalar(node)


def _item(page: YamlPage, path: Path, node: yaml.Node) -> Value:
    page.lines[path] = node.start_mark.line + 1
    return _value(page, path, node)


def _pairs(page: YamlPage, path: Path, node: yaml.MappingNode) -> Iterator[tuple[str, Value]]:
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            page.flaws.append(Flaw(line, path, "a key that is no word; look at the punctuation"))
            continue
        place = (*path, key.value)
        if place in page.lines:
            reason = f"appears twice, first on line {page.lines[place]}; keep one"
            page.flaws.append(Flaw(line, place, reason))
            continue
        page.lines[place] = line
        yield key.value, _value(page, place, value)


def _scalar(node: yaml.Node) -> Value:
    text = str(node.value)
    if isinstance(node, yaml.ScalarNode) and node.style is None:
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
    return text
