"""The engine has no town in it: what a pack names, no program knows."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from packs import shipped_packs
from runtime.wiring.packs import HOLIDAYS
from store.packs.loader import load_pack

ROOT = Path(__file__).parents[2]
ENGINE = ("domain", "workflows", "schemas", "consumers", "store")
# The field of a policy, which a pack may also call its unit.
WORDS = {"platform"}


def names() -> set[str]:
    found: set[str] = set()
    for directory in shipped_packs():
        policy = load_pack(directory, HOLIDAYS)
        found |= {text for unit in policy.units for text in (unit.id, unit.name)}
        found |= {text for row in policy.categories for text in (row.id, row.name)}
        found |= {person.id for person in policy.roster.people}
    return found - WORDS


def strings(tree: ast.AST) -> Iterator[str]:
    """What the code says; examples in schemas are for readers, and no rule."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.keyword) and node.arg == "examples":
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        yield from strings(node)


NAMES = names()
MODULES = [
    path
    for package in ENGINE
    for path in sorted((ROOT / package).rglob("*.py"))
    if not path.stem.endswith("examples")
]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_unit_person_or_category_of_a_pack_is_in_the_engine(module: Path) -> None:
    said = set(strings(ast.parse(module.read_text())))

    assert said & NAMES == set()
