"""The whole life of a case on Sanban, with everything as production has it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from temporalio.client import Client

from bench.drive import drive, three_acts
from bench.journal_check import WorkUndone, all_closed
from bench.programs.parts import client_of, database_of, ended, workflow_ids
from bench.spec import Program, Spec
from bench.town import plan_of, town
from domain.complaints import Complaint
from runtime.clock import utc_now
from runtime.metrics import CountingJournal
from runtime.services.worker import WorkerOptions, build_worker
from runtime.wiring.policy_registry import PolicyRegistry
from runtime.wiring.temporal_cases import TemporalCases
from store.connection import Database
from store.journal.rows import PostgresJournal
from store.packs.published import PostgresPolicies


@dataclass(frozen=True)
class SanbanLives:
    """People and their systems: starts cases and acts on them."""

    spec: Spec
    client: Client
    database: Database
    cases: TemporalCases

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
        if not await self.cases.start(plan):
            raise WorkUndone(f"case {plan.case_id} was there before")
        return await three_acts(
            plan.case_id, lambda message: self.cases.act(complaint.tenant, plan.case_id, message)
        )


@dataclass(frozen=True)
class Idle:
    """A worker: what it does, others ask for."""

    async def prepare(self, complaints: Sequence[Complaint]) -> None:
        pass

    async def work(self, complaints: Sequence[Complaint]) -> list[float]:  # noqa: ARG002
        return []

    async def check(self, complaints: Sequence[Complaint]) -> int:  # noqa: ARG002
        return 0


@asynccontextmanager
async def lives(spec: Spec) -> AsyncIterator[Program]:
    """Client and worker in one process."""
    client = await client_of(spec)
    async with database_of(spec) as database, working(spec, client, database):
        yield _lives(spec, client, database)


@asynccontextmanager
async def worker(spec: Spec) -> AsyncIterator[Program]:
    client = await client_of(spec)
    async with database_of(spec) as database, working(spec, client, database):
        yield Idle()


@asynccontextmanager
async def people(spec: Spec) -> AsyncIterator[Program]:
    client = await client_of(spec)
    async with database_of(spec) as database:
        yield _lives(spec, client, database)


def _lives(spec: Spec, client: Client, database: Database) -> SanbanLives:
    return SanbanLives(spec, client, database, TemporalCases(client, spec.task_queue, utc_now))


@asynccontextmanager
async def working(spec: Spec, client: Client, database: Database) -> AsyncIterator[None]:
    """A worker as production has it, on the task queue of the round."""
    desk = PolicyRegistry({town().tenant: town()}, PostgresPolicies(database))
    await desk.publish()
    journal = CountingJournal(PostgresJournal(database))
    async with build_worker(client, journal, desk, WorkerOptions(task_queue=spec.task_queue)):
        yield
