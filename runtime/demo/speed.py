"""The town's clocks, speeded up by a stated factor: the same ladders, in less time."""

from dataclasses import replace
from datetime import timedelta

from domain.clocks import Measure
from domain.ladders import Ladder
from domain.policies import Level, Policy
from schemas.policy_content import hashed


def speeded(policy: Policy, factor: int) -> Policy:
    """Every budget and every rung's delay divided by `factor`; nights and holidays do not wait.

    Grace stays as it is: the engine's own timers are as late as ever.
    """
    faster = replace(
        policy,
        levels=tuple(_level(level, factor) for level in policy.levels),
        ladders=tuple(_ladder(ladder, factor) for ladder in policy.ladders),
        categories=tuple(
            replace(category, resolve=category.resolve / factor) if category.resolve else category
            for category in policy.categories
        ),
        # A window in working time would pass in no time at all; the demo returns at once anyway.
        return_window=timedelta(hours=8),
    )
    return hashed(faster)


def _level(level: Level, factor: int) -> Level:
    limits = tuple(
        replace(limit, budget=limit.budget / factor, measure=Measure.CONTINUOUS)
        for limit in level.limits
    )
    return replace(level, limits=limits)


def _ladder(ladder: Ladder, factor: int) -> Ladder:
    rungs = tuple(
        replace(rung, after=rung.after / factor) if rung.after is not None else rung
        for rung in ladder.rungs
    )
    return replace(ladder, rungs=rungs)
