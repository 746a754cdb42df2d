"""Cases tell each other what concerns them, by Signal, after it is journaled."""

from temporalio import workflow
from temporalio.exceptions import FailureError

with workflow.unsafe.imports_passed_through():
    from domain.acts.merging import Follow, Join
    from domain.case import Case
    from domain.commands import Actor
    from domain.complaints import workflow_id_of
    from domain.errands import errands
    from domain.events import Event
    from domain.words import Role
    from schemas.commands import CaseMessage

HEAR = "hear"


async def run_errands(case: Case, events: tuple[Event, ...]) -> tuple[CaseMessage, ...]:
    """Send what these events ask for. Returns what the case has to hear itself, in their place.

    The id of a message comes from the row that caused it: sent twice, it is heard once.
    """
    unheard: list[CaseMessage] = []
    for event in events:
        for number, (to, act) in enumerate(errands(case, event)):
            actor = Actor(case.case_id, Role.ENGINE)
            id_ = f"{case.case_id}:{event.seq}:{number}"
            message = CaseMessage(id=id_, actor=actor, act=act)
            other = workflow.get_external_workflow_handle(
                workflow_id_of(case.plan.complaint.tenant, to)
            )
            try:
                await other.signal(HEAR, message)
            except FailureError as error:
                # It has ended and been archived: whoever wanted to follow it goes its own way.
                workflow.logger.warning("errand_unheard", extra={"to": to, "why": str(error)})
                if isinstance(act, Join):
                    follow = Follow(case=to, stage=None, result=f"{to} has ended")
                    unheard.append(CaseMessage(id=f"{id_}:back", actor=actor, act=follow))
    return tuple(unheard)
