"""Speeds up a policy's clocks by a factor: the same ladders in less time."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.people.rosters import Absence
from domain.policy.model import Category, Level, Policy
from domain.policy.part_rules import PartRule
from domain.sla.clocks import Measure
from domain.sla.ladders import Ladder
from schemas.packs.content import hashed

PLAYED_PER_START = 30_000
"""Town seconds that a machine plays in the time in which it starts the servers.

An idle machine of two cores starts them in 5 s, and at 30,000 town seconds a second its people
come too late. This leaves a reserve of five times.
"""


def bearable(asked: int, started_in: timedelta) -> int:
    """Return the speed that was asked for, or the lower one that this machine can keep up with.

    Clocks run in real time, so a busy machine in a fast town lets people come too late: their cases
    were raised before. How long the servers took to start says how busy it is.
    """
    return max(1, min(asked, int(PLAYED_PER_START / started_in.total_seconds())))


def without(policy: Policy, away: tuple[str, ...], now: datetime) -> Policy:
    """Return the policy with these people on leave around `now`."""
    leave = timedelta(days=1)
    absences = tuple(Absence(person, now - leave, now + leave) for person in away)
    roster = replace(policy.roster, absences=(*policy.roster.absences, *absences))
    return replace(policy, roster=roster)


def speeded(policy: Policy, factor: int) -> Policy:
    """Divide every budget and every rung's delay by `factor`; nights and holidays count as time.

    Grace stays as it is, because real timers are not faster.
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
        categories=tuple(_category(category, factor) for category in policy.categories),
        # Divided, this window would be over before a unit can return a case.
        return_window=timedelta(hours=8),
    )
    return hashed(faster)


def _category(category: Category, factor: int) -> Category:
    standards = tuple(
        replace(each, within=each.within / factor, measure=Measure.CONTINUOUS)
        if each.within
        else each
        for each in category.standards
    )
    resolve = category.resolve / factor if category.resolve else None
    return replace(category, resolve=resolve, standards=standards)


def _level(level: Level, factor: int) -> Level:
    limits = tuple(
        replace(limit, budget=limit.budget / factor, measure=Measure.CONTINUOUS)
        for limit in level.limits
    )
    return replace(level, limits=limits)


def _part(rule: PartRule, factor: int) -> PartRule:
    """Days that an order states stay as they are: in the story, people report before the end."""
    return replace(
        rule,
        budget=rule.budget / factor,
        then=None if rule.then is None else rule.then / factor,
        ahead=None if rule.ahead is None else rule.ahead / factor,
        measure=Measure.CONTINUOUS,
    )


def _ladder(ladder: Ladder, factor: int) -> Ladder:
    rungs = tuple(
        replace(rung, after=rung.after / factor) if rung.after is not None else rung
        for rung in ladder.rungs
    )
    return replace(ladder, rungs=rungs)
