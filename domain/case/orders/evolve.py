"""The date of the superior's order is another one, and the clocks that it caps follow."""

from dataclasses import replace
from datetime import datetime
from functools import partial

from domain.case.clocks import cap, change, watch_order
from domain.case.events import Event
from domain.case.orders.facts import DeadlineChanged
from domain.case.state import Case, Steps
from domain.sla.case_clocks import CAPPED
from domain.sla.clocks import Cause, Clock, Pause
from domain.vocabulary import Stage


def deadline_changed(case: Case, fact: DeadlineChanged, event: Event) -> Case:
    complaint = case.plan.complaint
    if complaint.superior is None:
        raise ValueError(f"{case.case_id}: no superior's order to change")
    order = replace(complaint.superior, due_at=fact.due_at)
    plan = replace(case.plan, complaint=replace(complaint, superior=order))
    case = replace(case, plan=plan)
    for id_ in CAPPED:
        case = change(case, id_, partial(_capped, at=cap(case, id_)))
    return case if case.stage is Stage.REPORTED else watch_order(case, event.at)


def _capped(clock: Clock, at: datetime | None) -> Clock:
    """Return the clock under the new date. The time that others took to look before has moved the
    old date, and does not move the one that the superior has set since.
    """
    if not clock.is_running:
        return clock
    return replace(clock, cap=at, pauses=tuple(_moves_no_cap(pause) for pause in clock.pauses))


def _moves_no_cap(pause: Pause) -> Pause:
    over = pause.cause is Cause.DONE and pause.until is not None
    return replace(pause, cause=Cause.VERIFYING) if over else pause


STEPS: Steps = {
    DeadlineChanged: deadline_changed,
}
