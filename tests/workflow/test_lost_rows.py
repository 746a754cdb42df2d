"""What a database that was set back has lost is read out of the histories of workflows."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest

from domain.case.closing.acts import Withdraw
from domain.vocabulary import Tier
from runtime.jobs.histories.case_histories import CaseHistories
from runtime.jobs.restored.lost_rows import LostRows, LostRowsFinder, batch_of_lost
from runtime.services.worker import runner
from schemas.journal import event_of
from tests.builders import plan
from tests.workflow.cases import OpenCase, Town
from tests.workflow.fakes import MemoryJournal


@dataclass
class SetBack(MemoryJournal):
    """A journal that has less than its cases have written."""

    async def newest_at(self) -> datetime | None:
        rows = [row for case in self.rows.values() for row in case]
        return max((event_of(row.encode()).at for row in rows), default=None)

    async def journaled_seq(self, case_id: str) -> int:
        return len(self.rows.get(case_id, []))


async def lost(town: Town, journal: SetBack) -> LostRows:
    finder = LostRowsFinder(
        CaseHistories(town.client, town.task_queue),
        journal,
        runner(sandboxed=False),
        timedelta(hours=1),
    )
    return await finder.find(lambda _number: None)


async def listed(town: Town, number: int) -> None:
    """Return when Temporal lists that many runs."""
    query = f"TaskQueue = '{town.task_queue}'"
    while (await town.client.count_workflows(query)).count < number:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def raised(town: Town) -> OpenCase:
    """Return a case that has had two runs."""
    case = await town.open(plan(tier=Tier.ASSIGN))
    await case.give("raise_tier")
    await case.give("sign")
    return case


async def test_rows_of_open_and_ended_cases_and_of_every_run_are_found(real_town: Town) -> None:
    whole, ended, twice = (
        await real_town.open(plan(tier=Tier.DIRECT)),
        await real_town.open(plan()),
        await raised(real_town),
    )
    await ended.give("sign")
    await ended.give(Withdraw(reason="Twice."))
    await listed(real_town, 4)
    rows = {ended.plan.case_id: ended.rows[:1], whole.plan.case_id: whole.rows}

    found = await lost(real_town, SetBack(rows=rows))

    assert found.broken == []
    assert {each.case_id: (each.head, list(each.bodies)) for each in found.cases} == {
        ended.plan.case_id: (1, ended.rows[1:]),
        twice.plan.case_id: (0, twice.rows),
    }
    by_case = {each.case_id: each for each in found.cases}
    again = batch_of_lost(by_case[ended.plan.case_id], ended.rows[:1])
    assert again.row == ended.shown()
    assert again.first_seq == 2


async def test_a_case_that_went_on_in_two_ways_is_named_and_left_alone(real_town: Town) -> None:
    case = await real_town.open(plan())
    await case.give("sign")
    await listed(real_town, 1)
    other = [*case.rows[:-1], case.rows[-1].replace("sign-1", "sign-9")]

    found = await lost(real_town, SetBack(rows={case.plan.case_id: other}))

    assert found.cases == []
    [broken] = found.broken
    assert broken.case_id == case.plan.case_id
    assert broken.detail.startswith(f"row {len(other)} is another than its workflow wrote")


async def test_rows_that_no_history_has_any_more_are_a_gap(real_town: Town) -> None:
    case = await raised(real_town)
    first = await real_town.client.get_workflow_handle(case.handle.id).describe()
    history = await case.handle.fetch_history()
    started = history.events[0].workflow_execution_started_event_attributes
    await real_town.client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(
            namespace=real_town.client.namespace,
            workflow_execution=WorkflowExecution(
                workflow_id=first.id, run_id=started.continued_execution_run_id
            ),
        )
    )
    query = f"TaskQueue = '{real_town.task_queue}' AND WorkflowType = 'AssignCase'"
    while (await real_town.client.count_workflows(query)).count:  # noqa: ASYNC110
        await asyncio.sleep(0.05)

    found = await lost(real_town, SetBack())

    [lost_case] = found.cases
    assert lost_case.gap == lost_case.first_seq - 1
    assert lost_case.gap > 0
    assert list(lost_case.bodies) == case.rows[lost_case.gap :]
