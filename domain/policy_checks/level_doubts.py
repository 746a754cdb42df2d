"""Limits of a valid policy that can do nothing, because another one is always over before."""

from collections.abc import Iterator

from domain.policy.model import Level, Limit, Policy
from domain.policy_checks.findings import Path, PolicyFinding
from domain.sla.case_clocks import (
    BY_PLATFORM,
    CALLBACK,
    CITIZEN,
    HOLDER,
    HOLDER_STEPS,
    STEPS_OF_SUPERVISION,
    VERIFY,
)
from domain.sla.clocks import Measure
from domain.sla.explanations import said

_BEFORE_ANSWER = (*BY_PLATFORM, *HOLDER_STEPS, VERIFY, CALLBACK)
"""The work of each comes before the answer to the citizen."""


def level_doubts(policy: Policy) -> Iterator[PolicyFinding]:
    """Yield a finding for each limit that is longer than the one that covers it."""
    for index, level in enumerate(policy.levels):
        path: Path = ("levels", index, "clocks")
        yield from _longer(path, level, _BEFORE_ANSWER, CITIZEN)
        yield from _longer(path, level, STEPS_OF_SUPERVISION, HOLDER)


def _longer(
    path: Path, level: Level, clocks: tuple[str, ...], covering: str
) -> Iterator[PolicyFinding]:
    limits = {limit.clock: limit for limit in level.limits}
    whole = limits.get(covering)
    for limit in (limits[clock] for clock in clocks if whole and clock in limits):
        if whole is not None and surely_longer(limit, whole):
            reason = (
                f"does nothing: {covering}, which covers it, is over before it, after "
                f"{said(whole.budget, whole.measure)}; shorten it"
            )
            yield PolicyFinding("levels", (*path, limit.clock, "budget"), reason)


def surely_longer(one: Limit, other: Limit) -> bool:
    """Compare as far as possible: working time never passes faster than time."""
    comparable = other.measure is Measure.CONTINUOUS or one.measure is not Measure.CONTINUOUS
    return comparable and one.budget > other.budget
