"""Before an upgrade the open cases of production are replayed, and one that stops is named."""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest
from pydantic import ConfigDict
from temporalio import workflow
from temporalio.client import WorkflowHandle
from typing_extensions import override

from domain.case.commands import ENGINE
from domain.case.merging.acts import Leave
from domain.vocabulary import Tier
from runtime.jobs.histories.case_histories import CaseHistories
from runtime.jobs.histories.upgrade_check import ReplayFault, UpgradeCheck, UpgradeReport
from runtime.services.worker import runner
from schemas.case import CaseEnd, CaseInput
from schemas.commands import CaseMessage
from schemas.journal import batch_of
from schemas.records import Batch
from tests.builders import plan
from tests.workflow.cases import OpenCase, Town
from tests.workflow.fakes import MemoryJournal
from workflows.actor import CaseActor
from workflows.assign import AssignCase
from workflows.case_messages import HEAR
from workflows.direct import DirectCase
from workflows.registry import WORKFLOWS
from workflows.supervise import SuperviseCase

TIERS = (Tier.DIRECT, Tier.ASSIGN, Tier.SUPERVISE)


@workflow.defn(name="AssignCase")
class HastyAssign(AssignCase):
    """A changed workflow that was put behind no patch: it waits before it opens the case."""

    @workflow.run
    @override
    async def run(self, begin: CaseInput) -> CaseEnd:
        await asyncio.sleep(1)
        return await self._live(begin)


class NewerInput(CaseInput):
    """What a release reads that has one field more in its plans."""

    model_config = ConfigDict(extra="ignore")


@workflow.defn(name="DirectCase", sandboxed=False)
class NewerDirect(DirectCase):
    @workflow.init
    @override
    def __init__(self, begin: NewerInput) -> None:
        super().__init__(begin)

    @workflow.run
    @override
    async def run(self, begin: NewerInput) -> CaseEnd:  # type: ignore[override]
        return await self._live(begin)


async def refused(of_case: WorkflowHandle[Any, Any]) -> str:
    """Return why a worker has given a task of the case back."""
    while True:
        async for event in of_case.fetch_history_events():
            if event.HasField("workflow_task_failed_event_attributes"):
                failure = event.workflow_task_failed_event_attributes.failure
                return f"{failure.message} {failure.cause.message}"
        await asyncio.sleep(0.05)


async def opened(town: Town) -> list[OpenCase]:
    """Open a case of each tier, one after the other, and sign it; they can be listed."""
    cases = []
    for tier in TIERS:
        cases.append(await town.open(plan(tier=tier)))
        await cases[-1].give("sign")
    await listed(town, len(cases))
    return cases


async def listed(town: Town, number: int) -> None:
    """Return when Temporal lists that many open cases."""
    query = f"TaskQueue = '{town.task_queue}' AND ExecutionStatus = 'Running'"
    while (await town.client.count_workflows(query)).count < number:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def checked(
    town: Town,
    *,
    limit: int = 100,
    build: Sequence[type[CaseActor]] = WORKFLOWS,
    journal: MemoryJournal | None = None,
) -> UpgradeReport:
    report = UpgradeReport()
    checking = UpgradeCheck(
        CaseHistories(town.client, town.task_queue),
        build,
        runner(sandboxed=False),
        journal or town.journal,
    )
    await checking.run(limit, report, lambda _done, _of: None)
    return report


async def test_open_cases_of_every_tier_replay_on_the_build_that_runs_them(
    real_town: Town,
) -> None:
    await opened(real_town)

    report = await checked(real_town)

    assert [] == report.failed
    assert report.open == 3
    assert report.replayed == {"AssignCase": 1, "DirectCase": 1, "SuperviseCase": 1}


async def test_a_case_that_the_new_build_would_stop_is_named_with_what_differs(
    real_town: Town,
) -> None:
    _direct, assign, _supervise = await opened(real_town)

    report = await checked(real_town, build=(DirectCase, HastyAssign, SuperviseCase))

    [failed] = report.failed
    assert failed.fault is ReplayFault.OTHER_STEPS
    assert failed.run.case_id == assign.plan.case_id
    assert "Nondeterminism" in failed.detail
    assert report.replayed == {"AssignCase": 1, "DirectCase": 1, "SuperviseCase": 1}


