"""The histories of cases in Temporal: read only, oldest first."""

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from temporalio.api.common.v1 import WorkflowExecution as WorkflowExecutionId
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryReverseRequest
from temporalio.client import Client, WorkflowExecution, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from runtime.jobs.reconcile.workflows import RPC, Workflows
from schemas.intake import Unavailable
from workflows.search_attributes import CASE

_AT_ONCE = 16


@dataclass(frozen=True, slots=True, order=True)
class CaseRun:
    """One run of a case's workflow; a raised tier or a long history began the next one."""

    start: datetime
    workflow_id: str
    run_id: str
    type: str
    case_id: str


@dataclass(frozen=True)
class CaseHistories:
    """Queries to Temporal. Raises schemas.intake.Unavailable."""

    client: Client
    task_queue: str

    async def oldest_open(
        self, limit: int, looked_at: Callable[[int], None]
    ) -> dict[str, list[CaseRun]]:
        """Return, by workflow type, its `limit` oldest open runs, the oldest first.

        Temporal on PostgreSQL lists the newest first and sorts by nothing else. So all are listed,
        and the oldest are kept; `looked_at` is called with how many were listed so far.
        """
        kept: dict[str, list[tuple[float, CaseRun]]] = {}
        number = 0
        async for page in Workflows(self.client, self.task_queue).running():
            for run in map(run_of, page):
                heap = kept.setdefault(run.type, [])
                # The newest of those kept is on top, because the age is negative.
                entry = (-run.start.timestamp(), run)
                (heapq.heappush if len(heap) < limit else heapq.heappushpop)(heap, entry)
            number += len(page)
            looked_at(number)
        return {type_: sorted(run for _, run in kept[type_]) for type_ in sorted(kept)}

    async def changed_since(
        self, moment: datetime, looked_at: Callable[[int], None]
    ) -> list[CaseRun]:
        """Return the runs in which something happened at `moment` or later, the oldest first.

        Temporal lists open runs without the moment of their last event, so each is asked for it.
        """
        reads = Workflows(self.client, self.task_queue)
        found: list[CaseRun] = []
        number = 0
        async for page in reads.running():
            runs = [run_of(each) for each in page]
            for some in (runs[n : n + _AT_ONCE] for n in range(0, len(runs), _AT_ONCE)):
                last = await asyncio.gather(*map(self._last_event, some))
                found += [run for run, at in zip(some, last, strict=True) if at and at >= moment]
            number += len(page)
            looked_at(number)
        async for page in reads.ended_since(moment):
            found += map(run_of, page)
            number += len(page)
            looked_at(number)
        return sorted(set(found))

    async def _last_event(self, run: CaseRun) -> datetime | None:
        """Return when the last event of a run happened; None if the run is gone."""
        asked = GetWorkflowExecutionHistoryReverseRequest(
            namespace=self.client.namespace,
            execution=WorkflowExecutionId(workflow_id=run.workflow_id, run_id=run.run_id),
            maximum_page_size=1,
        )
        try:
            found = await self.client.workflow_service.get_workflow_execution_history_reverse(
                asked, timeout=RPC
            )
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise Unavailable("temporal", f"{error.status.name}: {error.message}") from error
        return found.history.events[0].event_time.ToDatetime(UTC)

    async def history(self, run: CaseRun) -> WorkflowHistory | None:
        """Return the whole history of a run; None if Temporal does not keep it any more."""
        handle = self.client.get_workflow_handle(run.workflow_id, run_id=run.run_id)
        try:
            return await handle.fetch_history(rpc_timeout=RPC)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise Unavailable("temporal", f"{error.status.name}: {error.message}") from error

    async def histories(
        self, runs: list[CaseRun]
    ) -> AsyncIterator[tuple[CaseRun, WorkflowHistory]]:
        """Yield these runs with their histories, one at a time, except those that are gone."""
        for run in runs:
            if (history := await self.history(run)) is not None:
                yield run, history


def run_of(found: WorkflowExecution) -> CaseRun:
    case_id = found.typed_search_attributes.get(CASE) or found.id
    return CaseRun(found.start_time, found.id, found.run_id, found.workflow_type, case_id)
