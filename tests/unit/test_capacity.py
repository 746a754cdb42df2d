"""The calculator of docs/CAPACITY.md: more cases never need less, and nothing is ever none."""

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.capacity import ASSUMED, NeededParts, capacity, grows_first, main

CASES = st.floats(0.01, 1_000_000)
# Of a worker's memory only the most is planned: more workers share the cases among them.
GROWING = [each.name for each in fields(NeededParts) if each.name != "worker_memory_gb"]


@given(CASES, CASES)
def test_more_cases_never_need_less(one: float, other: float) -> None:
    less, more = capacity(min(one, other)), capacity(max(one, other))

    assert [name for name in GROWING if getattr(less, name) > getattr(more, name)] == []


@given(CASES, st.floats(1, 100))
def test_a_worse_hour_never_needs_less(cases: float, surge: float) -> None:
    usual = capacity(cases, replace(ASSUMED, surge=1.0))
    worse = capacity(cases, replace(ASSUMED, surge=surge))

    assert [name for name in GROWING if getattr(usual, name) > getattr(worse, name)] == []


@given(CASES)
def test_nothing_is_ever_none_and_no_intake_is_without_a_partition(cases: float) -> None:
    size = capacity(cases)

    assert [each.name for each in fields(size) if getattr(size, each.name) <= 0] == []
    assert size.partitions >= size.intakes
    assert size.workers >= 2
    assert size.connections > 8 * (size.workers + size.intakes)


def test_a_town_needs_the_least_of_each_and_a_capital_more_workers_first() -> None:
    assert grows_first(capacity(1.3)) == "nothing: the least of each will do"
    assert grows_first(capacity(68_500)) in {"workers", "Temporal"}


@pytest.mark.parametrize("typed", [[], ["0"], ["-1"], ["inf"], ["nan"], ["many"], ["1", "2"]])
def test_what_is_no_number_of_cases_is_refused(
    typed: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(typed) == 2
    assert "CASES_A_DAY" in capsys.readouterr().err
