"""Steps of the work under a standard, and the date by which the holder says it will be done."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.case.draft import Draft, Refused
from domain.case.evidence import needs
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.case.validation import is_late, uncontested
from domain.complaints import Evidence
from domain.policy.standards import WorkStep
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import reach
from domain.sla.explanations import local, said


def step_done(draft: Draft, id_: str, evidence: tuple[Evidence, ...]) -> None:
    """Raises Refused unless it is the next step, before the last, and files show it."""
    uncontested(draft)
    case = draft.case
    steps = steps_of(case)
    named = next((each for each in steps if each.id == id_), None)
    if named is None:
        has = (
            f"its steps are {', '.join(each.id for each in steps)}" if steps else "it has no steps"
        )
        raise Refused(Refusal.WRONG_STEP, f"no such step of this case: {has}")
    if id_ in case.steps_done:
        raise Refused(Refusal.WRONG_STEP, f"step {id_} is done already")
    left = open_steps(case)
    if id_ != left[0].id:
        raise Refused(
            Refusal.WRONG_STEP, f"step {left[0].id} comes before {id_}; report that first"
        )
    if id_ == steps[-1].id:
        raise Refused(Refusal.WRONG_STEP, f"{id_} is the last step: report it with resolve")
    lacking = f"step {id_}: {named.files} pieces of evidence needed, {len(evidence)} given"
    needs(draft, evidence, named.files, lacking, shown=case.steps_shown, seen=True, of_now=True)


def all_steps_done(case: Case) -> None:
    """Raises Refused while a step before the last is not done: the result is the last."""
    left = open_steps(case)
    if len(left) > 1:
        detail = f"step {left[0].id} is not done yet: progress step={left[0].id} comes first"
        raise Refused(Refusal.WRONG_STEP, detail)


def files_of_result(case: Case) -> int:
    """Return how many files a result needs: those of the class or standard, or of the last step."""
    last = steps_of(case)[-1:]
    return max([case.plan.evidence, *(each.files for each in last)])


def steps_of(case: Case) -> tuple[WorkStep, ...]:
    standard = case.plan.standard
    return (standard.steps if standard else None) or ()


def open_steps(case: Case) -> tuple[WorkStep, ...]:
    """Return the steps that are not done, in their order."""
    return tuple(each for each in steps_of(case) if each.id not in case.steps_done)


def date_named(draft: Draft, done_by: datetime) -> None:
    """Raises Refused unless the holder may name this date: in time, and no later than before."""
    uncontested(draft)
    case, calendar = draft.case, draft.case.plan.calendar
    standard, clock = case.plan.standard, case.clock(HOLDER)
    if standard is None or standard.dated is None or standard.dated_measure is None:
        detail = "the standard of this case lets no unit name a date; ask for an extension"
        raise Refused(Refusal.BAD_DATE, detail)
    if case.rehandled or clock is None or not clock.is_running:
        raise Refused(Refusal.BAD_DATE, "no date is named now: the time of this turn is set")
    if is_late(draft):
        raise Refused(Refusal.TOO_LATE, "the deadline has passed: ask for an exemption")
    if done_by.tzinfo is None or done_by <= draft.now:
        detail = "name a moment to come with its zone, as in 2026-12-20T17:00:00+08:00"
        raise Refused(Refusal.BAD_DATE, detail)
    if case.done_by is not None and done_by > case.done_by:
        detail = "a later date than the one that was named needs an extension; ask for one"
        raise Refused(Refusal.BAD_DATE, detail)
    longest = replace(
        clock, budget=standard.dated, measure=standard.dated_measure, extensions=(), cap=None
    )
    latest = reach(longest, calendar, standard.dated)
    if latest is None or done_by > latest:
        until = local(latest, ZoneInfo(calendar.zone)) if latest else "the end of the pause"
        limit = said(standard.dated, standard.dated_measure)
        detail = f"at most {limit} after the unit got the case, so until {until}"
        raise Refused(Refusal.BAD_DATE, detail)
