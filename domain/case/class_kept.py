"""No other name takes the steps of the law from a case."""

from domain.case.draft import Draft, Refused
from domain.case.permissions import belongs_to
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.case.steps_of_law import left_of
from domain.case.validation import wordless
from domain.planning.plans import CasePlan
from domain.vocabulary import OFFICE


def keeps_its_class(draft: Draft, act: Triage, plan: CasePlan) -> None:
    """Raises Refused, from rules 3 on, for another name that would take from a case steps that its
    class wants taken: of one with a penalty always, of another unless the leading group's office
    says so with a reason.
    """
    case = draft.case
    if plan.flow != case.plan.flow and (left := left_of(case)):
        detail = f"{left} was filed, and {case.plan.category} takes the steps of the law"
        raise Refused(Refusal.PARTS_OPEN, f"{detail}; it keeps its category until they are taken")
    shed = {each.step for each in case.plan.flow or ()} - {each.step for each in plan.flow or ()}
    if not shed or not case.plan.follows(3):
        return
    ordered = draft.command.actor.role in OFFICE and not wordless(draft, act.reason)
    if not ordered or belongs_to(draft.command, *case.had):
        detail = f"{case.plan.category} takes the steps of the law, and {plan.category} does not; "
        do = "a person of the leading group's office, and of no unit that had it, names it so, with"
        raise Refused(Refusal.WRONG_ROLE, f"{detail}{do} `reason`")
