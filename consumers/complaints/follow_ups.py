"""Follow-ups: what a source says about its complaint later.

Each goes to the case that the complaint became, or is parked until there is one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from consumers.commands.command_client import CommandClient
from consumers.decoding.readings import ReadRecord
from consumers.outcomes.queues import Queues, queue_of
from consumers.ports import Reference
from domain.case.commands import Actor
from domain.vocabulary import Role
from schemas.commands import CommandMessage
from schemas.events.case_commands import command_id_of
from schemas.events.follow_ups import FollowUp
from schemas.intake import CaseSilent, Outcome, RecordDecision, RejectReason, Wait

UNKNOWN = (
    "data.complaint_id: this source has filed no complaint of this number; "
    "check number, source and tenant"
)


@dataclass(frozen=True, slots=True)
class FollowUpHandler:
    """Gives follow-ups to their cases, those of one complaint in their order."""

    client: CommandClient

    async def handle(
        self, read: ReadRecord, said: FollowUp, cases: Mapping[Reference, str], queues: Queues
    ) -> RecordDecision:
        """Decide one follow-up. Repeating it is safe.

        Raises Unavailable unless this case alone gives no answer: then the follow-up is parked.
        """
        position, queue = read.claim.position, queue_of(*reference_of(read))
        case_id = cases.get(reference_of(read))
        waits = read.ended(Outcome.PARKED, detail=UNKNOWN)
        if queues.is_blocked(queue, position):
            return queues.park(waits, Wait.BEHIND, queue)
        if case_id is None:
            return queues.park(waits, Wait.COMPLAINT, queue)
        try:
            answer = await self.client.give(read.claim.tenant, case_id, _message(read, said))
        except CaseSilent as error:
            return queues.park(read.ended(Outcome.PARKED, detail=str(error)), Wait.SILENT, queue)
        # The ledger knows the number before the workflow runs; it may start any moment, or never.
        if answer.reason is RejectReason.UNKNOWN_CASE:
            return queues.park(waits, Wait.COMPLAINT, queue)
        queues.ended(queue, position)
        outcome = answer.outcome(read.event.row.done)
        return read.ended(outcome, answer.reason, answer.detail, case_id)


def reference_of(read: ReadRecord) -> Reference:
    """Return how the source names the complaint that this is about."""
    claim = read.claim
    return (claim.tenant, claim.source, claim.complaint_id)


def _message(read: ReadRecord, said: FollowUp) -> CommandMessage:
    claim = read.claim
    return CommandMessage(
        id=command_id_of(claim.source, claim.event_id),
        actor=Actor(claim.source, Role.REPORTER),
        act=said.to_act(),
    )
