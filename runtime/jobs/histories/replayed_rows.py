"""Collect what a replayed workflow would write to its journal: the arguments of its activities."""

from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import Any

from pydantic import ValidationError
from temporalio.client import WorkflowHistory
from temporalio.worker import (
    Interceptor,
    Replayer,
    StartActivityInput,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
    WorkflowRunner,
)
from temporalio.workflow import ActivityHandle
from typing_extensions import override

from runtime.jobs.histories.case_histories import CaseHistories, CaseRun
from runtime.wiring.temporal import DATA_CONVERTER
from schemas.case import CaseInput
from schemas.commands import CaseMessage
from schemas.newer import WrittenByNewerRelease
from schemas.records import Batch
from workflows.actor import CaseActor
from workflows.case_messages import HEAR


class ReplayedRows(Interceptor):
    """`batches`: what the activity `record` has surely journaled, in order of time.

    Where an attempt before had journaled other rows, the batch has those (docs/adr/0012). A batch
    whose activity had no result when the history ended is not among them: the journal may or may
    not have it, and the workflow writes it again.
    """

    def __init__(self) -> None:
        self.batches: list[Batch] = []

    def take(self) -> list[Batch]:
        """Return the batches since the last call."""
        taken, self.batches = self.batches, []
        return taken

    def wrote(self, batch: Batch, activity: ActivityHandle[Any]) -> None:
        if activity.cancelled() or activity.exception() is not None:
            return
        kept = activity.result()
        self.batches.append(batch.model_copy(update={"bodies": tuple(kept)}) if kept else batch)

    @override
    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        rows = self

        class Outbound(WorkflowOutboundInterceptor):
            @override
            def start_local_activity(self, input: StartLocalActivityInput) -> ActivityHandle[Any]:
                return watched(super().start_local_activity(input), input)

            @override
            def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:
                return watched(super().start_activity(input), input)

        def watched(
            activity: ActivityHandle[Any], started: StartActivityInput | StartLocalActivityInput
        ) -> ActivityHandle[Any]:
            if started.activity == "record":
                activity.add_done_callback(partial(rows.wrote, started.args[0]))
            return activity

        class Inbound(WorkflowInboundInterceptor):
            @override
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(Outbound(outbound))

        return Inbound


async def replays(
    histories: CaseHistories,
    runs: list[CaseRun],
    build: Sequence[type[CaseActor]],
    runner: WorkflowRunner,
) -> AsyncIterator[tuple[CaseRun, Exception | None, list[Batch]]]:
    """Replay each run with these workflows; yield why it failed (or None) and what it wrote.

    It fails with WrittenByNewerRelease where this build would leave the case to a newer one. Runs
    that Temporal does not keep any more are left out. Raises schemas.intake.Unavailable.
    """
    rows = ReplayedRows()
    replayer = Replayer(
        workflows=build,
        data_converter=DATA_CONVERTER,
        workflow_runner=runner,
        interceptors=[rows],
    )
    read: list[tuple[CaseRun, Exception | None]] = []

    async def given() -> AsyncIterator[WorkflowHistory]:
        async for run, history in histories.histories(runs):
            read.append((run, newer_in(history)))
            yield history

    async with replayer.workflow_replay_iterator(given()) as results:
        async for result in results:
            run, newer = read.pop()
            yield run, newer or result.replay_failure, rows.take()


def newer_in(history: WorkflowHistory) -> WrittenByNewerRelease | None:
    """Return what this build would refuse in a history.

    A replay does not say it: the SDK replays no task that has failed.
    """
    converter = DATA_CONVERTER.payload_converter
    try:
        for event in history.events:
            if event.HasField("workflow_execution_started_event_attributes"):
                started = event.workflow_execution_started_event_attributes
                converter.from_payloads(started.input.payloads, [CaseInput])
            elif event.HasField("workflow_execution_signaled_event_attributes"):
                heard = event.workflow_execution_signaled_event_attributes
                if heard.signal_name == HEAR:
                    converter.from_payloads(heard.input.payloads, [CaseMessage])[0].known()
    except WrittenByNewerRelease as newer:
        return newer
    except ValidationError as error:
        causes = [fault.get("ctx", {}).get("error") for fault in error.errors()]
        return next((each for each in causes if isinstance(each, WrittenByNewerRelease)), None)
    return None
