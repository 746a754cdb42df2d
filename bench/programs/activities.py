"""The same life the usual way: a plain workflow with Updates, and one normal activity a step.

No clocks, no search attributes, no current details: less than Sanban does.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.options import UNTIL_DONE
from activities.records import RecordActivities
from bench.drive import drive, three_acts
from bench.journal_check import all_closed
from bench.programs.parts import client_of, database_of, ended, workflow_ids
from bench.spec import Program, Spec
from bench.town import plan_of
from domain.case.commands import ENGINE, Command, Lookup
from domain.case.decide import decide
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.complaints import Complaint, workflow_id_of
from runtime.metrics import CountingJournal
from schemas.case import CaseEnd, CaseInput
from schemas.commands import CommandAnswer, CommandMessage
from schemas.journal import batch_of
from store.connection import Database
from store.journal.rows import PostgresJournal


@workflow.defn(name="PlainCase", sandboxed=False)
class PlainCase:
    def __init__(self) -> None:
        self._case: Case | None = None

    @workflow.run
    async def run(self, begin: CaseInput) -> CaseEnd:
        if begin.plan is None:
            raise ValueError("a plain case has a plan")
        case = await self._do(Command("open", ENGINE, Open(plan=begin.plan)))
        await workflow.wait_condition(
            lambda: self._is_closed() and workflow.all_handlers_finished()
        )
        return CaseEnd(case_id=case.case_id, stage=case.stage, seq=case.seq)

    @workflow.update
    async def act(self, message: CommandMessage) -> CommandAnswer:
        await workflow.wait_condition(lambda: self._case is not None)
        case = await self._do(message.to_domain(Lookup()))
        return CommandAnswer(
            case_id=case.case_id, command_id=message.id, seq=case.seq, stage=case.stage
        )

    def _is_closed(self) -> bool:
        return self._case is not None and self._case.stage.is_final

    async def _do(self, command: Command) -> Case:
        decision = decide(self._case, command, workflow.now())
        await workflow.execute_activity_method(
            RecordActivities.record,
            batch_of(decision.case, decision.events, summarize(decision.case)),
            **UNTIL_DONE,
        )
        self._case = decision.case
        return decision.case


@dataclass(frozen=True)
class PlainLives:
    spec: Spec
    client: Client
    database: Database

    async def prepare(self, complaints: Sequence[Complaint]) -> None:
        pass

    async def work(self, complaints: Sequence[Complaint]) -> list[float]:
        return await drive(self._life, complaints, self.spec.concurrency)

    async def check(self, complaints: Sequence[Complaint]) -> int:
        longest = await ended(self.client, workflow_ids(complaints))
        await all_closed(self.database, complaints)
        return longest

    async def _life(self, complaint: Complaint) -> list[float]:
        plan = plan_of(complaint)
        handle = await self.client.start_workflow(
            PlainCase.run,
            CaseInput(plan=plan),
            id=workflow_id_of(complaint.tenant, plan.case_id),
            task_queue=self.spec.task_queue,
            request_eager_start=True,
        )
        return await three_acts(
            plan.case_id,
            lambda message: handle.execute_update(PlainCase.act, message, id=message.id),
        )


@asynccontextmanager
async def activities(spec: Spec) -> AsyncIterator[Program]:
    client = await client_of(spec)
    async with database_of(spec) as database:
        journal = CountingJournal(PostgresJournal(database))
        async with Worker(
            client,
            task_queue=spec.task_queue,
            workflows=[PlainCase],
            activities=[RecordActivities(journal).record],
            workflow_runner=UnsandboxedWorkflowRunner(),
            max_cached_workflows=5000,
        ):
            yield PlainLives(spec, client, database)
