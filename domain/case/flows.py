"""The dates of the steps of an enforcement case, where its class has them (法定步骤)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from domain.case.part import Part
from domain.case.penalties.acts import PenaltyStep
from domain.case.state import Case
from domain.planning.plans import CasePlan
from domain.policy.flows import FlowStep
from domain.policy.part_rules import PartRule
from domain.sla.clocks import Clock, after, due

_ORDER = tuple(PenaltyStep)


def next_step(plan: CasePlan, part: Part) -> FlowStep | None:
    """Return the next step of the flow; None after the last, and where the class has no flow."""
    if not part.type.officers:
        return None
    done = -1 if part.penalty is None else _ORDER.index(part.penalty)
    return next((s for s in plan.flow or () if _ORDER.index(PenaltyStep(s.step)) > done), None)


def until_next_step(
    plan: CasePlan, part: Part, rule: PartRule, clock: Clock, at: datetime
) -> Clock:
    """Return the clock of the part until its next step, from `at`; as it is without a flow.

    The decision has the time of the policy as a whole: no step before it is due later.
    """
    step = next_step(plan, part)
    if step is None:
        return clock
    cap = clock.cap
    if _ORDER.index(PenaltyStep(step.step)) <= _ORDER.index(PenaltyStep.DECIDED):
        whole = Clock(part.id, rule.ladder, part.opened_at or at, rule.budget, rule.measure)
        deadline = due(whole, plan.calendar)
        cap = deadline.at if deadline else cap
    return Clock(part.id, rule.ladder, at, step.within, step.measure, cap, pauses=clock.pauses)


def earliest(case: Case, part: Part, step: PenaltyStep) -> datetime | None:
    """Return when the step may be recorded, counted from the one before; None: at once.

    The clock of the part began with the step before.
    """
    named = next((each for each in case.plan.flow or () if each.step == step), None)
    clock = case.clock(part.id)
    if named is None or named.after is None or named.after_in is None or clock is None:
        return None
    return after(named.after_in, case.plan.calendar, clock.started_at, named.after)


def dates(case: Case, part: Part) -> Iterator[tuple[str, datetime]]:
    """Yield each step that is left, and when it is due if those before it are taken when due.

    Nothing while the clock of the part does not run or waits.
    """
    rule, clock = case.plan.part(case.tier, part.kind), case.clock(part.id)
    while rule is not None and clock is not None and clock.is_running:
        step, deadline = next_step(case.plan, part), due(clock, case.plan.calendar)
        if step is None or deadline is None:
            return
        yield step.step, deadline.at
        part = replace(part, penalty=PenaltyStep(step.step))
        # Up to the decision there is one cap, which is computed again; after it there is none.
        clock = until_next_step(case.plan, part, rule, replace(clock, cap=None), deadline.at)
