"""An assert that fails shows the value that is wrong."""

import ast
from collections.abc import Iterator

import pytest

from tests.__main__ import ROOT, TESTS


def compared_tuples(source: str) -> Iterator[int]:
    """Yield the line of every assert that compares one tuple display with another.

    `assert (a, b) == (1, 2)` fails with both tuples written out, and the reader has to find the
    pair that differs. A tuple on one side alone is fine: it is what one value should be.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assert):
            for part in ast.walk(node.test):
                if isinstance(part, ast.Compare) and _displays(part) > 1:
                    yield part.lineno


def _displays(compare: ast.Compare) -> int:
    sides = (compare.left, *compare.comparators)
    return sum(isinstance(side, ast.Tuple) and bool(side.elts) for side in sides)


def test_an_assert_compares_one_value_and_not_two_tuples() -> None:
    """Split such an assert into one for each value, or compare dicts whose keys name the values."""
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{line}"
        for path in sorted(TESTS.rglob("*.py"))
        for line in compared_tuples(path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "assert (a, b) == (1, 2)",
        "assert (1, 2) == (a, b), message",
        "assert (a.code, a.output) == (b.code, b.output) == (0, '')",
        "assert a == (x,) != (y,)",
        "assert ready and not (a, b) == (1, 2)",
        "async def test():\n    assert (await one(), two) == (1, 2)",
    ],
)
def test_two_tuples_in_one_comparison_are_found(source: str) -> None:
    assert list(compared_tuples(source)) == [len(source.splitlines())]


@pytest.mark.parametrize(
    "source",
    [
        "assert a == (1, 2)",
        "assert (1, 2) == await where()",
        "assert () == (await state()).parts",
        "assert a in (1, 2)",
        "assert {'code': a, 'output': b} == {'code': 0, 'output': ''}",
        "same = (a, b) == (c, d)",
    ],
)
def test_one_value_that_is_a_tuple_may_be_compared(source: str) -> None:
    assert list(compared_tuples(source)) == []
