"""What a category says of the steps of the law, and of the case that it leads to."""

from typing import Annotated

from pydantic import PlainValidator

from domain.case.penalties.acts import PenaltyStep
from domain.policy.flows import FlowStep, FollowOn
from domain.sla.clocks import Measure
from schemas.base import Written
from schemas.durations import CountedAmount, counted
from schemas.texts import Code, Name


class FollowOnEntry(Written):
    """The case that a matter leads to, after these results alone if there are any."""

    category: Code
    after: tuple[Name, ...] = ()

    def to_domain(self) -> FollowOn:
        return FollowOn(**dict(self))


def _within(text: object) -> CountedAmount:
    found = counted(text, days=False)
    if found.measure is None:
        raise ValueError("does not say how it is counted; write 7wd, 4wh or 30nd")
    return found


class FlowStepEntry(Written):
    """A step of the enforcement case, and the time for it from the step before: 7wd, 30nd."""

    step: PenaltyStep
    within: Annotated[CountedAmount, PlainValidator(_within)]

    def to_domain(self) -> FlowStep:
        measure = self.within.measure or Measure.CONTINUOUS
        return FlowStep(self.step.value, self.within.amount, measure)
