"""No test depends on how fast the machine is: its limits come from tests/limits.py."""

import ast
from collections.abc import Iterator

import pytest

from tests import limits
from tests.__main__ import ROOT, TESTS
from tests.architecture.test_shape import PYPROJECT

WAITS = {"timeout": 0, "wait_for": 1, "wait": 0, "join": 0}
"""Functions and methods that give up after so many seconds, and at which place these are given."""
NAMED = {"timeout", "within"}
"""Arguments that say the same by name."""


def written_limits(source: str) -> Iterator[int]:
    """Yield the line of every call that waits for a number of seconds written there."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            place = WAITS.get(getattr(node.func, "attr", ""))
            given = node.args[place : place + 1] if place is not None else []
            given += [each.value for each in node.keywords if each.arg in NAMED]
            if any(isinstance(each, ast.Constant) and _is_number(each.value) for each in given):
                yield node.lineno


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def test_no_test_writes_its_own_limit() -> None:
    """Use EVENT_S and the others; where the limit is the behaviour under test, name it."""
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{line}"
        for path in sorted(TESTS.rglob("*.py"))
        for line in written_limits(path.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_a_whole_test_may_take_longer_than_what_it_waits_for() -> None:
    each = limits.SERVER_S + limits.COMMAND_S + limits.EVENT_S + limits.LOAD_S

    assert PYPROJECT["tool"]["pytest"]["ini_options"]["timeout"] == limits.TEST_S
    assert each < limits.TEST_S


@pytest.mark.parametrize(
    "source",
    [
        "async with asyncio.timeout(5): pass",
        "await asyncio.wait_for(running, 0.5)",
        "process.wait(10)",
        "subprocess.run(command, timeout=30)",
        "await town.until(ask, holds, within=40)",
    ],
)
def test_a_written_limit_is_found(source: str) -> None:
    assert list(written_limits(source)) == [1]


@pytest.mark.parametrize(
    "source",
    [
        "async with asyncio.timeout(EVENT_S): pass",
        "await asyncio.sleep(1)",
        "subprocess.run(command, timeout=COMMAND_S)",
        "SimilarRule(within=timedelta(days=7))",
        "', '.join(names)",
        "consumer.poll(timeout_ms=200)",
    ],
)
def test_what_is_no_limit_is_fine(source: str) -> None:
    assert list(written_limits(source)) == []
