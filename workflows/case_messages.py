"""Cross-case messages: Signals from a case to others, sent after the cause is journaled."""

from collections.abc import Iterator

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from domain.case.commands import Actor
    from domain.case.cross_case_messages import cross_case_messages
    from domain.case.events import Event
    from domain.case.merging.acts import Follow, Join
    from domain.case.state import Case
    from domain.complaints import workflow_id_of
    from domain.vocabulary import Role
    from schemas.commands import CaseMessage

HEAR = "hear"


def messages(case: Case, event: Event) -> Iterator[tuple[str, CaseMessage]]:
    """Yield (case number of the receiver, message) for an event.

    `case` is the case after all that was journaled with the event. The id of a message comes from
    the row that caused it, so a message that is sent twice has one effect.
    """
    for number, (to, act) in enumerate(cross_case_messages(case, event)):
        actor = Actor(case.case_id, Role.ENGINE)
        yield to, CaseMessage(id=f"{case.case_id}:{event.seq}:{number}", actor=actor, act=act)


def unheard(to: str, message: CaseMessage) -> CaseMessage | None:
    """Return the answer that the sender gives itself when `to` has ended, so that none can come."""
    if not isinstance(message.act, Join):
        return None
    follow = Follow(case=to, stage=None, result=f"{to} has ended")
    return CaseMessage(id=f"{message.id}:back", actor=message.actor, act=follow)


async def send_messages(case: Case, events: tuple[Event, ...]) -> tuple[CaseMessage, ...]:
    """Send the messages that follow from these events, one after the other, in order.

    Returns the messages that are for the case itself, some in place of receivers that have ended.
    """
    to_itself: list[CaseMessage] = []
    for event in events:
        for to, message in messages(case, event):
            if to == case.case_id:  # no workflow can signal itself
                to_itself.append(message)
                continue
            other = workflow.get_external_workflow_handle(
                workflow_id_of(case.plan.complaint.tenant, to)
            )
            try:
                await other.signal(HEAR, message)
            except FailureError as error:
                # The receiver has ended. A case that wanted to join it goes on by itself.
                workflow.logger.warning("errand_unheard", extra={"to": to, "why": str(error)})
                if (back := unheard(to, message)) is not None:
                    to_itself.append(back)
    return tuple(to_itself)
