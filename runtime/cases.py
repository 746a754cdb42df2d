"""Opens cases and gives them commands, over Temporal: what intake and the command line need."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import Priority, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from domain.commands import ENGINE, Command, Open
from domain.complaints import workflow_id_of
from domain.decisions import decide
from domain.plans import CasePlan
from domain.summaries import summarize
from domain.words import Tier
from runtime.problems import Problem, Refused
from schemas.case import CaseInput
from schemas.commands import REFUSED, CommandAnswer, CommandMessage
from schemas.intake import Unavailable, Unstartable
from workflows.actor import WORKFLOW_TYPES, CaseActor
from workflows.search_attributes import attributes

# `rpc_timeout` holds for each of the SDK's own attempts, so the whole is bounded once more.
ATTEMPT = timedelta(seconds=5)
PATIENCE_S = 12.0
PAUSE_S = 0.2
PRIORITY = {Tier.SUPERVISE: 1, Tier.ASSIGN: 3, Tier.DIRECT: 4}

# What no repetition can change. NOT_FOUND, PERMISSION_DENIED and the like are our configuration,
# not the record's fault: they count as unavailable, and readiness says why.
_POISON = {RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.OUT_OF_RANGE}
_DROPPED = {RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.ABORTED}
_TOO_LARGE = "larger than max"
_UNPREPARED = "search attribute"  # the namespace lacks ours; readiness names them


@dataclass(frozen=True)
class TemporalCases:
    client: Client
    task_queue: str
    now: Callable[[], datetime]

    async def start(self, plan: CasePlan) -> bool:
        """Begin the case; False when it was there before, open or closed.

        Raises schemas.intake.Unavailable (wait and repeat) or Unstartable (never will).
        """
        opening = Command("open", ENGINE, Open(plan=plan))
        opened = decide(None, opening, self.now()).case
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.client.start_workflow(
                    WORKFLOW_TYPES[plan.tier],
                    CaseInput(plan=plan),
                    id=workflow_id_of(plan.complaint.tenant, plan.case_id),
                    task_queue=self.task_queue,
                    id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                    search_attributes=attributes(opened, summarize(opened)),
                    static_summary=f"{plan.case_id} {plan.category_name}".strip(),
                    priority=Priority(priority_key=PRIORITY[plan.tier]),
                    request_eager_start=True,
                    rpc_timeout=ATTEMPT,
                )
        except WorkflowAlreadyStartedError:
            return False
        except RPCError as error:
            never = error.status in _POISON or _TOO_LARGE in error.message
            if never and _UNPREPARED not in error.message:
                raise Unstartable(error.message) from error
            raise Unavailable("temporal", f"{error.status.name}: {error.message}") from error
        except (RuntimeError, TimeoutError) as error:  # a lazy client that cannot connect
            raise Unavailable("temporal", str(error) or "no answer in time") from error
        return True

    async def act(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
        """Give a command; the same command id again gets the same answer.

        Raises Refused, or Problem when nothing was recorded (yet) and the command may be repeated.
        """
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await self._update(workflow_id_of(tenant, case_id), message)
        except WorkflowUpdateFailedError as error:
            raise _refusal(error) from error
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                raise Refused(
                    "closed", f"case {case_id} is not open; nothing more can happen"
                ) from error
            raise _not_recorded(message.id, f"{error.status.name}: {error.message}") from error
        except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError, RuntimeError) as error:
            raise _not_recorded(message.id, str(error) or "no answer in time") from error

    async def _update(self, workflow_id: str, message: CommandMessage) -> CommandAnswer:
        """Once more when the server dropped the Update because the task it was in had failed.

        The kind is part of the update's id: for one it knows the server gives the first answer,
        whatever is sent, and the case could not say that the id is used twice.
        """
        handle = self.client.get_workflow_handle(workflow_id)
        update_id = f"{message.act.kind}:{message.id}"
        while True:
            try:
                return await handle.execute_update(
                    CaseActor.act, message, id=update_id, rpc_timeout=ATTEMPT
                )
            except RPCError as error:
                if error.status not in _DROPPED:
                    raise
            await asyncio.sleep(PAUSE_S)


def _refusal(error: WorkflowUpdateFailedError) -> Problem:
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == REFUSED:
        code, seq = (*cause.details, None, None)[:2]
        return Refused(str(code), cause.message, seq)
    if isinstance(cause, ApplicationError):
        return Refused(cause.type or "rejected", cause.message)
    return Refused("rejected", str(cause))


def _not_recorded(command_id: str, why: str) -> Problem:
    return Problem(
        f"no answer from the case yet ({why})",
        do=f"repeat with --id {command_id}: it has effect at most once",
    )
