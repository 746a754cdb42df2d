"""Opening cases, giving them commands and sending them messages, over Temporal."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from temporalio.api.errordetails.v1 import NotFoundFailure
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import Priority, WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from consumers.commands.command_client import answered_before
from consumers.ports import JournaledCases, Sealing
from domain.case.commands import ENGINE, Command
from domain.case.decide import decide
from domain.case.final_words import final_words
from domain.case.registration.acts import Open
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.complaints import workflow_id_of
from domain.planning.plans import CasePlan
from domain.privacy.personal import sealed_act
from runtime import tracing
from runtime.problems import Problem, RefusalProblem
from runtime.wiring.temporal import has_worker, why_not_ready
from schemas import commands
from schemas.case import CaseInput
from schemas.commands import (
    CaseMessage,
    CommandAnswer,
    CommandMessage,
    IdReused,
    NotOpen,
    NotTaken,
    SaidNo,
    Unfit,
)
from schemas.intake import CaseSilent, Unavailable, Unstartable
from workflows import command_limits as fitness
from workflows.actor import CaseActor
from workflows.follow_ons import PRIORITY, WORKFLOW_TYPES
from workflows.search_attributes import attributes
from workflows.summaries import memo_of, summary_of

# `rpc_timeout` holds for each of the SDK's own attempts, so the whole is bounded once more.
ATTEMPT = timedelta(seconds=5)
PATIENCE_S = 12.0
PAUSE_S = 0.2

# Repeating cannot change these. NOT_FOUND, PERMISSION_DENIED and the like come from our
# configuration, not from the record: they count as unavailable, and readiness says why.
_POISON = {RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.OUT_OF_RANGE}
_DROPPED = {RPCStatusCode.FAILED_PRECONDITION, RPCStatusCode.ABORTED}
_TOO_LARGE = "larger than max"
_UNPREPARED = "search attribute"  # the namespace lacks ours; readiness names them


@dataclass(frozen=True)
class TemporalCases:
    """Cases as workflows, each found by tenant and case id."""

    client: Client
    task_queue: str
    now: Callable[[], datetime]
    # None where no command has words of a person: rebuilding, benchmarks.
    sealing: Sealing | None = None
    # Start also a case whose workflow has ended: for a repair, when nothing of it was journaled.
    again: bool = False
    # Finds what a case answered before it was over; None where no command is repeated.
    journaled: JournaledCases | None = None

    async def start(self, plan: CasePlan) -> bool:
        """Begin the case; return False when it existed before, open or closed.

        Raises schemas.intake.Unavailable (wait and repeat) or Unstartable (it never can begin).
        """
        opening = Command("open", ENGINE, Open(plan=plan))
        opened = decide(None, opening, self.now()).case
        reuse = WorkflowIDReusePolicy
        policy = reuse.ALLOW_DUPLICATE if self.again else reuse.REJECT_DUPLICATE
        is_new = await self._begin(CaseInput(plan=plan), opened, policy)
        if is_new:
            tracing.begun(plan.case_id)
        return is_new

    async def go_on(self, case: Case) -> bool:
        """Begin a workflow that goes on from the end of the journal; return False when one runs.

        An earlier workflow of the case may have ended. Raises as `start` does.
        """
        reuse = WorkflowIDReusePolicy.ALLOW_DUPLICATE
        return await self._begin(CaseInput(case=case), case, reuse)

    async def _begin(self, begin: CaseInput, case: Case, reuse: WorkflowIDReusePolicy) -> bool:
        plan = case.plan
        tier = case.tier if begin.plan is None else plan.tier
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self.client.start_workflow(
                    WORKFLOW_TYPES[tier],
                    begin,
                    id=workflow_id_of(plan.complaint.tenant, plan.case_id),
                    task_queue=self.task_queue,
                    id_reuse_policy=reuse,
                    id_conflict_policy=WorkflowIDConflictPolicy.FAIL,
                    search_attributes=attributes(case, summarize(case)),
                    static_summary=summary_of(plan),
                    memo=memo_of(plan),
                    priority=Priority(priority_key=PRIORITY[tier]),
                    request_eager_start=True,
                    rpc_timeout=ATTEMPT,
                )
        except WorkflowAlreadyStartedError:
            return False
        except RPCError as error:
            if _is_poison(error):
                raise Unstartable(error.message) from error
            raise Unavailable("temporal", f"{error.status.name}: {error.message}") from error
        except (RuntimeError, TimeoutError) as error:  # a lazy client that cannot connect
            raise Unavailable("temporal", str(error) or "no answer in time") from error
        return True

    async def act(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
        """Give a command for a person; the same command id gets the same answer again.

        Raises RefusalProblem; or Problem when nothing was recorded yet, and it may be repeated.
        """
        try:
            return await self.give_or_look_back(tenant, case_id, message)
        except NotTaken as error:
            raise RefusalProblem(error.code, str(error), error.seq) from error
        except Unavailable as error:
            # What a person can mend is said first: a server or namespace that is not there.
            why = await why_not_ready(self.client) or str(error)
            raise Problem(
                f"no answer from the case yet ({why})",
                do=f"repeat with --id {message.id}: it has effect at most once",
            ) from error

    async def give(self, tenant: str, case_id: str, message: CommandMessage) -> CommandAnswer:
        """Give a command; the same command id gets the same answer again.

        Raises schemas.commands.NotTaken (it never will be), schemas.intake.CaseSilent (this case
        does not answer) or Unavailable (wait and repeat: it may have been done). Seals the words of
        people before they leave this process.
        """
        if (why := fitness.unfit(message)) is not None:
            raise Unfit(fitness.UNFIT, why)
        message = await self._sealed(tenant, case_id, message)
        try:
            with tracing.step("act", [case_id]):
                async with asyncio.timeout(PATIENCE_S):
                    return await self._update(workflow_id_of(tenant, case_id), message)
        except WorkflowUpdateFailedError as error:
            raise _rejected(case_id, error) from error
        except RPCError as error:
            if _is_not_open(error):
                raise _not_open(case_id) from error
            if _is_poison(error):
                raise Unfit(fitness.UNFIT, error.message) from error
            raise _unavailable(case_id, f"{error.status.name}: {error.message}") from error
        except RuntimeError as error:  # a lazy client that cannot connect
            raise _unavailable(case_id, str(error)) from error
        except (WorkflowUpdateRPCTimeoutOrCancelledError, TimeoutError) as error:
            if await has_worker(self.client, self.task_queue, self.now()):
                detail = f"case {case_id} gives no answer, though a worker is there"
                raise CaseSilent("temporal", detail) from error
            raise _unavailable(case_id, str(error) or "no answer in time") from error

    async def give_or_look_back(
        self, tenant: str, case_id: str, message: CommandMessage
    ) -> CommandAnswer:
        """Give a command, or find its earlier answer: it may itself have ended the case."""
        try:
            return await self.give(tenant, case_id, message)
        except NotOpen:
            case = await self.journaled.find(tenant, case_id) if self.journaled else None
            earlier = answered_before(case, message) if case else None
            if earlier is not None:
                return earlier
            if case is None or not case.stage.is_final:
                raise
            raise NotOpen("closed", f"{case_id}: {final_words(case)}") from None

    async def tell(self, tenant: str, case_id: str, message: CaseMessage) -> None:
        """Send a message that has no answer; sent twice, it counts once.

        Raises schemas.commands.NotOpen (the case is over) or Unavailable.
        """
        handle = self.client.get_workflow_handle(workflow_id_of(tenant, case_id))
        try:
            async with asyncio.timeout(PATIENCE_S):
                await handle.signal(CaseActor.hear, message, rpc_timeout=ATTEMPT)
        except RPCError as error:
            if _is_not_open(error):
                raise _not_open(case_id) from error
            raise _unavailable(case_id, f"{error.status.name}: {error.message}") from error
        except (RuntimeError, TimeoutError) as error:  # a lazy client that cannot connect
            raise _unavailable(case_id, str(error) or "no answer in time") from error

    async def _sealed(self, tenant: str, case_id: str, message: CommandMessage) -> CommandMessage:
        if self.sealing is None or message.actor == ENGINE:
            return message
        sealer = await self.sealing.of([(tenant, case_id)])
        act = sealed_act(message.act, partial(sealer.seal, tenant, case_id))
        return message.model_copy(update={"act": act})

    async def _update(self, workflow_id: str, message: CommandMessage) -> CommandAnswer:
        """Send an Update, again when the server dropped it because its workflow task failed.

        The kind is part of the update's id: for an id that it knows, the server gives the first
        answer, whatever is sent, and the case could not say that the id is used twice.
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


