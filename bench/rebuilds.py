"""How fast what was lost is made again from the journal, beside only reading that."""

import asyncio
import sys
import time
from argparse import Namespace
from collections.abc import Awaitable, Callable

import psycopg
from temporalio.client import Client

from bench.measures import Section
from bench.servers import Servers
from bench.tables import table
from bench.town import complaints, messages, plan_of
from domain.case.commands import ENGINE, Command, Lookup
from domain.case.decide import decide
from domain.case.registration.acts import Open
from domain.case.summaries import summarize
from domain.complaints import Complaint
from runtime.clock import utc_now
from runtime.jobs.rebuild.read_model import ReadModelRebuild
from runtime.jobs.rebuild.report import RebuildProgress, RebuildReport, RebuildResult
from runtime.jobs.rebuild.workflows import WorkflowRebuild
from runtime.jobs.reconcile.workflows import Workflows
from runtime.wiring.temporal import DATA_CONVERTER
from runtime.wiring.temporal_cases import TemporalCases
from schemas.journal import batch_of
from schemas.records import Batch
from store.cases.rebuilding import PostgresRebuilding
from store.connection import Database, DatabaseOptions, open_database
from store.journal.rows import PostgresJournal

_QUEUE = "bench-rebuild"
_AT_ONCE = 8


async def rebuild(servers: Servers, options: Namespace) -> Section:
    """Half of the cases are over, half are signed for. No worker runs: the rate is of beginning."""
    about = complaints("rebuild", options.lost)
    client = await Client.connect(
        servers.temporal.address,
        namespace=servers.temporal.namespace,
        data_converter=DATA_CONVERTER,
    )
    async with open_database(DatabaseOptions(servers.journal)) as database:
        size, rows = await fill(database, about)
        store = PostgresRebuilding(database)

        async def readmodel() -> RebuildReport:
            report = RebuildReport(dry=False)
            await ReadModelRebuild(store, report).rebuild(RebuildProgress(len(about), _say))
            return report

        async def workflows() -> RebuildReport:
            report = RebuildReport(dry=False)
            asking = Workflows(client, _QUEUE)
            cases = TemporalCases(client, _QUEUE, utc_now)
            await WorkflowRebuild(store, asking, cases, report).everything(
                RebuildProgress(len(about), _say)
            )
            return report

        found = [
            await _timed("rows read in stretches, and nothing else", lambda: _read(store), None),
            await _timed(
                "read model, where nothing is lost", readmodel, RebuildResult.AS_IT_SHOULD_BE
            ),
        ]
        await asyncio.to_thread(_empty, servers.owner)
        found += [
            await _timed("read model, all of it", readmodel, RebuildResult.PUT),
            await _timed("workflows, of every open case", workflows, RebuildResult.BEGUN),
            await _timed("workflows, where all run", workflows, RebuildResult.RUNS),
        ]
    lines = [[what, f"{len(about) / s:,.0f}", f"{n:,}", f"{n / s:,.0f}"] for what, s, n in found]
    return Section(
        f"Rebuilding, Temporal {servers.kind}",
        f"{len(about):,} cases, half of them over, {rows:,} rows of {size / rows:,.0f} bytes.",
        (),
        (table(["what", "cases looked at, a second", "done", "done, a second"], lines),),
        {what: [seconds, number] for what, seconds, number in found},
    )


async def _timed(
    what: str, work: Callable[[], Awaitable[RebuildReport]], done: RebuildResult | None
) -> tuple[str, float, int]:
    begun = time.perf_counter()
    report = await work()
    seconds = time.perf_counter() - begun
    number = report.number(done) if done else 0
    if done and not number:
        raise AssertionError(f"{what}: {report.counts}")
    return what, seconds, number


async def _read(store: PostgresRebuilding) -> RebuildReport:
    async for _ in store.stretches():
        pass
    return RebuildReport(dry=False)


async def fill(database: Database, about: list[Complaint]) -> tuple[int, int]:
    """Lives of these complaints, half of them over. Bytes and rows of the journal."""
    journal, busy = PostgresJournal(database), asyncio.Semaphore(_AT_ONCE)

    async def one(number: int, complaint: Complaint) -> tuple[int, int]:
        async with busy:
            batch = _lived(complaint, over=number % 2 == 1)
            await journal.append(batch)
        return sum(len(body.encode()) for body in batch.bodies), len(batch.bodies)

    kept = await asyncio.gather(*(one(number, each) for number, each in enumerate(about)))
    return sum(size for size, _ in kept), sum(rows for _, rows in kept)


def _lived(complaint: Complaint, *, over: bool) -> Batch:
    decision = decide(None, Command("open", ENGINE, Open(plan=plan_of(complaint))), utc_now())
    events = [*decision.events]
    said = messages(decision.case.case_id)
    for message in said if over else said[:1]:
        decision = decide(decision.case, message.to_domain(Lookup()), utc_now())
        events += decision.events
    return batch_of(decision.case, tuple(events), summarize(decision.case))


def _empty(owner: str) -> None:
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("TRUNCATE sanban.cases")


def _say(line: str) -> None:
    print(line, file=sys.stderr)
