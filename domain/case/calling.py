"""The time to call a citizen counts no night: who is called then is not reached."""

from dataclasses import replace

from domain.planning.plans import CasePlan, ClockSpec
from domain.sla.case_clocks import CALLBACK
from domain.sla.clocks import Measure


def by_day(plan: CasePlan, spec: ClockSpec | None) -> ClockSpec | None:
    """Return the limit as the case counts it: from rules 3 on, hours by day and by night in which a
    citizen is to be called are hours for calling.
    """
    if spec is None or spec.clock != CALLBACK or not plan.follows(3):
        return spec
    by_night = spec.measure is Measure.CONTINUOUS
    return replace(spec, measure=Measure.CALLING) if by_night else spec
