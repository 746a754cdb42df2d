"""What the desk may answer itself, without a unit (即时答复)."""

from domain.case.checks_out import checks_out
from domain.case.draft import Draft, Refused
from domain.case.refusals import Refusal
from domain.case.registration.acts import Settle
from domain.case.registration.facts import Triaged
from domain.case.stand_ins import by_another
from domain.planning.plans import CasePlan
from domain.vocabulary import Tier, Urgency


def at_the_desk(draft: Draft, act: Settle) -> None:
    """Raises Refused unless the desk may close it; what it was asked is journaled as a triage.

    A complaint that came as another matter is not renamed into a question to be rid of it.
    """
    case = draft.case
    if case.had:
        detail = f"{case.had[-1]} has had it: dispatch it, so that it is resolved and verified"
        raise Refused(Refusal.NOT_AT_THE_DESK, detail)
    if _found_nothing(draft):
        return
    if seen := [part.id for part in case.parts if part.found]:
        detail = f"{seen[-1]} has found it, so it is no question; triage and dispatch it"
        raise Refused(Refusal.NOT_AT_THE_DESK, detail)
    if case.plan.follows(3) and (word := case.plan.alarm or case.plan.hurry) is not None:
        detail = f"its text has {word}, so it is no question; triage and dispatch it"
        raise Refused(Refusal.NOT_AT_THE_DESK, detail)
    _is_no_matter(draft)
    plan = _as_question(draft, act) if act.category is not None else case.plan
    if not plan.consult:
        detail = f"{plan.category or 'a matter without a category'} is no question; triage it"
        raise Refused(Refusal.NOT_AT_THE_DESK, detail)
    supervised = Tier.SUPERVISE in {case.tier, plan.tier}
    if supervised or plan.urgency is Urgency.CRITICAL:
        why = Tier.SUPERVISE if supervised else plan.urgency
        detail = f"the case is {why}, and is not answered at the desk; triage it"
        raise Refused(Refusal.NOT_AT_THE_DESK, detail)
    if plan is not case.plan:
        if case.plan.follows(3) and case.plan.category is None:
            _asks(case.plan, plan)
            _is_named_by_its_source(case.plan)
        draft.add(Triaged(tier=plan.tier, plan=plan))


def _as_question(draft: Draft, act: Settle) -> CasePlan:
    case, plan = draft.case, draft.command.lookup.plan
    if plan is None:
        detail = draft.command.lookup.problem or f"no such category: {act.category}"
        raise Refused(Refusal.UNKNOWN_CATEGORY, detail)
    if case.plan.category not in {None, act.category}:
        detail = f"it came as {case.plan.category}, not as {act.category}; triage it"
        raise Refused(Refusal.NOT_AT_THE_DESK, detail)
    return plan


def _asks(came: CasePlan, question: CasePlan) -> None:
    """Raises Refused where the text of a complaint without a category does not ask a question.

    One person names and closes it, and no citizen is called, so the words of the citizen have to
    bear that out: of all categories the text fits the question best. A superior writes the answer
    off itself.
    """
    likeliest = came.suggested[0].category if came.suggested else None
    if came.complaint.superior is None and likeliest != question.category:
        what = f"reads as {likeliest}" if likeliest else "fits no category"
        detail = f"its text {what}, not as {question.category}; triage it: what is a question all "
        raise Refused(Refusal.NOT_AT_THE_DESK, f"{detail}the same is answered, verified and called")


def _is_no_matter(draft: Draft) -> None:
    """Raises Refused where a text whose source named no category has a word of another matter, be
    it asked ever so politely: one person does not decide that it is a question and close it.
    """
    plan = draft.case.plan
    if plan.follows(3) and plan.matter is not None and plan.complaint.superior is None:
        detail = f"its text has {plan.matter}, so one person does not close it as a question; "
        do = "triage it: what is a question all the same is answered, verified and called"
        raise Refused(Refusal.NOT_AT_THE_DESK, detail + do)


def _is_named_by_its_source(came: CasePlan) -> None:
    """Raises Refused where the source named no category, and the citizen can be called: one person
    does not both say that it is a question and close it unheard.
    """
    if came.complaint.superior is None and came.callback:
        detail = "its source named no category, and its citizen can be called, so one person does "
        do = "triage it: what is a question is answered, verified and called"
        raise Refused(Refusal.NOT_AT_THE_DESK, f"{detail}not close it as a question; {do}")


def _found_nothing(draft: Draft) -> bool:
    """Return whether the last pre-check found nothing. Who looked does not close it as well.

    The desk does not look itself: what its own people did not find, a unit has to look for.
    """
    case = draft.case
    done = [part for part in case.parts if part.found is not None]
    if not done or done[-1].found or case.tier is Tier.SUPERVISE:
        return False
    detail = "who looked does not close it; another person does"
    by_another(draft, done[-1].reported_by, detail=detail)
    if case.plan.platform in done[-1].units:
        return False
    if not case.plan.follows(3):
        return True
    if out := checks_out(case):
        detail = f"{out} still out: wait for what is reported"
        raise Refused(Refusal.NOT_AT_THE_DESK, detail)
    danger = case.plan.alarming
    if case.plan.callback:
        if danger is not None:
            detail = f"its citizen can be called, and it has {danger}; triage it: what a check did "
            do = "not find is resolved, verified, and the citizen is asked"
            raise Refused(Refusal.NOT_AT_THE_DESK, f"{detail}{do}")
        detail = "who sent the check does not close what a citizen waits for; another person does"
        by_another(draft, done[-1].by.id, detail=detail)
    elif danger is not None:
        detail = f"it has {danger}, so who sent the check does not close it; another person does"
        by_another(draft, done[-1].by.id, detail=detail)
    return True
