"""Requests: bounded, answered by a decider, settled by a default when the time is over."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from domain.case.closing.decide import conclude, finish
from domain.case.closing.facts import Closed, Reworked, Withdrawn
from domain.case.deciders import goes_to_second, is_decider
from domain.case.dispatch.decide import hand_to, without_holder
from domain.case.dispatch.facts import Returned
from domain.case.draft import Decisions, Draft, Refused
from domain.case.erasing import kept_closed
from domain.case.impartiality import did_not_handle, may_reappoint
from domain.case.own_lateness import missed_meanwhile
from domain.case.part import Part
from domain.case.part_types import REQUESTS
from domain.case.parts.decide import ask, barred, find, lapse, move, rule_of, waiting
from domain.case.parts.facts import PartState
from domain.case.powers import leader
from domain.case.refusals import Refusal
from domain.case.refusing import goes_on, may_uphold, take_on, uphold
from domain.case.requests.acts import (
    Answer,
    AskExemption,
    AskExtension,
    AskReopening,
    DeclineFiling,
)
from domain.case.requests.facts import Extended, Reopened
from domain.case.steps_of_law import may_decline, never_direct
from domain.case.suspension.acts import AskSuspension
from domain.case.suspension.decide import may_suspend, rule_of_suspension, within_limits
from domain.case.suspension.facts import Suspended
from domain.case.tiers.acts import AskTier
from domain.case.tiers.decide import as_ordered, lower_to, raise_to, within_our_power
from domain.case.validation import (
    before_the_deadline,
    broken_before,
    gives_time,
    is_late,
    may_exempt,
    may_extend,
    may_get,
    uncontested,
)
from domain.case.withdrawals import nothing_pending
from domain.policy.part_rules import Default, PartKind
from domain.vocabulary import Callback, Stage, Tier

_OF_THE_CITIZEN = frozenset({PartKind.REOPENING, PartKind.DISSATISFACTION})
"""Who signed that the work is done does not decide on a citizen who says that it is not."""


def ask_extension(draft: Draft, act: AskExtension) -> None:
    """Before the deadline only; how often, and how long each, the policy says."""
    before_the_deadline(draft)
    again = draft.case.rehandled and draft.case.tier is Tier.ASSIGN
    if again and draft.case.plan.rehandle_extension is False:
        detail = "a case that is handled again gets no more time than it has"
        raise Refused(Refusal.LIMIT_REACHED, detail)
    longest = rule_of(draft, PartKind.EXTENSION).longest
    gives_time(draft, longest)
    if act.hours < 1 or (longest is not None and timedelta(hours=act.hours) > longest):
        most = "" if longest is None else f" and {longest // timedelta(hours=1)}"
        raise Refused(Refusal.TOO_MUCH, f"an extension has between 1{most} hours")
    if draft.case.plan.follows(2):
        may_extend(draft, timedelta(hours=act.hours))
    ask(draft, PartKind.EXTENSION, act)


def ask_suspension(draft: Draft, act: AskSuspension) -> None:
    may_suspend(draft)
    within_limits(draft, act.until, act.measures, asked=True)
    ask(draft, PartKind.SUSPENSION, act, until=act.until)


def ask_tier(draft: Draft, act: AskTier) -> None:
    if act.to is draft.case.tier:
        raise Refused(Refusal.TIER_NOT_HIGHER, f"the case is in tier {act.to} already")
    if draft.case.plan.follows(2):
        within_our_power(draft.case, act.to)
        as_ordered(draft.case, act.to)
    never_direct(draft.case.plan, act.to)
    ask(draft, PartKind.TIER_CHANGE, act)


def ask_reopening(draft: Draft, act: AskReopening) -> None:
    """Within the window; a penalty may keep a case from its archive for longer."""
    if (why := kept_closed(draft)) is not None:
        raise why
    ask(draft, PartKind.REOPENING, act)


def may_reopen(draft: Draft) -> bool:
    """Return True if a citizen's request to reopen the case would be accepted."""
    if draft.case.stage is not Stage.CLOSED or draft.case.closed_at is None:
        return False
    in_time = kept_closed(draft) is None
    asked = bool(waiting(draft, PartKind.REOPENING))
    return in_time and not asked and barred(draft, PartKind.REOPENING) is None


