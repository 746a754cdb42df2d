"""A message that sends its reader to a section of a page names one that the page has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRODUCT = ("domain", "schemas", "activities", "workflows", "store", "gateways", "consumers")
PROCESSES = ("console", "runtime", "tools")
NAMED = re.compile(r"([A-Z]+\.md),?[ \n]+«([^»]+)»")
HEADING = re.compile(r"^#+ +(.+?) *$|^\*\*(.+?)\*\*|^- \*\*(.+?)\.?\*\*", re.MULTILINE)


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each text of a program with its line; literals that follow each other are one."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            said = (each.value for each in node.values if isinstance(each, ast.Constant))
            yield node.lineno, "".join(map(str, said))


def named() -> Iterator[tuple[str, str, str]]:
    for folder in (*PRODUCT, *PROCESSES):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for line, text in texts(path):
                for page, section in NAMED.findall(text):
                    yield f"{path.relative_to(ROOT)}:{line}", page, section


def test_sections_are_named_by_messages() -> None:
    """If none were found, the test below would hold of nothing."""
    assert len({section for _, _, section in named()}) > 3


@pytest.mark.parametrize(("where", "page", "section"), sorted(set(named())))
def test_a_section_that_a_message_names_exists(where: str, page: str, section: str) -> None:
    file = next(path for path in (ROOT / "docs" / page, ROOT / page) if path.is_file())
    headings = HEADING.findall(file.read_text("utf-8"))

    assert section in {name for names in headings for name in names}, where
