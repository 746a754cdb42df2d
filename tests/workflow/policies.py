"""The town's policy for a desk that is asked for another one: small, its hours chosen by hand."""

from domain.planning.planner import plan as plan_by
from domain.planning.plans import CasePlan
from domain.policy.model import Category, ChannelRule, Level, Limit, Policy, TierRule, Unit
from domain.sla.clocks import Measure
from domain.vocabulary import Channel, Tier, Urgency
from tests.builders import complaint
from tests.town import (
    CALENDAR,
    CITIZEN_LADDER,
    FIVE_LEVELS,
    PART_LADDER,
    PART_RULES,
    PLATFORM_LADDER,
    UNITS,
    hours,
    roster,
)

LADDERS = {"accept": "platform", "citizen": "citizen"}
HOURS = {"citizen": 64, "accept": 4, "sign": 4, "first": 8, "holder": 40}
SOONER = {"citizen": 32, "accept": 2, "sign": 2, "first": 4, "holder": 20}
"""Of what is urgent."""


def policy(hash_: str = "sha256:town", **changed: int) -> Policy:
    """Return a policy in which every hour counts, alike in every tier. `changed`: hours of clocks
    of normal urgency.
    """
    budgets = {Urgency.NORMAL: {**HOURS, **changed}, Urgency.URGENT: SOONER}
    return Policy(
        tenant="youchegang",
        name="油车港镇",
        name_en="Youchegang",
        hash=hash_,
        units=tuple(Unit(unit, unit, unit) for unit in UNITS),
        grids=(),
        categories=(Category("street-stalls", "占道", "Street stalls", "squad", evidence=1),),
        tier_rules=(TierRule("else", "always", Tier.ASSIGN),),
        levels=tuple(
            Level(
                tier,
                urgency,
                tuple(
                    Limit(name, hours(given), LADDERS.get(name, "holder"), Measure.CONTINUOUS)
                    for name, given in budgets[urgency].items()
                ),
            )
            for tier in Tier
            for urgency in budgets
        ),
        ladders=(CITIZEN_LADDER, PLATFORM_LADDER, FIVE_LEVELS, PART_LADDER),
        calendar=CALENDAR,
        roster=roster(),
        platform="platform",
        office="office",
        parts=PART_RULES,
        channels=(ChannelRule(Channel.HOTLINE, callback=True),),
    )


def planned(by: Policy) -> CasePlan:
    """Return the plan of the usual complaint under it."""
    return plan_by(by, complaint())
