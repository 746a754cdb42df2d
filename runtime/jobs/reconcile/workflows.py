"""What Temporal knows of the workflows of cases."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from schemas.intake import Unavailable

RPC = timedelta(seconds=10)
_AT_ONCE = 200


@dataclass(frozen=True)
class Workflows:
    """Queries to Temporal. Raises schemas.intake.Unavailable."""

    client: Client
    task_queue: str

    async def running_among(self, ids: Sequence[str]) -> set[str]:
        """Return those of these workflows that run, by visibility, which is a little behind."""
        listed = ", ".join(f"'{each}'" for each in ids)
        query = f"ExecutionStatus = 'Running' AND WorkflowId IN ({listed})"
        return {found.id async for page in self._pages(query) for found in page}

    async def running(self) -> AsyncIterator[Sequence[WorkflowExecution]]:
        """Yield every running workflow of a case, some at a time, by visibility."""
        query = f"ExecutionStatus = 'Running' AND TaskQueue = '{self.task_queue}'"
        async for page in self._pages(query):
            yield page

    async def ended_since(self, moment: datetime) -> AsyncIterator[Sequence[WorkflowExecution]]:
        """Yield every run of a case that ended at `moment` or later, some at a time."""
        since = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        query = f"CloseTime >= '{since}' AND TaskQueue = '{self.task_queue}'"
        async for page in self._pages(query):
            yield page

    async def status(self, workflow_id: str) -> WorkflowExecutionStatus | None:
        """Return the status of the last run, None if there is no such workflow. Never behind."""
        try:
            found = await self.client.get_workflow_handle(workflow_id).describe(rpc_timeout=RPC)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise _away(error) from error
        return found.status

    async def runs(self, workflow_id: str) -> bool:
        return await self.status(workflow_id) is WorkflowExecutionStatus.RUNNING

    async def _pages(self, query: str) -> AsyncIterator[Sequence[WorkflowExecution]]:
        found = self.client.list_workflows(query, page_size=_AT_ONCE, rpc_timeout=RPC)
        try:
            while True:
                await found.fetch_next_page()
                if found.current_page:
                    yield found.current_page
                if not found.next_page_token:
                    return
        except RPCError as error:
            raise _away(error) from error


def _away(error: RPCError) -> Unavailable:
    return Unavailable("temporal", f"{error.status.name}: {error.message}")
