"""The same life on DBOS: a workflow that waits with `recv`, a transaction a step, one PostgreSQL.

`dbos`: each act is answered with an event, as an Update is. `dbos_unanswered`: the acts are sent
one after the other and nobody waits for an answer; cheaper than what Sanban promises.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from dbos import DBOS, SetWorkflowID, SQLAlchemyDatasource
from sqlalchemy import text

from bench.drive import drive
from bench.journal_check import all_closed
from bench.programs.parts import database_of
from bench.spec import Program, Spec
from bench.town import messages, plan_of
from domain.case.commands import ENGINE, Command, Lookup
from domain.case.decide import decide
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.complaints import Complaint, workflow_id_of
from domain.planning.plans import CasePlan
from runtime.clock import utc_now
from schemas.commands import CommandAnswer, CommandMessage
from schemas.journal import batch_of
from schemas.records import Batch
from store.connection import Database

APPEND = text("SELECT sanban.case_append(:case_id, :first_seq, :bodies, CAST(:row AS jsonb))")
TOPIC = "act"
PATIENCE_S = 60.0

Start = Callable[[CasePlan, datetime], int]
Asked = tuple[CommandMessage, datetime]


@dataclass(frozen=True)
class DbosLives:
    spec: Spec
    database: Database
    threads: ThreadPoolExecutor
    start: Start
    answered: bool

    async def prepare(self, complaints: Sequence[Complaint]) -> None:
        pass

    async def work(self, complaints: Sequence[Complaint]) -> list[float]:
        loop = asyncio.get_running_loop()
        return await drive(
            lambda complaint: loop.run_in_executor(self.threads, self._life, complaint),
            complaints,
            self.spec.concurrency,
        )

    async def check(self, complaints: Sequence[Complaint]) -> int:
        await all_closed(self.database, complaints)
        return 0

    def _life(self, complaint: Complaint) -> list[float]:
        plan = plan_of(complaint)
        id_ = workflow_id_of(complaint.tenant, plan.case_id)
        with SetWorkflowID(id_):
            handle = DBOS.start_workflow(self.start, plan, utc_now())
        latencies = []
        for message in messages(plan.case_id):
            begun = time.perf_counter()
            DBOS.send(id_, (message, utc_now()), TOPIC, idempotency_key=message.id)
            if self.answered:
                answer = DBOS.get_event(id_, message.id, timeout_seconds=PATIENCE_S)
                if not isinstance(answer, CommandAnswer):
                    raise AssertionError(f"no answer to {message.id}")
                latencies.append(time.perf_counter() - begun)
        handle.get_result()
        return latencies


@asynccontextmanager
async def dbos(spec: Spec) -> AsyncIterator[Program]:
    async with _launched(spec, answered=True) as program:
        yield program


@asynccontextmanager
async def dbos_unanswered(spec: Spec) -> AsyncIterator[Program]:
    async with _launched(spec, answered=False) as program:
        yield program


@asynccontextmanager
async def _launched(spec: Spec, *, answered: bool) -> AsyncIterator[Program]:
    DBOS(
        config={
            "name": "sanban-bench",
            "system_database_url": spec.owner,
            "log_level": "ERROR",
            "sys_db_pool_size": 2 * spec.concurrency,
        }
    )
    start = _workflow(spec, answered=answered)
    DBOS.launch()
    try:
        async with database_of(spec) as database:
            with ThreadPoolExecutor(spec.concurrency, "people") as threads:
                yield DbosLives(spec, database, threads, start, answered)
    finally:
        DBOS.destroy()


def _workflow(spec: Spec, *, answered: bool) -> Start:
    """Its journal appends and DBOS's own record of them are one transaction, its fastest way."""
    source = SQLAlchemyDatasource.create(
        spec.owner, {"pool_size": spec.concurrency, "max_overflow": 0}
    )

    @source.transaction(isolation_level="READ COMMITTED")
    def append(batch: Batch) -> None:
        source.sql_session().execute(
            APPEND,
            {
                "case_id": batch.case_id,
                "first_seq": batch.first_seq,
                "bodies": [body.encode() for body in batch.bodies],
                "row": batch.row.model_dump_json(),
            },
        )

    def do(case: Case | None, command: Command, now: datetime) -> Case:
        decision = decide(case, command, now)
        append(batch_of(decision.case, decision.events, summarize(decision.case)))
        return decision.case

    @DBOS.workflow(name="case")
    def live(plan: CasePlan, now: datetime) -> int:
        case = do(None, Command("open", ENGINE, Open(plan=plan)), now)
        while not case.stage.is_final:
            asked: Asked | None = DBOS.recv(TOPIC, timeout_seconds=PATIENCE_S)
            if asked is None:
                raise TimeoutError(f"nobody acts on {case.case_id}")
            message, moment = asked
            case = do(case, message.to_domain(Lookup()), moment)
            if answered:
                answer = CommandAnswer(
                    case_id=case.case_id, command_id=message.id, seq=case.seq, stage=case.stage
                )
                DBOS.set_event(message.id, answer)
        return case.seq

    return live
