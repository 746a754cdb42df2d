"""What became of telling a person is journaled by the case itself, wherever it stands."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from domain.case.merging.acts import Merge
from domain.case.notices.acts import Failure, KeepNotice
from domain.case.notices.facts import Notified, Undelivered
from domain.case.suspension.acts import Suspend
from domain.vocabulary import Stage
from tests.builders import plan
from tests.workflow.cases import OpenCase, Town
from tests.workflow.looks import deadlines, rungs

FAILED = KeepNotice(row=3, person="li", attempts=3, failure=Failure.NOT_TAKEN)
REACHED = KeepNotice(row=3, person="li", attempts=5, channel="mailto")


async def at_work(case: OpenCase, town: Town) -> None:
    await case.give("sign")


async def suspended(case: OpenCase, town: Town) -> None:
    await case.give("sign")
    await case.give(
        Suspend(reason="Frost.", measures="A fence.", until=await town.now() + timedelta(days=30))
    )


async def merged(case: OpenCase, town: Town) -> None:
    other = await town.open(plan())
    await case.give(Merge(into=other.plan.case_id, reason="The same stalls."))
    await other.has_happened("joined")


async def closed(case: OpenCase, town: Town) -> None:
    for kind in ("sign", "resolve", "verify", "close"):
        await case.give(kind)


@pytest.mark.parametrize("standing", [at_work, suspended, merged, closed])
async def test_a_case_keeps_what_became_of_a_notice_once_and_moves_nothing(
    town: Town, standing: Callable[[OpenCase, Town], Awaitable[None]]
) -> None:
    case = await town.open(plan(reopen_window=timedelta(days=20)))
    await standing(case, town)
    before, stage = await deadlines(case), (await case.state()).stage
    rows = len(case.rows)

    await case.tell(FAILED, "notice:1")
    await case.tell(FAILED, "notice:1")
    await case.tell(REACHED, "notice:2")
    await case.has_happened("notified")

    assert [event.fact for event in case.events(after=rows)] == [
        Undelivered(row=3, person="li", attempts=3, because=Failure.NOT_TAKEN, final=False),
        Notified(row=3, person="li", attempts=5, channel="mailto"),
    ]
    assert before == await deadlines(case)
    assert stage is (await case.state()).stage


async def test_rungs_go_on_after_one_that_reached_nobody(town: Town) -> None:
    case = await town.open(plan())
    while not rungs(case):
        foretold = await deadlines(case)
        await town.until(max(foretold.values()))
    first = len(rungs(case))
    await case.tell(FAILED, "notice:1")
    await case.has_happened("undelivered")

    await town.until(await town.now() + timedelta(days=30))

    assert len(rungs(case)) > first
    assert (await case.state()).stage not in {Stage.ARCHIVED, Stage.WITHDRAWN}