async def test_the_same_steps_that_decide_other_rows_are_found(
    real_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The SDK's replayer compares steps alone."""
    cases = await opened(real_town)

    def other(*args: object) -> Batch:
        batch = batch_of(*args)  # type: ignore[arg-type]
        bodies = tuple(body.replace('"kind":"signed"', '"kind":"sealed"') for body in batch.bodies)
        return batch.model_copy(update={"bodies": bodies})

    monkeypatch.setattr("workflows.actor.batch_of", other)
    report = await checked(real_town)
    monkeypatch.undo()

    assert {each.fault for each in report.failed} == {ReplayFault.OTHER_ROWS}
    assert sorted(each.run.case_id for each in report.failed) == sorted(
        each.plan.case_id for each in cases
    )
    details = {each.run.case_id: each.detail for each in report.failed}
    for case in cases:
        seq = 1 + case.kinds().index("signed")
        assert details[case.plan.case_id].startswith(f"row {seq} of the journal is ")


async def test_rows_that_the_database_has_lost_are_no_fault_of_the_build_and_named_as_such(
    real_town: Town,
) -> None:
    cases = await opened(real_town)
    set_back = MemoryJournal(
        rows={**real_town.journal.rows, cases[0].plan.case_id: cases[0].rows[:1]}
    )

    report = await checked(real_town, journal=set_back)

    [failed] = report.failed
    assert failed.fault is ReplayFault.MISSING_ROWS
    assert failed.run.case_id == cases[0].plan.case_id


async def test_a_build_without_the_workflow_of_a_case_says_so(real_town: Town) -> None:
    _direct, _assign, supervise = await opened(real_town)

    report = await checked(real_town, build=(DirectCase, AssignCase))

    [failed] = report.failed
    assert failed.fault is ReplayFault.UNKNOWN_TYPE
    assert failed.run.case_id == supervise.plan.case_id


async def test_the_oldest_of_each_type_are_taken_first(real_town: Town) -> None:
    first = [await real_town.open(plan(tier=Tier.DIRECT)) for _ in range(3)]
    await listed(real_town, len(first))
    histories = CaseHistories(real_town.client, real_town.task_queue)
    kept = await histories.oldest_open(2, lambda _number: None)

    assert [run.case_id for run in kept["DirectCase"]] == [each.plan.case_id for each in first[:2]]
    report = await checked(real_town, limit=2)
    assert report.open == 3
    assert report.replayed["DirectCase"] == 2


async def test_a_plan_of_a_newer_release_is_left_to_its_workers(
    real_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older one would drop a field, and journal another case than the newer ones have."""
    town, pinned = real_town, plan(tier=Tier.DIRECT)
    newer = json.loads(CaseInput(plan=pinned).model_dump_json())
    newer["plan"]["quiet_hours"] = "22:00-06:00"
    of_case = await town.client.start_workflow(
        "DirectCase", newer, id=f"{town.task_queue}-newer", task_queue=town.task_queue
    )
    try:
        assert "plan.quiet_hours is of a newer release" in await refused(of_case)
        await listed(town, 1)
        [failed] = (await checked(town)).failed
        assert failed.fault is ReplayFault.NEWER
        assert "plan.quiet_hours is of a newer release" in failed.detail
        assert pinned.case_id not in town.journal.rows

        await town.stop_worker()
        monkeypatch.setattr("runtime.services.worker.WORKFLOWS", (NewerDirect,))
        await town.start_worker()
        while pinned.case_id not in town.journal.rows:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    finally:
        await of_case.terminate()


async def test_a_message_of_a_newer_release_is_left_to_its_workers(real_town: Town) -> None:
    """Temporal's SDK drops a Signal that cannot be read, for this worker alone."""
    case = await real_town.open(plan(tier=Tier.DIRECT))
    opened = case.rows[:]
    message = CaseMessage(id="newer", actor=ENGINE, act=Leave(case="other"))
    newer = json.loads(message.model_dump_json())
    newer["act"]["quiet_hours"] = "22:00-06:00"

    await case.handle.signal(HEAR, newer)

    assert "leave.quiet_hours is of a newer release" in await refused(case.handle)
    assert case.rows == opened
