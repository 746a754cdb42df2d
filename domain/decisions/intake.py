"""The beginning: open, triage, withdraw."""

from domain.commands import Open, Triage, Withdraw
from domain.decisions.draft import Draft, Refused
from domain.decisions.requests import LONGEST_SUSPENSION
from domain.events import (
    Closed,
    Dispatched,
    Received,
    Refusal,
    Suspended,
    Triaged,
    Withdrawn,
)
from domain.words import Role, Stage


def open_case(draft: Draft, act: Open) -> None:
    """Received; and as far along as the rules (or the source) have already brought it."""
    plan = act.plan
    draft.add(Received(plan=plan))
    if plan.holder is not None:
        draft.add(Triaged(tier=plan.tier))
        _hand_on(draft, plan.holder)


def triage(draft: Draft, act: Triage) -> None:
    plan = draft.command.lookup.plan
    if plan is None:
        detail = draft.command.lookup.problem or f"no such category: {act.category}"
        raise Refused(Refusal.UNKNOWN_CATEGORY, detail)
    case, actor = draft.case, draft.command.actor
    lower = case.stage is not Stage.RECEIVED and plan.tier.depth < case.tier.depth
    if lower and actor.role is not Role.SUPERVISOR:
        detail = f"only a supervisor may lower the tier from {case.tier} to {plan.tier}"
        raise Refused(Refusal.TIER_LOWERED, detail)
    draft.add(Triaged(tier=plan.tier, plan=plan))
    if plan.holder is not None:
        _hand_on(draft, plan.holder)


def _hand_on(draft: Draft, unit: str) -> None:
    """To its unit, unless it was settled before it arrived; it may rest there, once."""
    standing = draft.case.plan.complaint.standing
    if standing.result is not None:
        draft.add(Closed(note=f"settled on the spot by the source: {standing.result}"))
        return
    draft.add(Dispatched(unit=unit))
    until = standing.suspended_until
    if until is not None and until > draft.now and not draft.case.suspensions:
        latest = draft.now + LONGEST_SUSPENSION
        draft.add(Suspended(reason=standing.reason, until=min(until, latest)))


def withdraw(draft: Draft, act: Withdraw) -> None:
    draft.add(Withdrawn(reason=act.reason))
