"""What has to be put right: promised, or ordered and served."""

from datetime import timedelta

from domain.case.draft import Decisions, Draft, Refused
from domain.case.evidence import needs
from domain.case.part import Part
from domain.case.part_types import kinds
from domain.case.parts.decide import expect, find, move, of_holder, open_part, rule_of
from domain.case.parts.facts import PartState
from domain.case.powers import demand
from domain.case.rectification.acts import Commit, OrderRectification, Serve
from domain.case.refusals import Refusal
from domain.case.town_time import town_time
from domain.case.validation import moment
from domain.policy.part_rules import PartKind
from domain.policy.powers import Power

_SERVED = kinds(lambda row: row.served)
_LONGEST_COMMITMENT = timedelta(days=366)


def commit(draft: Draft, act: Commit) -> None:
    moment(draft, act.until, _LONGEST_COMMITMENT)
    needs(draft, act.evidence, 1, "attach the signed commitment")
    starts = PartState.SERVED
    open_part(
        draft, PartKind.COMMITMENT, act, units=of_holder(draft), starts=starts, until=act.until
    )


def order_rectification(draft: Draft, act: OrderRectification) -> None:
    """By the unit that has the case, which needs the power for it, also if the office says so."""
    demand(draft, Power.ORDER, draft.case.holder)
    longest = rule_of(draft, PartKind.RECTIFICATION).longest or timedelta(days=30)
    if not timedelta(0) < timedelta(days=act.days) <= longest:
        raise Refused(Refusal.TOO_MUCH, f"a rectification has between 1 and {longest.days} days")
    if not act.items or not all(item.strip() for item in act.items):
        raise Refused(Refusal.MISSING_EVIDENCE, "say item by item what has to be put right")
    open_part(draft, PartKind.RECTIFICATION, act, units=of_holder(draft))


def serve(draft: Draft, act: Serve) -> None:
    part = find(draft, act.part, *_SERVED)
    if _is_recorded_late(draft, part, act):
        expect(part, PartState.OPEN, PartState.UNDER_WAY)
    else:
        expect(part, PartState.OPEN)
    if part.type.serving_proved:
        needs(draft, act.evidence, 1, "attach the proof that the order was served", part=part)
    elif draft.case.plan.follows(3):
        # Who does not come to what was served has missed it, and the case goes up.
        needs(draft, act.evidence, 1, "attach the proof that the summons was served", part=part)
    move(draft, part, PartState.UNDER_WAY if _is_over(part) else PartState.SERVED, act)


def _is_over(part: Part) -> bool:
    """Return whether the hour has passed for which it summons."""
    return part.state is PartState.UNDER_WAY


def _is_recorded_late(draft: Draft, part: Part, act: Serve) -> bool:
    """Return whether it is said when it was served. Raises Refused for a moment that cannot be: one
    to come, or before it was ordered; or for a summons, after the hour that it is for.
    """
    at, ordered = act.served_at, part.opened_at
    if at is None:
        if _is_over(part) and not part.served and draft.case.plan.follows(3):
            detail = f"the hour of {part.id} is over; say with `served_at` when it was served"
            raise Refused(Refusal.WRONG_STEP, f"{detail}, or waive it and summon once more")
        return False
    if at.tzinfo is None:
        detail = "say in which time zone it was served, as in 2026-12-01T08:00:00+08:00"
        raise Refused(Refusal.BAD_DATE, detail)
    if at > draft.now or (ordered is not None and at < ordered):
        when = town_time(draft.case, ordered or draft.case.opened_at)
        detail = f"{part.id} was ordered at {when}, so it was served between then and now"
        raise Refused(Refusal.BAD_DATE, f"{detail}; correct `served_at`")
    if part.type.appointed and part.until is not None and at >= part.until:
        detail = f"{part.id} was for {town_time(draft.case, part.until)}, so it was served before"
        raise Refused(Refusal.BAD_DATE, f"{detail}; correct `served_at`, or summon once more")
    return True


DECISIONS: Decisions = {
    Commit: commit,
    OrderRectification: order_rectification,
    Serve: serve,
}
