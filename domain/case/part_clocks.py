"""The clock of a part: when a turn began, how long it may take, and what a step makes of it."""

from dataclasses import replace
from datetime import datetime, timedelta

from domain.case.part import DAY, Part
from domain.case.part_questions import Turns
from domain.case.parts.facts import PartMoved, PartState
from domain.case.penalties.acts import PenaltyStep
from domain.case.rectification.acts import Serve
from domain.policy.part_rules import PartRule
from domain.sla.clocks import Cause, Clock, Measure, Pause

_SECOND_TURNS = frozenset(
    {PartState.INSPECTION, PartState.DECIDED, PartState.UNDER_WAY, PartState.AGREED}
)


def clock_of(part: Part, rule: PartRule, at: datetime, cap: datetime | None = None) -> Clock:
    """Return the clock of the turn that begins at `at`, due no later than `cap`."""
    budget, measure = rule.budget, rule.measure
    if part.state is PartState.SERVED and part.type.lawful_days:
        # The law counts natural days, also of a unit that works by office hours.
        budget, measure = part.amount or 7 * DAY, Measure.CONTINUOUS
    elif (
        part.state in {PartState.OPEN, PartState.SERVED}
        and part.until is not None
        and not part.type.request  # it asks for something until then, and is answered before
    ):
        budget, measure = max(part.until - at, timedelta(0)), Measure.CONTINUOUS
    elif part.penalty is PenaltyStep.SERVED:
        pass  # to be carried out, or brought before a court, within the same time again
    elif part.type.same_time:
        pass  # a camera looks again within minutes, by day and by night
    elif part.state is PartState.UNDER_WAY and rule.then is None:
        pass  # as long for what comes of it as for an hour to be found
    elif part.state in _SECOND_TURNS:
        budget, measure = rule.then or rule.budget, Measure.WORKING
    elif part.type.own_time and part.amount is not None:
        budget = part.amount
    return Clock(part.id, rule.ladder, at, budget, measure, cap)


def turn_began(part: Part, fact: PartMoved, at: datetime) -> datetime:
    """Return when the turn began that a step at `at` opens: of an order, when it was served."""
    served = fact.by.served_at if isinstance(fact.by, Serve) else None
    return served if served is not None and part.type.lawful_days else at


def turn(
    before: Part, part: Part, clock: Clock | None, rule: PartRule, at: datetime
) -> Clock | None:
    """Return the clock after the part moved: it goes on, waits for a look, or begins again.

    None when the part has ended: an ended part has no clock.
    """
    if part.state.is_final:
        return None
    if clock is None:
        return clock_of(part, rule, at)
    turns = part.type.turns
    if turns is Turns.WAITS:
        # The unit does not pay for the time others take to look: nor for the holder's deadline.
        if part.state is PartState.REPORTED:
            return replace(clock, cap=None).paused(Cause.VERIFYING, at)
        return clock.resumed(Cause.VERIFYING, at)
    served = part.penalty is PenaltyStep.SERVED and before.penalty is not PenaltyStep.SERVED
    same = part.state is before.state and not served
    begins = part.state is PartState.UNDER_WAY and before.state is not part.state
    one = turns is Turns.ONE and not begins
    goes_on = one or (turns is Turns.BY_STATE and same)
    return clock if goes_on else replace(clock_of(part, rule, at), pauses=_open_pauses(clock, at))


def _open_pauses(clock: Clock, at: datetime) -> tuple[Pause, ...]:
    return tuple(replace(p, since=at) for p in clock.pauses if p.until is None)
