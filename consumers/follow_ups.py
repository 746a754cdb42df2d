"""What a source says about its complaint later: to the case it became, or parked until there is
one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from consumers.answers import Giver
from consumers.decoding.readings import Read
from consumers.ports import Reference
from consumers.queues import Queues, queue_of
from domain.case.commands import Actor
from domain.vocabulary import Role
from schemas.commands import CommandMessage
from schemas.events.case_commands import command_id_of
from schemas.events.follow_ups import FollowUp
from schemas.intake import CaseSilent, Decision, Outcome, RejectReason, Wait

UNKNOWN = (
    "data.complaint_id: this source has filed no complaint of this number; "
    "check number, source and tenant"
)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Bears follow-ups to their cases, those of one complaint in their order."""

    giver: Giver

    async def bear(
        self, read: Read, said: FollowUp, cases: Mapping[Reference, str], queues: Queues
    ) -> Decision:
        """Repeating it is safe. Raises Unavailable when it is not this case alone."""
        position, queue = read.claim.position, queue_of(*reference_of(read))
        case_id = cases.get(reference_of(read))
        waits = read.ended(Outcome.PARKED, detail=UNKNOWN)
        if queues.is_blocked(queue, position):
            return queues.park(waits, Wait.BEHIND, queue)
        if case_id is None:
            return queues.park(waits, Wait.COMPLAINT, queue)
        try:
            answer = await self.giver.give(read.claim.tenant, case_id, _message(read, said))
        except CaseSilent as error:
            return queues.park(read.ended(Outcome.PARKED, detail=str(error)), Wait.SILENT, queue)
        if answer.reason is RejectReason.UNKNOWN_CASE:  # not started yet, or never
            return queues.park(waits, Wait.COMPLAINT, queue)
        queues.ended(queue, position)
        outcome = answer.outcome(read.event.row.done)
        return read.ended(outcome, answer.reason, answer.detail, case_id)


def reference_of(read: Read) -> Reference:
    claim = read.claim
    return (claim.tenant, claim.source, claim.complaint_id)


def _message(read: Read, said: FollowUp) -> CommandMessage:
    claim = read.claim
    return CommandMessage(
        id=command_id_of(claim.source, claim.event_id),
        actor=Actor(claim.source, Role.REPORTER),
        act=said.to_act(),
    )
