"""The steps of the law that a class of matters takes, and what it leads to after its own work."""

from dataclasses import dataclass
from datetime import timedelta

from domain.sla.clocks import Measure


@dataclass(frozen=True, slots=True)
class FollowOn:
    """The case that begins when the result is verified: its `category`.

    `after`: only after these results of the standards of the class; empty: after any result.
    """

    category: str
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FlowStep:
    """A step of the enforcement case (法定步骤), and the time for it, counted from the step before.

    `step` is a PenaltyStep (domain/case/penalties/acts.py). The first counts from the filing.
    `after`: how long after the step before it is recorded at the earliest, counted by `after_in`.
    """

    step: str
    within: timedelta
    measure: Measure
    after: timedelta | None = None
    after_in: Measure | None = None