def ask_exemption(draft: Draft, act: AskExemption) -> None:
    """Only where there is a missed deadline to be left out, and within the policy's time."""
    earlier = draft.case.misses if draft.case.plan.follows(2) else ()
    if not earlier and not any(clock.missed for clock in draft.case.clocks):
        raise Refused(Refusal.WRONG_STEP, "no deadline was missed; there is nothing to exempt")
    may_exempt(draft)
    ask(draft, PartKind.EXEMPTION, act)


def decline_filing(draft: Draft, act: DeclineFiling) -> None:
    may_decline(draft.case)
    ask(draft, PartKind.NO_FILING, act)


def answer(draft: Draft, act: Answer) -> None:
    part = find(draft, act.part, *REQUESTS)
    is_decider(draft, part)
    if part.kind in _OF_THE_CITIZEN and draft.case.plan.follows(2):
        did_not_handle(draft)
    if act.unit is not None:
        may_get(draft, act.unit, act.reason)
    if act.granted:
        _may_grant(draft, part)
    if act.granted and goes_to_second(draft.case, part):
        move(draft, part, PartState.AGREED, act)
        return
    move(draft, part, PartState.GRANTED if act.granted else PartState.REFUSED, act)
    if act.granted:
        grant(draft, part, act.reason, act.unit)
    else:
        refuse(draft, part, act.reason, act.unit)


def by_default(draft: Draft, part: Part) -> None:
    """Settle a request whose time is over, as the policy says."""
    rule = draft.case.plan.part(draft.case.tier, part.kind)
    default = rule.default if rule and rule.default else Default.REFUSE
    # Some requests need a person who answers for the decision: a change of tier.
    by_silence = part.type.granted_by_silence and not goes_on(draft, part)
    granted = (default is Default.GRANT or part.type.separates) and by_silence
    why = ""
    if granted:
        try:
            _may_grant(draft, part)
        except Refused as refused:
            granted, why = False, f": {refused}"
    note = f"nobody answered in time; by default {'granted' if granted else 'refused'}{why}"
    if granted and goes_to_second(draft.case, part):
        move(draft, part, PartState.AGREED, note=note)
        return
    if granted and part.type.contests:
        missed_meanwhile(draft, part.type.cause)
    move(draft, part, PartState.GRANTED if granted else PartState.REFUSED, note=note)
    (grant if granted else refuse)(draft, part, note, None)


def _may_grant(draft: Draft, part: Part) -> None:
    """Raises Refused where what was asked for cannot be given any more."""
    if not draft.case.plan.follows(2):
        return
    if part.kind is PartKind.EXTENSION and part.amount is not None:
        may_extend(draft, part.amount, part.opened_at)
    elif part.kind is PartKind.SUSPENSION:
        may_suspend(draft)
        rule_of_suspension(draft)
    elif part.kind is PartKind.TIER_CHANGE:
        uncontested(draft)
    elif part.kind is PartKind.NO_FILING:
        may_decline(draft.case)
    elif part.kind is PartKind.REFUSAL:
        may_uphold(draft, part)
    elif part.kind is PartKind.WITHDRAWAL:
        nothing_pending(draft.case)
        if draft.case.stage is Stage.REPORTED:
            detail = f"{part.id}: reported up by now; only the superior ends the case"
            raise Refused(Refusal.OUTSIDE_OUR_POWER, detail)


Effect = Callable[[Draft, Part, str, str | None], None]
"""Called with the request, the reason, and the unit in whose favour it is."""


