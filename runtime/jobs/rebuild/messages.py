"""Messages between cases that were sent, by the journal of the sender, and never received.

A Signal that was on its way when Temporal was lost has a row in its sender's journal alone.
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
from runtime.jobs.rebuild.folding import BrokenChain, Folded, folded
from runtime.jobs.reconcile.workflows import Workflows
from schemas.commands import CaseMessage
from schemas.intake import Unavailable
from store.cases.rebuilding import PostgresRebuilding
from workflows.actor import CaseActor
from workflows.case_messages import messages, unheard

RPC = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message for the case `to`. `back`: the answer to the sender if that case is not there."""

    tenant: str
    to: str
    message: CaseMessage
    back: CaseMessage | None


def sent_by(events: Sequence[Event]) -> Iterator[SentMessage]:
    """Yield all messages that a case has sent in its life, in the order in which it sent them."""
    case: Case | None = None
    # A workflow sends after it has journaled a stage, from the state after all rows of that stage.
    # Rows that were journaled together have the same instant.
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
        """Return the messages of these cases that still have to be received.

        A message was received if its receiver has a row with its id. A message for a case that has
        ended is replaced by the answer to its sender, which then continues on its own.
        """
        sent = [(each, message) for each in senders for message in sent_by(each.events)]
        if not sent:
            return []
        heard = await self.store.heard({message.to for _, message in sent})
        unheard_of = [
            (each, message) for each, message in sent if message.message.id not in heard[message.to]
        ]
        receivers = {
            stored.case_id: stored
            for stored in await self.store.stored({message.to for _, message in unheard_of})
        }
        found = list[SentMessage]()
        for sender, message in unheard_of:
            try:
                receiver = receivers.get(message.to)
                other = folded(receiver).case if receiver is not None else None
            except BrokenChain:
                continue  # it is reported where it is folded itself
            if await self._receives(message, other):
                found.append(message)
            elif (back := _answer_to_sender(message, sender)) is not None:
                found.append(back)
        return found

    async def _receives(self, message: SentMessage, other: Case | None) -> bool:
        if other is not None:
            return not other.stage.is_final
        # Nothing of it is journaled yet; `sanban reconcile --repair` starts such a case.
        status = await self.workflows.status(workflow_id_of(message.tenant, message.to))
        return status is WorkflowExecutionStatus.RUNNING

    async def send(self, message: SentMessage) -> bool:
        """Send it again, or its answer to the sender. Return False if neither workflow exists."""
        if await self._signal(message.tenant, message.to, message.message):
            return True
        back = message.back
        return back is not None and await self._signal(message.tenant, back.actor.id, back)

    async def _signal(self, tenant: str, to: str, message: CaseMessage) -> bool:
        handle = self.client.get_workflow_handle(workflow_id_of(tenant, to))
        try:
            await handle.signal(CaseActor.hear, message, rpc_timeout=RPC)
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise Unavailable("temporal", f"{error.status.name}: {error.message}") from error
        return True


def _answer_to_sender(message: SentMessage, sender: Folded) -> SentMessage | None:
    """Return the answer that the sender still has to receive, None if it has it or has ended."""
    back = message.back
    if back is None or sender.case.stage.is_final:
        return None
    if any(event.command_id == back.id for event in sender.events):
        return None
    return SentMessage(message.tenant, sender.case.case_id, back, None)
