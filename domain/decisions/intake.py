"""The beginning: open, triage, withdraw."""

from domain.commands import Open, Triage, Withdraw
from domain.decisions.draft import Draft, Refused
from domain.events import (
    Closed,
    Dispatched,
    Received,
    Refusal,
    Suspended,
    Triaged,
    Withdrawn,
)


def open_case(draft: Draft, act: Open) -> None:
    """Received; and as far along as the rules (or the source) have already brought it."""
    plan = act.plan
    standing = plan.complaint.standing
    draft.add(Received(plan=plan))
    if plan.holder is None:
        return
    draft.add(Triaged(tier=plan.tier))
    if standing.result is not None:
        draft.add(Closed(note=f"settled on the spot by the source: {standing.result}"))
        return
    draft.add(Dispatched(unit=plan.holder))
    if standing.suspended_until is not None and standing.suspended_until > draft.now:
        draft.add(Suspended(reason=standing.reason, until=standing.suspended_until))


def triage(draft: Draft, act: Triage) -> None:
    plan = draft.command.lookup.plan
    if plan is None:
        detail = draft.command.lookup.problem or f"no such category: {act.category}"
        raise Refused(Refusal.UNKNOWN_CATEGORY, detail)
    draft.add(Triaged(tier=plan.tier, plan=plan))
    if plan.holder is not None:
        draft.add(Dispatched(unit=plan.holder))


def withdraw(draft: Draft, act: Withdraw) -> None:
    draft.add(Withdrawn(reason=act.reason))
