"""Requests: asked for within limits, answered by their decider, settled by a default if by nobody.

Suspension can also be ordered, by whoever would decide it.
"""

from datetime import datetime, timedelta

from domain.case.acts.plain import Resume, Suspend
from domain.case.acts.requests import (
    Answer,
    AskExemption,
    AskExtension,
    AskReopening,
    AskSuspension,
    AskTier,
    DeclineFiling,
)
from domain.case.commands import Opening
from domain.case.decisions.draft import Draft, Refused
from domain.case.decisions.grants import grant, refuse
from domain.case.decisions.parts import (
    find,
    holders_deadline,
    may_lead,
    moment,
    move,
    open_part,
    rule_of,
)
from domain.case.events import Resumed, Suspended
from domain.case.facts.parts import PartState
from domain.case.parts import Part
from domain.case.refusals import Refusal
from domain.policy.part_rules import REQUESTS, Default, PartKind
from domain.vocabulary import Role, Tier

LONGEST_SUSPENSION = timedelta(days=366)
_TO_APPEAL = timedelta(hours=40)
_RANK = (Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER)


def ask_extension(draft: Draft, act: AskExtension) -> None:
    """Before the deadline only; how often, and how long each, the policy says."""
    deadline = holders_deadline(draft)
    if deadline is None:
        raise Refused(Refusal.WRONG_STEP, "the holder's clock does not run; nothing to extend")
    if deadline < draft.now:
        raise Refused(Refusal.TOO_LATE, "the deadline has passed; an extension is asked for before")
    again = draft.case.rehandled and draft.case.tier is Tier.ASSIGN
    if again and draft.case.plan.rehandle_extension is False:
        detail = "a case that is handled again gets no more time than it has"
        raise Refused(Refusal.LIMIT_REACHED, detail)
    longest = rule_of(draft, PartKind.EXTENSION).longest
    if act.hours < 1 or (longest is not None and timedelta(hours=act.hours) > longest):
        most = "" if longest is None else f" and {longest // timedelta(hours=1)}"
        raise Refused(Refusal.TOO_MUCH, f"an extension has between 1{most} hours")
    _ask(draft, PartKind.EXTENSION, act)


def ask_suspension(draft: Draft, act: AskSuspension) -> None:
    _may_suspend(draft)
    moment(draft, act.until, rule_of(draft, PartKind.SUSPENSION).longest or LONGEST_SUSPENSION)
    _ask(draft, PartKind.SUSPENSION, act, until=act.until)


def ask_tier(draft: Draft, act: AskTier) -> None:
    if act.to is draft.case.tier:
        raise Refused(Refusal.TIER_NOT_HIGHER, f"the case is in tier {act.to} already")
    _ask(draft, PartKind.TIER_CHANGE, act)


def ask_reopening(draft: Draft, act: AskReopening) -> None:
    """Within the window; a penalty may keep a case from its archive for longer."""
    closed_at = draft.case.closed_at or draft.now
    if draft.now > closed_at + draft.case.plan.reopen_window:
        detail = "the time to reopen it is over; file a new complaint"
        raise Refused(Refusal.TOO_LATE, detail)
    _ask(draft, PartKind.REOPENING, act)


def ask_exemption(draft: Draft, act: AskExemption) -> None:
    """Only where there is a missed deadline to be left out, and within a working week."""
    if not any(clock.missed for clock in draft.case.clocks):
        raise Refused(Refusal.WRONG_STEP, "no deadline was missed; there is nothing to exempt")
    closed_at = draft.case.closed_at or draft.now
    if draft.case.plan.calendar.elapsed(closed_at, draft.now) > _TO_APPEAL:
        raise Refused(Refusal.TOO_LATE, "an exemption is asked for within 40 working hours")
    _ask(draft, PartKind.EXEMPTION, act)


def decline_filing(draft: Draft, act: DeclineFiling) -> None:
    _ask(draft, PartKind.NO_FILING, act)


def answer(draft: Draft, act: Answer) -> None:
    part = find(draft, act.part, *REQUESTS)
    _is_decider(draft, part)
    if act.unit is not None:
        may_lead(draft, act.unit)
    move(draft, part, PartState.GRANTED if act.granted else PartState.REFUSED, act)
    if act.granted:
        grant(draft, part, act.reason, act.unit)
    else:
        refuse(draft, part, act.reason, act.unit)


def by_default(draft: Draft, part: Part) -> None:
    """Nobody answered in time: what the policy says then."""
    rule = draft.case.plan.part(draft.case.tier, part.kind)
    default = rule.default if rule and rule.default else Default.REFUSE
    # A change of tier is somebody's decision: nobody would answer for it.
    granted = default is Default.GRANT and part.kind is not PartKind.TIER_CHANGE
    note = f"nobody answered in time; by default {'granted' if granted else 'refused'}"
    move(draft, part, PartState.GRANTED if granted else PartState.REFUSED, note=note)
    (grant if granted else refuse)(draft, part, note, None)


def suspend(draft: Draft, act: Suspend) -> None:
    _may_suspend(draft)
    moment(draft, act.until, LONGEST_SUSPENSION)
    for part in draft.case.open_parts(PartKind.SUSPENSION):
        move(draft, part, PartState.LAPSED, note="suspended without waiting for the answer")
    draft.add(Suspended(reason=act.reason, until=act.until))


def resume(draft: Draft, act: Resume) -> None:
    if draft.case.suspended_until is None:
        raise Refused(Refusal.WRONG_STAGE, "the case is not suspended")
    draft.add(Resumed(at=draft.now, reason=act.reason))


def _ask(draft: Draft, kind: PartKind, act: Opening, until: datetime | None = None) -> None:
    if waiting := draft.case.open_parts(kind):
        raise Refused(Refusal.ALREADY_ASKED, f"{waiting[0].id} is still waiting for its answer")
    open_part(draft, kind, act, until=until)


def _may_suspend(draft: Draft) -> None:
    if draft.case.suspensions:
        raise Refused(Refusal.SUSPENDED, "suspended once already; a second time is not possible")


def _is_decider(draft: Draft, part: Part) -> None:
    """The decider of the policy or somebody above; never whoever asked."""
    actor = draft.command.actor
    decider = rule_of(draft, part.kind).decider or Role.SUPERVISOR
    if _RANK.index(actor.role) < _RANK.index(decider):
        raise Refused(Refusal.WRONG_ROLE, f"{part.id} is for a {decider} to answer")
    if actor.id == part.by.id:
        raise Refused(Refusal.SAME_PERSON, f"{actor.id} asked for {part.id}; somebody else answers")
