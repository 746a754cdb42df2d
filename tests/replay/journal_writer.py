"""Collect what a replayed workflow would write to its journal: the arguments of its activities."""

from functools import partial
from typing import Any

from temporalio.worker import (
    Interceptor,
    StartActivityInput,
    StartLocalActivityInput,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)
from temporalio.workflow import ActivityHandle
from typing_extensions import override

from schemas.records import Batch


class JournalWriter(Interceptor):
    """`rows`: the bodies in order of seq, as far as the recorded activities kept them."""

    def __init__(self) -> None:
        self.rows: list[str] = []

    def wrote(self, batch: Batch, activity: ActivityHandle[Any]) -> None:
        if activity.cancelled() or activity.exception() is not None:
            return
        kept = activity.result() or batch.bodies
        self.rows[batch.first_seq - 1 :] = kept

    @override
    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        writer = self

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
                activity.add_done_callback(partial(writer.wrote, started.args[0]))
            return activity

        class Inbound(WorkflowInboundInterceptor):
            @override
            def init(self, outbound: WorkflowOutboundInterceptor) -> None:
                super().init(Outbound(outbound))

        return Inbound
