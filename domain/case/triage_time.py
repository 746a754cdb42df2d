"""Whether a triage gives more time: to the citizen's promise, and to the units."""

from dataclasses import replace
from datetime import datetime

from domain.case.clocks import is_later, pin_anew
from domain.case.draft import Draft
from domain.case.permissions import belongs_to
from domain.case.registration.acts import Triage
from domain.case.state import Case
from domain.case.urgent_matters import came_as_danger
from domain.case.validation import wordless
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import CITIZEN
from domain.vocabulary import OFFICE, Stage


def keeps_time(draft: Draft, act: Triage, plan: CasePlan) -> bool:
    """Return whether a triage leaves every deadline where it is, or sets it earlier.

    So does one of a case that a unit has had, or that had a category when it was triaged, or came
    with one and as what may be a danger to life; and from rules 3 on the first one of what came
    with a category, if its citizen would wait longer than by that. More time gives only the leading
    group's office, with a reason, and not a unit to itself.
    """
    case, command = draft.case, draft.command
    sorted_before = case.stage is not Stage.RECEIVED or came_as_danger(draft)
    again = case.had or (sorted_before and case.plan.category is not None)
    by_office = command.actor.role in OFFICE and not belongs_to(command, *case.had)
    ordered = by_office and not wordless(draft, act.reason)
    promised = again or _promises_later(case, plan, draft.now)
    return bool(promised and case.plan.follows(2) and not ordered)


def _promises_later(case: Case, plan: CasePlan, at: datetime) -> bool:
    """Return whether, from rules 3 on, the promise to the citizen would end later under the plan of
    a first triage. Without a category its limit was only assumed.
    """
    promise = case.clock(CITIZEN)
    if not case.plan.follows(3) or case.plan.category is None:
        return False
    if promise is None or not promise.is_running:
        return False
    under_it = replace(case, plan=plan, tier=plan.tier)
    return is_later(pin_anew(under_it, promise, at), promise, plan, at)
