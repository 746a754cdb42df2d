"""The steps of the law that the class of a matter takes before it has a result."""

from domain.case.draft import Refused
from domain.case.part import Part
from domain.case.parts.facts import PartState
from domain.case.penalties.acts import PenaltyStep
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.planning.plans import CasePlan
from domain.vocabulary import Tier

STEPS = tuple(PenaltyStep)
LAST = frozenset({PenaltyStep.EXECUTED, PenaltyStep.TO_COURT, PenaltyStep.DISMISSED})


def law_is_followed(case: Case) -> None:
    """Raises Refused while steps are missing that the class of the matter wants taken.

    None is, once the law's way has ended otherwise, or where it was agreed that none is filed.
    From rules 3 on that agreement is of no use once a penalty is filed, and each penalty that is
    open takes the steps.
    """
    flow, filed = case.plan.flow, _filed(case)
    if not flow or (_none_is_filed(case) and not (case.plan.follows(3) and filed)):
        return
    taken = [part for part in filed if _has_taken_the_steps(case, part)]
    left = [part for part in filed if part.is_open and part not in taken]
    if taken and not (case.plan.follows(3) and left):
        return
    steps = ", ".join(each.step for each in flow)
    if not case.plan.follows(3):
        how = "advance_penalty" if filed else "file_penalty, or decline_filing"
    elif put := [part.id for part in filed if part.awaits_leader]:
        how = f"a leader agrees to the dismissal of {put[0]}, or sends it back"
    elif left:
        how = f"advance_penalty part={left[0].id}"
    else:
        how = "file_penalty" if filed else "file_penalty, or decline_filing"
    detail = f"{case.plan.category} takes the steps of the law before it has a result: {steps}"
    raise Refused(Refusal.WRONG_STEP, f"{detail}; next: {how}")


def wants_the_law(case: Case) -> bool:
    """Return whether steps are missing that the class of the matter wants taken."""
    try:
        law_is_followed(case)
    except Refused:
        return True
    return False


def may_decline(case: Case) -> None:
    """Raises Refused, from rules 3 on, where a penalty was filed: it goes the way of the law to its
    end, and only a leader agrees that it is dismissed.
    """
    if not case.plan.follows(3) or not (filed := _filed(case)):
        return
    going = [part.id for part in filed if part.is_open]
    how = "another is filed, or none is needed"
    if going:
        how = f"{going[0]} ends by its steps (advance_penalty), or as dismissed if a leader agrees"
    raise Refused(Refusal.WRONG_STEP, f"{filed[-1].id} was filed, so it is late to decline: {how}")


def ends_by_itself(case: Case) -> None:
    """Raises Refused, from rules 3 on, for a case with such a penalty that would end with another,
    in which none is filed.
    """
    if left := left_of(case):
        detail = f"{left} was filed, and {case.plan.category} takes the steps of the law"
        raise Refused(Refusal.PARTS_OPEN, f"{detail}; merge the other into this case, or link them")


def never_direct(plan: CasePlan, to: Tier) -> None:
    """Raises Refused, from rules 3 on, for a tier in which no penalty is filed."""
    if plan.follows(3) and plan.flow and to is Tier.DIRECT:
        detail = f"{plan.category} takes the steps of the law, for which no direct case is filed"
        raise Refused(Refusal.WRONG_TIER, f"{detail}; it is {Tier.ASSIGN} or above")


def wants_steps(case: Case) -> bool:
    """Return whether a signed case still wants steps of the law, from rules 3 on."""
    return case.plan.follows(3) and case.signed_once and wants_the_law(case)


def steps_before_the_decision(case: Case) -> tuple[PenaltyStep, ...]:
    """Return the steps that the class of the matter wants recorded before a penalty is decided."""
    listed = (PenaltyStep(each.step) for each in case.plan.flow or ())
    return tuple(step for step in listed if STEPS.index(step) < STEPS.index(PenaltyStep.DECIDED))


def _filed(case: Case) -> list[Part]:
    return [part for part in case.parts if part.type.officers]


def _none_is_filed(case: Case) -> bool:
    """Return whether a second person has agreed that no penalty is filed."""
    asked = [part for part in case.parts if part.type.declines_law]
    return any(part.state is PartState.GRANTED and not is_of_before(case, part) for part in asked)


def is_of_before(case: Case, part: Part) -> bool:
    """Return whether, from rules 3 on, it was agreed that no penalty is filed before the case was
    taken up again: that was said of other facts.
    """
    if not part.type.declines_law or case.reopened_at is None or part.opened_at is None:
        return False
    return case.plan.follows(3) and part.opened_at <= case.reopened_at


def left_of(case: Case) -> str | None:
    """Return a penalty whose class wants steps that it has not taken; None under earlier rules."""
    if not case.plan.follows(3) or not case.plan.flow:
        return None
    return next((p.id for p in _filed(case) if not _has_taken_the_steps(case, p)), None)


def _has_taken_the_steps(case: Case, part: Part) -> bool:
    """Return whether the penalty has come to the last step of its class, or ended before.

    From rules 3 on a dismissal counts once a leader has agreed to it, and a decision on the spot
    only where the class lists no step before it.
    """
    if part.penalty is None:
        return False
    if case.plan.follows(3):
        on_the_spot = part.investigated_by is None and part.penalty is not PenaltyStep.DISMISSED
        if part.awaits_leader or (on_the_spot and steps_before_the_decision(case)):
            return False
    last = PenaltyStep((case.plan.flow or ())[-1].step)
    return part.penalty in LAST or STEPS.index(part.penalty) >= STEPS.index(last)
