"""The floor: a workflow that begins and ends. Nothing on Temporal can cost less."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from bench.drive import drive
from bench.programs.parts import client_of
from bench.spec import Program, Spec
from domain.complaints import Complaint


@workflow.defn(name="Floor", sandboxed=False)
class Floor:
    @workflow.run
    async def run(self) -> None:
        pass


@dataclass(frozen=True)
class FloorProgram:
    spec: Spec
    client: Client

    async def prepare(self, complaints: Sequence[Complaint]) -> None:
        pass

    async def work(self, complaints: Sequence[Complaint]) -> list[float]:
        return await drive(self._life, complaints, self.spec.concurrency)

    async def check(self, complaints: Sequence[Complaint]) -> int:
        handle = self.client.get_workflow_handle(f"floor/{complaints[0].case_id}")
        return len((await handle.fetch_history()).events)

    async def _life(self, complaint: Complaint) -> list[float]:
        await self.client.execute_workflow(
            Floor.run,
            id=f"floor/{complaint.case_id}",
            task_queue=self.spec.task_queue,
            request_eager_start=True,
        )
        return []


@asynccontextmanager
async def floor(spec: Spec) -> AsyncIterator[Program]:
    client = await client_of(spec)
    async with Worker(
        client,
        task_queue=spec.task_queue,
        workflows=[Floor],
        workflow_runner=UnsandboxedWorkflowRunner(),
    ):
        yield FloorProgram(spec, client)