def _rejected(case_id: str, error: WorkflowUpdateFailedError) -> NotTaken | Unavailable:
    cause = error.cause
    if not isinstance(cause, ApplicationError):
        return _unavailable(case_id, str(cause))
    match cause.type:
        case commands.REFUSED:
            code, seq = (*cause.details, None, None)[:2]
            return SaidNo(str(code), cause.message, seq)
        case commands.ID_REUSED:
            return IdReused(commands.ID_REUSED, cause.message)
        case fitness.UNFIT:
            return Unfit(fitness.UNFIT, cause.message)
        case _:  # a worker of another release, or a run that ended under it
            return _unavailable(case_id, f"{cause.type}: {cause.message}")


def _is_not_open(error: RPCError) -> bool:
    """Return whether the case is over; a missing namespace has the same status, but no detail."""
    return error.status is RPCStatusCode.NOT_FOUND and any(
        detail.Is(NotFoundFailure.DESCRIPTOR) for detail in error.grpc_status.details
    )


def _not_open(case_id: str) -> NotOpen:
    return NotOpen("closed", f"case {case_id} is not open; nothing more can happen")


def _is_poison(error: RPCError) -> bool:
    never = error.status in _POISON or _TOO_LARGE in error.message
    return never and _UNPREPARED not in error.message


def _unavailable(case_id: str, why: str) -> Unavailable:
    return Unavailable("temporal", f"no answer from case {case_id}: {why}")
