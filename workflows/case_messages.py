"""Cases tell each other what concerns them, by Signal, after it is journaled."""

from collections.abc import Iterator

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from domain.case.commands import Actor
    from domain.case.events import Event
    from domain.case.merging.acts import Follow, Join
    from domain.case.messages import errands
    from domain.case.state import Case
    from domain.complaints import workflow_id_of
    from domain.vocabulary import Role
    from schemas.commands import CaseMessage

HEAR = "hear"


def messages(case: Case, event: Event) -> Iterator[tuple[str, CaseMessage]]:
    """To whom, and what: `case` is as it is after all that was journaled with the event.

    The id of a message comes from the row that caused it: sent twice, it is heard once.
    """
    for number, (to, act) in enumerate(errands(case, event)):
        actor = Actor(case.case_id, Role.ENGINE)
        yield to, CaseMessage(id=f"{case.case_id}:{event.seq}:{number}", actor=actor, act=act)


def unheard(to: str, message: CaseMessage) -> CaseMessage | None:
    """What the sender has to hear itself when `to` has ended and been archived."""
    if not isinstance(message.act, Join):
        return None
    follow = Follow(case=to, stage=None, result=f"{to} has ended")
    return CaseMessage(id=f"{message.id}:back", actor=message.actor, act=follow)


async def run_errands(case: Case, events: tuple[Event, ...]) -> tuple[CaseMessage, ...]:
    """Send what these events ask for. Returns what the case has to hear itself, in their place."""
    to_itself: list[CaseMessage] = []
    for event in events:
        for to, message in messages(case, event):
            other = workflow.get_external_workflow_handle(
                workflow_id_of(case.plan.complaint.tenant, to)
            )
            try:
                await other.signal(HEAR, message)
            except FailureError as error:
                # Whoever wanted to follow it goes its own way.
                workflow.logger.warning("errand_unheard", extra={"to": to, "why": str(error)})
                if (back := unheard(to, message)) is not None:
                    to_itself.append(back)
    return tuple(to_itself)
