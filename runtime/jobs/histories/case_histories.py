"""The histories of cases in Temporal: read only, oldest first."""

import heapq
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime

from temporalio.client import Client, WorkflowExecution, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode

from runtime.jobs.reconcile.workflows import RPC, Workflows
from schemas.intake import Unavailable
from workflows.search_attributes import CASE


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
