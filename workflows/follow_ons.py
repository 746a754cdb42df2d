"""Starts the case that another one leads to, as a workflow of its own that outlives it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from temporalio import workflow
from temporalio.common import Priority, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from domain.case.closing.facts import FollowOnOpened
    from domain.case.commands import Lookup
    from domain.case.events import Event
    from domain.case.state import Case
    from domain.complaints import workflow_id_of
    from domain.vocabulary import Tier
    from schemas.case import CaseInput, Question
    from workflows.summaries import memo_of, summary_of

WORKFLOW_TYPES = {tier: f"{tier.capitalize()}Case" for tier in Tier}
PRIORITY: Mapping[Tier, int] = {Tier.SUPERVISE: 1, Tier.ASSIGN: 3, Tier.DIRECT: 4}


def led_to(events: tuple[Event, ...]) -> Iterator[tuple[str, datetime]]:
    """Yield the category of each case that these events lead to, and since when."""
    for event in events:
        if isinstance(event.fact, FollowOnOpened):
            yield event.fact.category, event.at


def led_to_before(case: Case) -> str | None:
    """Return the category of the case that this one led to, if this run begins from the journal.

    The servers may have been lost after the row, and before the other case had one.
    """
    first = workflow.info().continued_run_id is None
    return case.follow_on[1] if first and case.follow_on is not None else None


def follow_on_question(case: Case, category: str, at: datetime) -> Question:
    """Return what to look up: the plan of the case that follows."""
    plan = case.plan
    return Question(tenant=plan.complaint.tenant, at=at, plan=plan, follow_on=category)


async def start_follow_on(lookup: Lookup) -> None:
    """Start the case of the plan that was looked up.

    Repeating it is safe: its number follows from the case that leads to it.
    """
    plan = lookup.plan
    if plan is None:
        raise ValueError("the plan of the case that follows was not looked up")
    try:
        await workflow.start_child_workflow(
            WORKFLOW_TYPES[plan.tier],
            CaseInput(plan=plan),
            id=workflow_id_of(plan.complaint.tenant, plan.case_id),
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            memo=memo_of(plan),
            static_summary=summary_of(plan),
            priority=Priority(priority_key=PRIORITY[plan.tier]),
        )
    except WorkflowAlreadyStartedError:
        workflow.logger.info("follow_on_known", extra={"follow_on": plan.case_id})
