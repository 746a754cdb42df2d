"""What cases have told each other, by the journal; and what of it was never heard.

A Signal that was under way when Temporal was lost is in no journal but its sender's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.state import Case
from domain.complaints import workflow_id_of
from runtime.jobs.rebuild.shared import BrokenChain, Folded, folded
from runtime.jobs.reconcile.cases import Workflows
from schemas.commands import CaseMessage
from schemas.intake import Unavailable
from store.cases.rebuilding import PostgresRebuilding
from workflows.actor import CaseActor
from workflows.case_messages import messages, unheard

RPC = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """`back`: what the sender hears instead, where nobody is there to hear it."""

    tenant: str
    to: str
    message: CaseMessage
    back: CaseMessage | None


def said(events: Sequence[Event]) -> Iterator[SentMessage]:
    """All that a case has told others in its life, in order, as its workflow told it."""
    case: Case | None = None
    # What is journaled together has one moment.
    for _, together in groupby(events, key=lambda event: event.at):
        rows = list(together)
        case = fold(rows, case)
        for event in rows:
            for to, message in messages(case, event):
                yield SentMessage(case.plan.complaint.tenant, to, message, unheard(to, message))


@dataclass(frozen=True)
class SentMessages:
    """Raises StoreUnavailable, schemas.intake.Unavailable."""

    store: PostgresRebuilding
    workflows: Workflows

    @property
    def client(self) -> Client:
        return self.workflows.client

    async def lost(self, senders: Sequence[Folded]) -> list[SentMessage]:
        """What these have told others and somebody still has to hear; a row says what was heard.

        One for whoever has ended comes back to its sender, who goes its own way.
        """
        told = [(each, errand) for each in senders for errand in said(each.events)]
        if not told:
            return []
        heard = await self.store.heard({errand.to for _, errand in told})
        silent = [
            (each, errand) for each, errand in told if errand.message.id not in heard[errand.to]
        ]
        others = {kept.case_id: kept for kept in await self.store.kept({e.to for _, e in silent})}
        found = list[SentMessage]()
        for sender, errand in silent:
            try:
                other = folded(others[errand.to]).case if errand.to in others else None
            except BrokenChain:
                continue  # named where it is folded itself
            if await self._hears(errand, other):
                found.append(errand)
            elif (back := _comes_back(errand, sender)) is not None:
                found.append(back)
        return found

    async def _hears(self, errand: SentMessage, other: Case | None) -> bool:
        if other is not None:
            return not other.stage.is_final
        # Nothing of it is journaled yet; `sanban reconcile --repair` begins such a one.
        status = await self.workflows.status(workflow_id_of(errand.tenant, errand.to))
        return status is WorkflowExecutionStatus.RUNNING

    async def say(self, errand: SentMessage) -> bool:
        """False when neither it nor its sender is there any more."""
        if await self._signal(errand.tenant, errand.to, errand.message):
            return True
        back = errand.back
        return back is not None and await self._signal(errand.tenant, back.actor.id, back)

    async def _signal(self, tenant: str, to: str, message: CaseMessage) -> bool:
        handle = self.client.get_workflow_handle(workflow_id_of(tenant, to))
        try:
            await handle.signal(CaseActor.hear, message, rpc_timeout=RPC)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise Unavailable("temporal", f"{error.status.name}: {error.message}") from error
        return True


def _comes_back(errand: SentMessage, sender: Folded) -> SentMessage | None:
    """What the sender has still to hear, for want of anybody else."""
    back = errand.back
    if back is None or sender.case.stage.is_final:
        return None
    if any(event.command_id == back.id for event in sender.events):
        return None
    return SentMessage(errand.tenant, sender.case.case_id, back, None)
