"""The bare shape of a life: start, three Updates, four local activities, one timer, nothing in it.

What Temporal's SDK itself costs; the rest of a life on Sanban is ours.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.options import AT_ONCE
from bench.drive import drive, three_acts
from bench.programs.parts import client_of, ended
from bench.spec import Program, Spec
from domain.complaints import Complaint

ACTS = 3
LONG_S = 3600


@activity.defn
async def nothing(_number: int) -> None:
    pass


@workflow.defn(name="Shape", sandboxed=False)
class Shape:
    def __init__(self) -> None:
        self._asked = 0
        self._done = 0

    @workflow.run
    async def run(self) -> int:
        await workflow.execute_local_activity(nothing, 0, **AT_ONCE)
        alarm = asyncio.create_task(workflow.sleep(LONG_S))
        while self._done < ACTS:
            await workflow.wait_condition(lambda: self._asked > self._done or alarm.done())
            await workflow.execute_local_activity(nothing, self._asked, **AT_ONCE)
            self._done = self._asked
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._done

    @workflow.update
    async def act(self, number: int) -> int:
        self._asked = number
        await workflow.wait_condition(lambda: self._done >= number)
        return number


@dataclass(frozen=True)
class ShapeProgram:
    spec: Spec
    client: Client

    async def prepare(self, complaints: Sequence[Complaint]) -> None:
        pass

    async def work(self, complaints: Sequence[Complaint]) -> list[float]:
        return await drive(self._life, complaints, self.spec.concurrency)

    async def check(self, complaints: Sequence[Complaint]) -> int:
        return await ended(self.client, [f"shape/{each.case_id}" for each in complaints])

    async def _life(self, complaint: Complaint) -> list[float]:
        handle = await self.client.start_workflow(
            Shape.run,
            id=f"shape/{complaint.case_id}",
            task_queue=self.spec.task_queue,
            request_eager_start=True,
        )
        numbers = iter(range(1, ACTS + 1))
        return await three_acts(
            complaint.case_id, lambda _: handle.execute_update(Shape.act, next(numbers))
        )


@asynccontextmanager
async def shape(spec: Spec) -> AsyncIterator[Program]:
    client = await client_of(spec)
    async with Worker(
        client,
        task_queue=spec.task_queue,
        workflows=[Shape],
        activities=[nothing],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=5000,
    ):
        yield ShapeProgram(spec, client)
