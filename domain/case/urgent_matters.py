"""What a triage does not make of a matter that is, or may be, a danger to life."""

from domain.case.draft import Draft, Refused
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.planning.plans import CasePlan
from domain.vocabulary import Urgency


def not_renamed(draft: Draft, act: Triage, plan: CasePlan) -> None:
    """Raises Refused for a matter that would become a question, to be answered at the desk: what a
    unit has had, and what is critical or came as that.
    """
    case = draft.case
    if not plan.consult:
        return
    renamed = case.plan.category != act.category
    if renamed and case.had:
        detail = f"{case.had[-1]} has had it, so {act.category} does not fit; dispatch it"
        raise Refused(Refusal.NOT_AT_THE_DESK, detail)
    degrees = {case.plan.urgency, case.plan.standard_urgency, case.plan.complaint.urgency}
    if Urgency.CRITICAL in degrees and (renamed or plan.urgency is not Urgency.CRITICAL):
        detail = f"it is or came as {Urgency.CRITICAL}, which no {act.category} is; name the matter"
        raise Refused(Refusal.NOT_AT_THE_DESK, detail)
