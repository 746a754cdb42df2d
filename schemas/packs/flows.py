"""What a category says of the steps of the law, and of the case that it leads to."""

from dataclasses import replace
from typing import Annotated, Self

from pydantic import PlainValidator, model_validator

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
    """A step of the enforcement case, and the time for it from the step before: 7wd, 30nd.

    `after`: the least time between the two, in which the person concerned can speak.
    """

    step: PenaltyStep
    within: Annotated[CountedAmount, PlainValidator(_within)]
    after: Annotated[CountedAmount, PlainValidator(_within)] | None = None

    @model_validator(mode="after")
    def _leaves_time(self) -> Self:
        least, most = self.after, self.within
        if least is not None and least.measure is most.measure and least.amount >= most.amount:
            raise ValueError(f"{self.step.value}: `after` has to be shorter than `within`")
        return self

    def to_domain(self) -> FlowStep:
        measure = self.within.measure or Measure.CONTINUOUS
        step = FlowStep(self.step.value, self.within.amount, measure)
        if self.after is None:
            return step
        return replace(step, after=self.after.amount, after_in=self.after.measure)
