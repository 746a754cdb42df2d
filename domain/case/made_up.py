"""What rungs could not do while others looked at the result, done when the result does not hold."""

from collections.abc import Iterator

from domain.case.clocks import pressed_by
from domain.case.draft import Draft
from domain.case.escalation.decide import act_on
from domain.case.state import Case
from domain.case.tiers.decide import tier_above
from domain.sla.case_clocks import PROMISES, VERIFY
from domain.sla.ladders import Action, Rung, moment
from domain.vocabulary import HELD_STAGES, Stage

_LOOKED_AT = frozenset({Stage.RESOLVED, Stage.VERIFIED, Stage.REPORTED})
_RAISING = frozenset({Action.RAISE_TIER, Action.INTERVIEW})
_ON_THE_HOLDER = frozenset({*_RAISING, Action.URGE_IN_WRITING, Action.CIRCULATE})


def make_up(draft: Draft, before: Case | None) -> None:
    """Do on the holder what fell due while no unit had the turn, because it has the turn again.

    `before` is the case as it was before the command. A case whose tier has just risen does not
    rise once more.
    """
    case = draft.case
    if before is None or not case.plan.follows(2):
        return
    if before.stage not in _LOOKED_AT or case.stage not in HELD_STAGES:
        return
    for clock, rung in [*_fallen(case)]:
        risen = rung.action in _RAISING and draft.case.tier is not before.tier
        if not risen:
            reason = f"{clock} clock reached {rung.id} while the result was looked at"
            above = tier_above(draft.case)
            act_on(draft, rung.action, reason, above, (clock, rung.id))


def _fallen(case: Case) -> Iterator[tuple[str, Rung]]:
    """Yield the clock and rung of each promise that fell since the result, and presses the unit."""
    looking = case.clock(VERIFY)
    for clock in case.clocks:
        if looking is None or clock.id not in PROMISES or not clock.is_running:
            continue
        for rung in case.plan.ladder(clock.ladder).rungs:
            if rung.id not in clock.fired or rung.action not in _ON_THE_HOLDER:
                continue
            at = moment(rung, clock, case.plan.calendar)
            if at is None or at <= looking.started_at:
                continue
            if pressed_by(case, clock.id, at) == case.holder:
                yield clock.id, rung
