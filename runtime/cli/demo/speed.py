"""The town's clocks, speeded up by a stated factor: the same ladders, in less time."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.people.rosters import Absence
from domain.policy.model import Level, Policy
from domain.policy.part_rules import PartRule
from domain.sla.clocks import Measure
from domain.sla.ladders import Ladder
from schemas.packs.content import hashed


def without(policy: Policy, away: tuple[str, ...], now: datetime) -> Policy:
    """The policy on a day on which these people are on leave."""
    leave = timedelta(days=1)
    absences = tuple(Absence(person, now - leave, now + leave) for person in away)
    roster = replace(policy.roster, absences=(*policy.roster.absences, *absences))
    return replace(policy, roster=roster)


def speeded(policy: Policy, factor: int) -> Policy:
    """Every budget and every rung's delay divided by `factor`; nights and holidays do not wait.

    Grace stays as it is: the engine's own timers are as late as ever.
    """
    faster = replace(
        policy,
        levels=tuple(_level(level, factor) for level in policy.levels),
        ladders=tuple(_ladder(ladder, factor) for ladder in policy.ladders),
        parts=tuple(_part(rule, factor) for rule in policy.parts),
        rehandle=policy.rehandle / factor,
        rehandle_sign=policy.rehandle_sign / factor if policy.rehandle_sign else None,
        rehandle_first=policy.rehandle_first / factor if policy.rehandle_first else None,
        reopen_window=policy.reopen_window / factor,
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


def _part(rule: PartRule, factor: int) -> PartRule:
    """The days that an order gives are the order's own: somebody reports before they are over."""
    return replace(
        rule,
        budget=rule.budget / factor,
        then=None if rule.then is None else rule.then / factor,
        measure=Measure.CONTINUOUS,
    )


def _ladder(ladder: Ladder, factor: int) -> Ladder:
    rungs = tuple(
        replace(rung, after=rung.after / factor) if rung.after is not None else rung
        for rung in ladder.rungs
    )
    return replace(ladder, rungs=rungs)
