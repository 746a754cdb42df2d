"""The limits of a unit's work that go on to hold when a person sorts or raises a case once more.

Each unit that gets the case begins with its full time, but under the strictest of them: more time
gives only the leading group's office, with a reason.
"""

from dataclasses import replace
from datetime import datetime

from domain.case.state import Case
from domain.planning.plans import CasePlan, ClockSpec
from domain.sla.case_clocks import HOLDER, HOLDER_STEPS, STEP
from domain.sla.clocks import after
from domain.vocabulary import Tier

_OF_UNIT = frozenset({HOLDER, *HOLDER_STEPS}) - {STEP}
"""What a unit does with a case. A step of a standard is never longer than the whole."""


def keep_limits(case: Case, plan: CasePlan, tier: Tier) -> Case:
    """Let the limits that a plan has in a tier hold for every unit that gets the case later."""
    level = next((level for level in plan.levels if level.tier is tier), None)
    specs = (spec for spec in (level.clocks if level else ()) if spec.clock in _OF_UNIT)
    return replace(case, strictest=tuple(dict.fromkeys((*case.strictest, *specs))))


def strictest(case: Case, spec: ClockSpec | None, at: datetime) -> ClockSpec | None:
    """Return the limit of which the time ends first, of a clock that starts at `at`: the given one,
    or one that holds on. It climbs the ladder of the given one.
    """
    if spec is None:
        return None
    held = (each for each in case.strictest if each.clock == spec.clock)
    limits = (spec, *(replace(spec, budget=e.budget, measure=e.measure) for e in held))
    return min(limits, key=lambda e: after(e.measure, case.plan.calendar, at, e.budget))
