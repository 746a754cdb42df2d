"""Plans with one clock of a length chosen here: no pack decides when something is due.

Everything else of the town's plan stays in, so that a plan is as long as in production.
"""

from dataclasses import replace
from datetime import timedelta

from bench.town import plan_of
from domain.complaints import Complaint
from domain.people.rosters import HOLDER as THE_HOLDER
from domain.people.rosters import Recipient
from domain.planning.plans import CasePlan, ClockSpec, ServiceLevel
from domain.sla.case_clocks import CITIZEN
from domain.sla.clocks import Measure
from domain.sla.ladders import Action, Ladder, Late, Rung
from domain.vocabulary import Role

LADDER = "bench"
LONG = timedelta(days=30)
AT_THE_DEADLINE = Rung(
    id="due",
    level=1,
    action=Action.URGE,
    tell=(Recipient(THE_HOLDER, Role.HANDLER),),
    late=Late.FIRE,
    share=100,
)


def quiet(complaint: Complaint) -> CasePlan:
    """Nothing is due for a month; one timer waits for it."""
    return _one_clock(complaint, LONG, Ladder(LADDER, ()))


def due_after(complaint: Complaint, budget: timedelta) -> CasePlan:
    """The deadline is missed, and a rung tells the holder, `budget` after the case was opened."""
    return _one_clock(complaint, budget, Ladder(LADDER, (AT_THE_DEADLINE,)))


def _one_clock(complaint: Complaint, budget: timedelta, ladder: Ladder) -> CasePlan:
    plan = plan_of(complaint)
    clock = ClockSpec(CITIZEN, budget, Measure.CONTINUOUS, ladder.id)
    others = (level for level in plan.levels if level.tier is not plan.tier)
    levels = (ServiceLevel(plan.tier, (clock,)), *others)
    return replace(plan, levels=levels, ladders=(*plan.ladders, ladder))