def grant(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    if (effect := _GRANTED.get(part.kind)) is not None:
        effect(draft, part, reason, unit)


def refuse(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    if (effect := _REFUSED.get(part.kind)) is not None:
        effect(draft, part, reason, unit)


def _take_back(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    """To the platform, or straight to the named unit."""
    without_holder(draft, "the case was returned")
    draft.add(Returned(unit=_holder(draft), reason=reason, suggested_unit=part.unit))
    if unit is not None:
        hand_to(draft, unit, reason=reason)


def _rule(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    """Settled for good: the unit designated, or the next tier's matter where none is."""
    case = draft.case
    if unit is None and case.tier is not Tier.SUPERVISE:
        raise_to(draft, Tier.SUPERVISE, reason, unit=case.plan.office)
        return
    without_holder(draft, "the case was returned")
    draft.add(Returned(unit=_holder(draft), reason=reason, suggested_unit=part.unit))
    hand_to(draft, unit or case.plan.office, designated=True, reason=reason)


def _keep(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    """Designate the unit that is named, or the one that has it: the second return is refused."""
    _rule(draft, part, reason, unit or _holder(draft))


def _extend(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    if part.amount is not None:
        broken = broken_before(draft, part.opened_at)
        draft.add(Extended(amount=part.amount, reason=reason, promise_stays=broken or None))


def _suspend(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    """Until the moment that was asked for; an answer later than that suspends nothing."""
    if part.until is not None and part.until > draft.now and not draft.case.suspensions:
        draft.add(Suspended(reason=reason, until=part.until))


def _reopen(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    case = draft.case
    to = unit or case.holder or case.plan.holder or case.plan.office
    if case.plan.follows(2):
        to = leader(draft, case.tier, unit, case.holder, case.plan.holder)
    if to != case.holder:
        may_reappoint(draft)
    lapse(draft, PartKind.REOPENING, note=f"reopened by {part.id}")
    draft.add(Reopened(reason=reason))
    hand_to(draft, to, reason=reason, new_time=True)


def _change_tier(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    to = part.to or draft.case.tier
    (raise_to if to.depth > draft.case.tier.depth else lower_to)(draft, to, reason)


def _rework(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    draft.add(Reworked(reason=reason, dissatisfied=True))


def _explain(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    """The citizen has no cause, as a person rules who did not handle the case."""
    if draft.case.plan.follows(2):
        did_not_handle(draft)
    finish(draft, Closed(callback=Callback.EXPLAINED, note=reason))


def _withdraw(draft: Draft, part: Part, reason: str, unit: str | None) -> None:
    conclude(draft, Withdrawn(reason=reason, late=is_late(draft, but_exempt=True) or None))


_GRANTED: Mapping[PartKind, Effect] = {
    PartKind.RETURN: _take_back,
    PartKind.RULING: _rule,
    PartKind.EXTENSION: _extend,
    PartKind.SUSPENSION: _suspend,
    PartKind.REOPENING: _reopen,
    PartKind.TIER_CHANGE: _change_tier,
    PartKind.DISSATISFACTION: _rework,
    PartKind.WITHDRAWAL: _withdraw,
    PartKind.REFUSAL: lambda draft, part, *_: uphold(draft, part),
}
"""An exemption and no filing that are upheld change nothing but that they are; a case
that follows this one is told by a message (cross_case_messages.py) that it goes its own way."""

_REFUSED: Mapping[PartKind, Effect] = {
    PartKind.RULING: _keep,
    PartKind.DISSATISFACTION: _explain,
    PartKind.REFUSAL: lambda draft, _, reason, *__: take_on(draft, reason),
}
"""The others leave everything as it was."""


def _holder(draft: Draft) -> str:
    case = draft.case
    if case.holder is None:
        raise ValueError(f"{case.case_id}: held stages have a holder")
    return case.holder


DECISIONS: Decisions = {
    AskExtension: ask_extension,
    AskSuspension: ask_suspension,
    AskReopening: ask_reopening,
    AskTier: ask_tier,
    AskExemption: ask_exemption,
    DeclineFiling: decline_filing,
    Answer: answer,
}
