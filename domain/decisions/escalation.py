"""Clocks that run out: missed deadlines, rungs, and the next tier up."""

from domain.agenda import DEADLINE, RESUME, Item, first_due
from domain.case import Case
from domain.commands import RaiseTier, Ring
from domain.decisions.draft import Draft, Refused
from domain.events import (
    DeadlineMissed,
    Dispatched,
    Refusal,
    Resumed,
    RungReached,
    TierRaised,
)
from domain.ladders import Action, Late, Step
from domain.permissions import PERMISSIONS
from domain.rosters import Answer, find
from domain.words import Tier


def ring(draft: Draft, act: Ring) -> None:
    """Do everything whose moment is past, earliest first, until nothing is.

    Raising the tier replaces clocks, so what is due is asked anew after each step.
    """
    while (item := first_due(draft.case, draft.now)) is not None:
        _do(draft, item)


def raise_tier(draft: Draft, act: RaiseTier) -> None:
    if act.to.depth <= draft.case.tier.depth:
        detail = f"the case is in tier {draft.case.tier}; {act.to} is not above it"
        raise Refused(Refusal.TIER_NOT_HIGHER, detail)
    _raise(draft, act.to, act.reason)


def _do(draft: Draft, item: Item) -> None:
    if item.what == RESUME:
        draft.add(Resumed(at=item.at, reason="the suspension ended as stated"))
    elif item.what == DEADLINE:
        draft.add(DeadlineMissed(clock=item.clock, due_at=item.at))
    elif item.step is not None:
        _reach(draft, item.clock, item.step)


def _reach(draft: Draft, clock: str, step: Step) -> None:
    rung = step.rung
    fires = step.outcome is Late.FIRE
    answer = _tell(draft, clock, step) if fires else Answer((), ())
    raises = fires and rung.action is Action.RAISE_TIER
    above = _tier_above(draft.case)
    draft.add(
        RungReached(
            clock=clock,
            rung=rung.id,
            level=rung.level,
            action=rung.action,
            outcome=step.outcome,
            moment=step.moment,
            late=step.late,
            told=answer.told,
            gaps=answer.gaps,
            collapsed_into=step.collapsed_into,
            note=_why_not_raised(draft.case) if raises and above is None else "",
        )
    )
    if raises and above is not None:
        _raise(draft, above, f"{clock} clock reached {rung.id}")


def _tell(draft: Draft, clock: str, step: Step) -> Answer:
    """Named people for this rung; if nobody is home, those of the rungs above it, at once."""
    case, roster = draft.case, draft.command.lookup.roster
    if roster is None:
        raise ValueError(f"{case.case_id}: the engine rang without a roster")
    found = case.clock(clock)
    ladder = case.plan.ladder(found.ladder) if found else None
    rungs = ladder.rungs[ladder.rungs.index(step.rung) :] if ladder else (step.rung,)
    holder = case.holder or case.plan.platform
    return find(roster, (rung.tell for rung in rungs), holder, draft.now)


def _raise(draft: Draft, to: Tier, reason: str) -> None:
    """The next tier, and at once a holder in it: the one it has, else the lead, else the office.

    Not the lead that has just returned it: the office decides.
    """
    case, plan = draft.case, draft.case.plan
    lead = plan.holder if plan.holder != case.returned_by else None
    unit = case.holder or lead or plan.office
    draft.add(TierRaised(to=to, reason=reason))
    draft.add(Dispatched(unit=unit, reason=f"raised to {to}"))


def _tier_above(case: Case) -> Tier | None:
    """The tier a rung may raise the case to; None at the top, or in a stage where none is."""
    tiers = tuple(Tier)
    if case.tier is tiers[-1] or case.stage not in PERMISSIONS["raise_tier"].stages:
        return None
    return tiers[case.tier.depth + 1]


def _why_not_raised(case: Case) -> str:
    if case.tier is tuple(Tier)[-1]:
        return f"not raised: {case.tier} is the highest tier"
    return f"not raised: a case that is {case.stage} is not raised"
