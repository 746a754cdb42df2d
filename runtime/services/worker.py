"""`sanban worker`: runs cases, with these workflows and activities, and under which sandbox."""

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import SandboxImportNotificationPolicy
from typing_extensions import override

from activities.journal import Journal
from activities.lookups import LookupActivities, LookupSource
from activities.records import RecordActivities
from console.health import Check
from consumers.backoff import Backoff
from consumers.pausing import stopped_within
from domain.case.commands import Lookup
from domain.sla.case_clocks import CASE_CLOCKS
from runtime.metrics import APPEND_FAILURES, MISSED, CountingJournal
from runtime.services.base import LabelSets, Service
from runtime.services.resources import Resources
from runtime.wiring.temporal import why_not_ready
from store.errors import ConflictingRow, GapInJournal, StoreUnavailable, Unstorable
from store.journal.rows import PostgresJournal
from workflows.registry import WORKFLOWS

log = structlog.stdlib.get_logger()

# Passed-through modules are imported once and escape the sandbox's run-time checks; ruff's banned
# API (TID251, pyproject.toml) takes over for them.
PASS_THROUGH = ("domain", "schemas", "activities", "workflows", "pydantic", "annotated_types")

RESTRICTIONS = dataclasses.replace(
    SandboxRestrictions.default.with_passthrough_modules(*PASS_THROUGH),
    import_notification_policy=SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH,
)


@dataclass(frozen=True)
class WorkerOptions:
    """`sandboxed` costs about half of the worker's CPU: on in tests, off in production
    (docs/adr/0003). `drain`: how long work in hand may take when the worker is asked to stop.
    `refresh`: awaited before each look-up, so that it has the people of this moment.
    """

    task_queue: str = "sanban"
    sandboxed: bool = False
    max_cached_workflows: int = 5000
    max_concurrent_tasks: int = 100
    drain: timedelta = timedelta(seconds=10)
    refresh: Callable[[], Awaitable[None]] | None = None


def runner(*, sandboxed: bool) -> WorkflowRunner:
    """Return what runs the code of workflows: Temporal's sandbox, or nothing around it."""
    if sandboxed:
        return SandboxedWorkflowRunner(restrictions=RESTRICTIONS)
    return UnsandboxedWorkflowRunner()


def _read_an_answer(client: Client) -> None:
    """Read one answer of a look-up before the first case does.

    Pydantic makes what reads it at the first one, and on a machine that is busy Temporal takes the
    workflow that waits for that for one that hangs: it must answer within 2 s.
    """
    converter = client.data_converter.payload_converter
    converter.from_payloads(converter.to_payloads([Lookup()]), [Lookup])


def build_worker(
    client: Client, journal: Journal, lookups: LookupSource, options: WorkerOptions
) -> Worker:
    """Build a worker on a client that is connected: a lazy one is refused."""
    _read_an_answer(client)
    return Worker(
        client,
        task_queue=options.task_queue,
        workflows=WORKFLOWS,
        activities=[
            RecordActivities(journal).record,
            LookupActivities(lookups, options.refresh).look_up,
        ],
        workflow_runner=runner(sandboxed=options.sandboxed),
        max_cached_workflows=options.max_cached_workflows,
        max_concurrent_workflow_tasks=options.max_concurrent_tasks,
        graceful_shutdown_timeout=options.drain,
    )


class WorkerService(Service):
    """Runs cases: one process of many, for production."""

    name = "worker"
    metrics = ("journal_", "commands", "rung", "roster_", "deadlines_")
    uses_temporal = True

    def __init__(self, on: Resources) -> None:
        super().__init__(on)
        self._policies = on.policies
        self._waits: str | None = "waits for Temporal and PostgreSQL before it begins"

    @override
    def checks(self) -> Mapping[str, Check]:
        return {**self.on.checks(), "worker": self._why_not_ready}

    @override
    def label_sets(self) -> LabelSets:
        errors = (ConflictingRow, GapInJournal, StoreUnavailable, Unstorable)
        return {
            APPEND_FAILURES: ((each.__name__,) for each in errors),
            MISSED: ((clock.id,) for clock in CASE_CLOCKS),
        }

    @override
    async def run(self, stop: asyncio.Event) -> None:
        client = await self.on.prepared(stop)
        if client is None:
            log.info("worker.stopped")
            return
        backoff = Backoff()
        while not stop.is_set():
            worker = self._built(client)
            log.info("worker.started", task_queue=self.on.settings.task_queue)
            self._waits = None
            try:
                await _run_until_stopped(worker, stop)
            except RuntimeError as error:
                # How the SDK ends a worker whose server refuses it, for example because its
                # namespace was deleted. That may end, and a worker that has ended cannot go on.
                if (why := await why_not_ready(client)) is None:
                    raise
                pause = backoff.rest()
                self._waits = f"{why} ({error})"
                log.warning("worker.waiting", detail=self._waits, seconds=pause)
                await stopped_within(stop, pause)
        log.info("worker.stopped")

    def _built(self, client: Client) -> Worker:
        settings = self.on.settings
        return build_worker(
            client,
            CountingJournal(PostgresJournal(self.on.database)),
            self._policies,
            WorkerOptions(
                task_queue=settings.task_queue,
                sandboxed=settings.sandboxed,
                max_cached_workflows=settings.max_cached_workflows,
                refresh=self.on.policies.refresh,
            ),
        )

    async def _why_not_ready(self) -> str | None:
        return self._waits


async def _run_until_stopped(worker: Worker, stop: asyncio.Event) -> None:
    """Run until asked to stop; then let what is in hand finish. Raises what ended the worker."""
    running = asyncio.create_task(worker.run())
    asked = asyncio.create_task(stop.wait())
    await asyncio.wait([running, asked], return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if not running.done():
        await worker.shutdown()
    await running
