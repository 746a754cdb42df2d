"""What a triage does not make of a matter that is, or may be, a danger to life."""

from domain.case.checks_out import checks_out
from domain.case.draft import Draft, Refused
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.case.stand_ins import is_one_of
from domain.case.state import Case
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import FIRST_STEPS
from domain.sla.clocks import Measure
from domain.vocabulary import OFFICE, Stage, Urgency


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


def may_calm(draft: Draft, plan: CasePlan) -> None:
    """Raises Refused, from rules 3 on, where one person of the platform would make less urgent what
    is or may be a danger to life, or what its channel or its category's standard holds to be.

    A person of the leading group's office does, with a reason; or a check on the spot finds nothing
    first.
    """
    case = draft.case
    if not case.plan.follows(3) or draft.command.actor.role in OFFICE or _not_there(draft):
        return
    least, why = _least(case, plan)
    if plan.urgency.rank > least.rank:
        detail = f"{why}, so one person does not make it {plan.urgency}; triage it as {least}, or "
        do = "let a check look first (send_check), or a supervisor of the office triages it"
        raise Refused(Refusal.WRONG_ROLE, f"{detail}{do}")


def came_as_danger(draft: Draft) -> bool:
    """Return whether, from rules 3 on, the case is or came as what may be a danger to life, and no
    check on the spot has found that it is not there.
    """
    plan = draft.case.plan
    return plan.follows(3) and plan.alarming is not None and not _not_there(draft)


def _least(case: Case, plan: CasePlan) -> tuple[Urgency, str]:
    """Return the least urgency that one person may give it, and why; `plan` is the new one."""
    old = case.plan
    least, why = Urgency.COMPLEX, ""
    if plan.least_urgency is not None:
        channel = old.complaint.channel
        least, why = plan.least_urgency, f"what comes by {channel} is at least {plan.least_urgency}"
    by_rules = plan.standard_urgency
    if by_rules is not None and least.rank > by_rules.rank:
        least, why = by_rules, f"by the rules {plan.category} is {by_rules}"
    word = old.alarm or old.hurry
    by_word = Urgency.URGENT if _runs_at_night(plan) else Urgency.CRITICAL
    if word is not None and least.rank > by_word.rank:
        least, why = by_word, f"its text has {word}"
    known = {old.urgency, old.standard_urgency, old.complaint.urgency, plan.standard_urgency}
    if Urgency.CRITICAL in known:
        least, why = Urgency.CRITICAL, f"it is or came as {Urgency.CRITICAL}"
    decided = old.category is not None and case.stage is not Stage.RECEIVED
    if decided and old.urgency.rank > least.rank:  # who may has decided so
        least = old.urgency
    return least, why


def _runs_at_night(plan: CasePlan) -> bool:
    """Return whether a unit signs and responds by day and night under a plan."""
    begins = [plan.spec(plan.tier, clock) for clock in FIRST_STEPS]
    return all(spec is not None and spec.measure is Measure.CONTINUOUS for spec in begins)


def _not_there(draft: Draft) -> bool:
    """Return whether the last check found nothing, none is out, and neither the desk nor the actor
    looked, nor did the actor send it.
    """
    done = [part for part in draft.case.parts if part.found is not None]
    if not done or done[-1].found or draft.case.plan.platform in done[-1].units:
        return False
    if checks_out(draft.case):
        return False
    return not is_one_of(draft, done[-1].reported_by, done[-1].by.id)
