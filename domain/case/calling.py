"""Calls to a citizen: how often, and by day alone, because no one is reached at night."""

from dataclasses import replace
from datetime import timedelta

from domain.planning.plans import CasePlan, ClockSpec
from domain.sla.case_clocks import CALLBACK
from domain.sla.clocks import Measure

CALLS = 3
"""How often the citizen is called before "not reached" is an answer."""
CALLS_APART = timedelta(hours=1)
"""How long after a call that counts the next one counts: tries at once are one try (rules 3)."""


def by_day(plan: CasePlan, spec: ClockSpec | None) -> ClockSpec | None:
    """Return the limit as the case counts it: from rules 3 on, hours by day and by night in which a
    citizen is to be called are hours for calling.
    """
    if spec is None or spec.clock != CALLBACK or not plan.follows(3):
        return spec
    by_night = spec.measure is Measure.CONTINUOUS
    return replace(spec, measure=Measure.CALLING) if by_night else spec
