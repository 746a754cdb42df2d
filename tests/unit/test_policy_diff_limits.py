"""A limit and the way it is counted are one thing in a pack, and are told as one."""

from dataclasses import replace
from datetime import timedelta

from domain.sla.clocks import Measure
from tests.unit.test_policy_diffs import edited, lines, packed


def test_a_limit_in_hours_that_becomes_one_in_days_is_one_line() -> None:
    after = edited("levels", "holder: {budget: 40h", "holder: {budget: 2wd")

    assert lines(after) == ["levels direct critical limits holder budget: 40wh -> 2wd"]


def test_limits_in_days_are_told_as_the_pack_says_them() -> None:
    before = packed()
    level = before.levels[0]
    holder = next(each for each in level.limits if each.clock == "holder")
    days = replace(holder, budget=timedelta(hours=16), measure=Measure.WORKING_DAYS)
    ends = replace(days, measure=Measure.END_OF_DAY)
    without, two, full = (
        replace(before, levels=(replace(level, limits=limits), *before.levels[1:]))
        for limits in ((), (days,), (ends,))
    )

    [added] = [each for each in lines(two, without) if " holder" in each]
    assert added.startswith("levels direct critical limits holder: added: budget 2wd, ladder ")
    assert "measure" not in added
    assert "levels direct critical limits holder budget: 2wd -> 2wd, end_of_day" in lines(full, two)
