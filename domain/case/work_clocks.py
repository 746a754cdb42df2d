"""The clocks of the work under a standard: for its steps, and for a date that the holder named."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.case.clocks import change, spec_of, stop
from domain.case.state import Case
from domain.sla.case_clocks import HOLDER, STEP
from domain.sla.clocks import Clock, Measure, length, running_spans


def next_step(case: Case, at: datetime) -> Case:
    """Let the clock of a step that is done go on for the next, whose time runs since then, too."""
    clock, spec = case.clock(STEP), spec_of(case, STEP)
    if clock is None or not clock.is_running:
        return case
    if spec is None:
        return stop(case, STEP, at=at)
    fresh = replace(
        clock, ladder=spec.ladder, budget=spec.budget, measure=spec.measure, fired=(), missed=False
    )
    return change(case, STEP, lambda _: fresh)


def dated(case: Case, done_by: datetime) -> Case:
    """Make a date the deadline of the holder's clock; what suspends the case moves it."""

    def until(clock: Clock) -> Clock:
        spans = running_spans(clock, done_by)
        lasts = replace(clock, measure=Measure.CONTINUOUS)
        whole = sum((length(lasts, case.plan.calendar, a, b) for a, b in spans), timedelta(0))
        more = sum((each.amount for each in clock.extensions), timedelta(0))
        return replace(lasts, budget=max(whole - more, timedelta(0)))

    return replace(change(case, HOLDER, until), done_by=done_by)
