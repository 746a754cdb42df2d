"""Starts alone, with no worker to run the cases: what a server takes, what intake makes of it.

`raw_starts`: as many starts at once as intake has in flight, of inputs made beforehand.
`intake`: from records in memory, through reading, planning, the ledger and the starts.
`intake_kafka`: the same from a real Kafka topic, with its loop and its commits.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from temporalio.client import Client
from temporalio.common import Priority, TypedSearchAttributes, WorkflowIDReusePolicy

from bench.drive import drive
from bench.journal_check import WorkUndone
from bench.programs.parts import HISTORIES, client_of, database_of, workflow_ids
from bench.spec import Program, Spec
from bench.town import filed, plan_of, town
from consumers.complaints.intake import Intake
from consumers.health import Health
from consumers.kafka.source import KafkaSource, SourceOptions
from consumers.kafka.watchdog import Watchdog
from consumers.loop import Loop
from consumers.outcomes.outcome_sink import OutcomeSink
from consumers.record_intake import IntakeContext
from domain.case.commands import ENGINE, Command
from domain.case.decide import decide
from domain.case.registration.acts import Open
from domain.case.summaries import summarize
from domain.complaints import Complaint, workflow_id_of
from domain.planning.planner import plan
from domain.planning.plans import CasePlan
from gateways.kafka.admin import TopicSpec, ensure_topics
from gateways.kafka.producer import Producer, ProducerOptions
from runtime.clock import utc_now
from runtime.jobs.publish import STRUCTURED
from runtime.wiring.policy_registry import PolicyRegistry
from runtime.wiring.temporal_cases import PRIORITY, TemporalCases
from schemas.case import CaseInput
from schemas.intake import Letter, Outcome, Position, Record, RecordDecision, RejectReason
from store.cases.read_model import PostgresCases
from store.connection import Database
from store.intake.ledger import PostgresLedger
from store.intake.similar import PostgresSimilar
from store.journal.cases import PostgresJournaledCases
from store.packs.published import PostgresPolicies
from store.privacy.keys import PostgresKeys
from workflows.follow_ons import WORKFLOW_TYPES
from workflows.search_attributes import attributes

CHUNK = 200
PARTITIONS = 4
FOUND = """
SELECT count(*) FROM sanban.intake_ledger WHERE outcome = 'accepted' AND case_id = ANY(%s)
"""


@dataclass(frozen=True)
class RawStarts:
    spec: Spec
    client: Client
    made: dict[str, tuple[CasePlan, TypedSearchAttributes]] = field(default_factory=dict)

    async def prepare(self, complaints: Sequence[Complaint]) -> None:
        for complaint in complaints:
            pinned = plan_of(complaint)
            opened = decide(None, Command("open", ENGINE, Open(plan=pinned)), utc_now()).case
            self.made[complaint.case_id] = (pinned, attributes(opened, summarize(opened)))

    async def work(self, complaints: Sequence[Complaint]) -> list[float]:
        return await drive(self._start, complaints, self.spec.concurrency)

    async def check(self, complaints: Sequence[Complaint]) -> int:
        await _all_there(self.client, complaints)
        return 0

    async def _start(self, complaint: Complaint) -> list[float]:
        pinned, searched = self.made[complaint.case_id]
        await self.client.start_workflow(
            WORKFLOW_TYPES[pinned.tier],
            CaseInput(plan=pinned),
            id=workflow_id_of(complaint.tenant, complaint.case_id),
            task_queue=self.spec.task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            search_attributes=searched,
            priority=Priority(priority_key=PRIORITY[pinned.tier]),
            request_eager_start=True,
        )
        return []


@dataclass(frozen=True)
class IntakeStarts:
    intake: Intake
    client: Client
    database: Database
    made: dict[str, Record] = field(default_factory=dict)

    async def prepare(self, complaints: Sequence[Complaint]) -> None:
        for offset, complaint in enumerate(complaints, start=len(self.made)):
            place = Position("bench", "complaints", complaints[0].event_id, 0, offset)
            self.made[complaint.case_id] = Record(
                place, complaint.event_id.encode(), filed(complaint), STRUCTURED
            )

    async def work(self, complaints: Sequence[Complaint]) -> list[float]:
        records = [self.made[complaint.case_id] for complaint in complaints]
        for first in range(0, len(records), CHUNK):
            await self.intake.handle(records[first : first + CHUNK])
        return []

    async def check(self, complaints: Sequence[Complaint]) -> int:
        await _all_accepted(self.database, complaints)
        await _all_there(self.client, complaints)
        return 0


@dataclass(frozen=True)
class KafkaStarts:
    """The producer is part of the work, as the records have to come from somewhere."""

    intake: Intake
    client: Client
    database: Database
    producer: Producer
    topic: str
    decided: "asyncio.Queue[int]"
    made: dict[str, bytes] = field(default_factory=dict)

    async def prepare(self, complaints: Sequence[Complaint]) -> None:
        self.made.update({each.case_id: filed(each) for each in complaints})

    async def handle(self, records: Sequence[Record]) -> list[Outcome]:
        outcomes = await self.intake.handle(records)
        self.decided.put_nowait(len(outcomes))
        return outcomes

    async def work(self, complaints: Sequence[Complaint]) -> list[float]:
        async with asyncio.TaskGroup() as sending:
            for each in complaints:
                sending.create_task(
                    self.producer.send(
                        self.topic,
                        key=each.event_id.encode(),
                        value=self.made[each.case_id],
                        headers=STRUCTURED,
                    )
                )
            waiting = len(complaints)
            while waiting > 0:
                waiting -= await self.decided.get()
        return []

    async def check(self, complaints: Sequence[Complaint]) -> int:
        await _all_accepted(self.database, complaints)
        await _all_there(self.client, complaints)
        return 0


class NoLetters:
    async def put(self, record: Record, reason: RejectReason, detail: str) -> Letter:
        raise WorkUndone(f"offset {record.position.offset} is dead: {reason}: {detail}")


class NoReceipts:
    async def put(self, record: Record, decision: RecordDecision) -> None:
        """Told to nobody."""


@asynccontextmanager
async def raw_starts(spec: Spec) -> AsyncIterator[Program]:
    yield RawStarts(spec, await client_of(spec))


@asynccontextmanager
async def intake(spec: Spec) -> AsyncIterator[Program]:
    client = await client_of(spec)
    async with database_of(spec) as database:
        yield IntakeStarts(await intake_of(spec, client, database), client, database)


@asynccontextmanager
async def intake_kafka(spec: Spec) -> AsyncIterator[Program]:
    client, topic, health = await client_of(spec), f"bench-{spec.run}", Health()
    await ensure_topics(spec.kafka, [TopicSpec(topic, PARTITIONS)])
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(database_of(spec))
        producer = await stack.enter_async_context(Producer(ProducerOptions(spec.kafka)))
        program = KafkaStarts(
            await intake_of(spec, client, database),
            client,
            database,
            producer,
            topic,
            asyncio.Queue(),
        )
        source = KafkaSource(SourceOptions(spec.kafka, (topic,), topic), health, Watchdog(health))
        loop = Loop(source, program.handle, health)
        running = asyncio.create_task(loop.run())
        yield program
        loop.stop()
        await running


async def intake_of(spec: Spec, client: Client, database: Database) -> Intake:
    desk = PolicyRegistry({town().tenant: town()}, PostgresPolicies(database))
    cases = TemporalCases(client, spec.task_queue, utc_now)
    context = IntakeContext(
        policies=desk,
        ledger=PostgresLedger(database),
        commands=cases,
        cases=PostgresJournaledCases(database),
        outcomes=OutcomeSink(NoLetters(), NoReceipts()),
        now=utc_now,
        at_once=asyncio.Semaphore(spec.concurrency),
    )
    return Intake(
        context,
        plan=plan,
        repeats=PostgresCases(database),
        similar=PostgresSimilar(database),
        starter=cases,
        sealing=PostgresKeys(database),
    )


async def _all_accepted(database: Database, complaints: Sequence[Complaint]) -> None:
    [(found,)] = await database.fetch(FOUND, ([each.case_id for each in complaints],))
    if found != len(complaints):
        raise WorkUndone(f"{found} records accepted, not {len(complaints)}")


async def _all_there(client: Client, complaints: Sequence[Complaint]) -> None:
    """Raises when one of some workflows was never started."""
    for id_ in workflow_ids(complaints)[-HISTORIES:]:
        await client.get_workflow_handle(id_).describe()
