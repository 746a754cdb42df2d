"""The Temporal worker: which workflows and activities run here, and under which sandbox."""

import dataclasses
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import SandboxImportNotificationPolicy

from activities.lookups import LookupActivities, LookupSource
from activities.records import Journal, RecordActivities
from workflows.registry import WORKFLOWS

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
    (docs/adr/0003).
    """

    task_queue: str = "sanban"
    sandboxed: bool = False
    max_cached_workflows: int = 5000
    max_concurrent_tasks: int = 100
    drain: timedelta = timedelta(seconds=10)


def runner(*, sandboxed: bool) -> WorkflowRunner:
    if sandboxed:
        return SandboxedWorkflowRunner(restrictions=RESTRICTIONS)
    return UnsandboxedWorkflowRunner()


def build_worker(
    client: Client, journal: Journal, desk: LookupSource, options: WorkerOptions
) -> Worker:
    return Worker(
        client,
        task_queue=options.task_queue,
        workflows=WORKFLOWS,
        activities=[RecordActivities(journal).record, LookupActivities(desk).look_up],
        workflow_runner=runner(sandboxed=options.sandboxed),
        max_cached_workflows=options.max_cached_workflows,
        max_concurrent_workflow_tasks=options.max_concurrent_tasks,
        graceful_shutdown_timeout=options.drain,
    )
