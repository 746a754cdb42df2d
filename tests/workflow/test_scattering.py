"""A person undoes what a rule merged: one act of the leader, also for those on their way."""

from dataclasses import replace

import pytest

from domain.case.merging.acts import Merge, Scatter
from domain.planning.plans import CasePlan
from domain.vocabulary import Stage
from tests.builders import complaint, plan
from tests.town import OPENED, hours
from tests.workflow.cases import OpenCase, Town
from tests.workflow.looks import facts

APART = Scatter(reason="Two different pipes.")


def by_rule(main: OpenCase) -> CasePlan:
    return replace(
        plan(complaint(reported_at=OPENED - hours(80))),
        into=main.plan.case_id,
        into_reason="rule surge",
    )


@pytest.fixture
async def main(town: Town) -> OpenCase:
    return await town.open(plan())


async def test_those_that_a_rule_merged_go_and_those_that_a_person_merged_stay(
    town: Town, main: OpenCase
) -> None:
    first, second = [await town.open(by_rule(main)) for _ in range(2)]
    persons = await town.open(plan())
    await persons.give(Merge(into=main.plan.case_id, reason="The same pipe."))
    await main.has_rows(3 + 3)
    await main.give(APART)
    for case in (first, second):
        await case.has_happened("unmerged")

    [fact] = facts(main, "scattered")
    assert {first.plan.case_id, second.plan.case_id} == {*fact.cases}
    [why] = {fact.reason for case in (first, second) for fact in facts(case, "unmerged")}
    assert APART.reason == why
    assert [Stage.DISPATCHED] * 2 == [(await case.state()).stage for case in (first, second)]
    assert Stage.MERGED is (await persons.state()).stage
    assert [persons.plan.case_id] == [case_id for case_id, _ in (await main.state()).joined]
    # Nothing is left to tell, and the leader says nothing more to those that have gone.
    assert "left" not in main.kinds()


async def test_what_a_person_undid_stays_undone_for_those_on_their_way(
    town: Town, main: OpenCase
) -> None:
    await main.give(APART)
    late = await town.open(by_rule(main))
    await late.has_happened("unmerged")

    assert ["merged", "unmerged"] == late.kinds(after=3)
    assert Stage.DISPATCHED is (await late.state()).stage
    assert "joined" not in main.kinds()


async def test_a_person_may_still_merge_into_a_case_that_was_scattered(
    town: Town, main: OpenCase
) -> None:
    await main.give(APART)
    other = await town.open(plan())
    await other.give(Merge(into=main.plan.case_id, reason="The same pipe after all."))
    await main.has_happened("joined")

    assert Stage.MERGED is (await other.state()).stage


async def test_a_promise_that_came_with_a_case_goes_with_it(town: Town, main: OpenCase) -> None:
    own = (await main.state()).clocks
    other = await town.open(by_rule(main))
    await main.has_happened("joined")
    together = (await main.state()).clocks
    await main.give(APART)
    await other.has_happened("unmerged")

    assert own != together
    assert own == (await main.state()).clocks
