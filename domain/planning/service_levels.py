"""The service level that a case gets in a tier, from the policy and its category."""

from domain.planning.plans import ClockSpec, ServiceLevel
from domain.policy.model import Category, Level
from domain.sla.case_clocks import HOLDER, SUPERIOR


def level_of(level: Level, category: Category | None, *, of_superior: bool) -> ServiceLevel:
    """Return the limits of a tier; the superior's own clock only where a superior issued the case.

    The category's own limit replaces that of the holder clock if it is shorter.

    Hours are compared in the measure of the holder clock: 16h are two working days on a working
    clock, and 16 hours of day and night on a continuous one.
    """
    strict = category.resolve if category else None
    return ServiceLevel(
        level.tier,
        tuple(
            ClockSpec(
                limit.clock,
                min(limit.budget, strict) if strict and limit.clock == HOLDER else limit.budget,
                limit.measure,
                limit.ladder,
            )
            for limit in level.limits
            if limit.clock != SUPERIOR or of_superior
        ),
    )
