"""One public class name means one thing."""

import ast
from collections import defaultdict
from pathlib import Path

from tests.architecture.test_shape import PACKAGES, ROOT

SOURCES = [path for package in [*PACKAGES, "tools"] for path in (ROOT / package).rglob("*.py")]


def classes(source: Path) -> list[str]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return [node.name for node in tree.body if isinstance(node, ast.ClassDef)]


def test_no_public_class_name_stands_for_two_things() -> None:
    places = defaultdict[str, list[str]](list)
    for source in SOURCES:
        for name in classes(source):
            if not name.startswith("_"):
                places[name].append(source.relative_to(ROOT).as_posix())

    assert {name: found for name, found in places.items() if len(found) > 1} == {}
