"""Suspension: within the same limits, whether it is ordered, asked for, or so on arrival."""

from datetime import datetime, timedelta

from domain.case.approval import may_approve
from domain.case.draft import Decisions, Draft, Refused
from domain.case.handling.facts import Commented
from domain.case.impartiality import not_their_own
from domain.case.parts.decide import ask, move, rule_of
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.case.suspension.acts import AskSuspension, Resume, Suspend
from domain.case.suspension.facts import Resumed, Suspended
from domain.case.town_time import town_time
from domain.case.validation import moment, wordless
from domain.people.leading_group import Approval
from domain.policy.part_rules import PartKind, PartRule
from domain.vocabulary import DECIDERS, OFFICE, Role, Urgency

LONGEST_SUSPENSION = timedelta(days=366)


def suspend(draft: Draft, act: Suspend) -> None:
    """By the person who would also decide a request for it: once, with a plan and an end."""
    may_suspend(draft)
    not_their_own(draft)
    if draft.case.plan.follows(2):
        decider = rule_of_suspension(draft).decider or Role.SUPERVISOR
        if DECIDERS.index(draft.command.actor.role) < DECIDERS.index(decider):
            raise Refused(Refusal.WRONG_ROLE, f"a {decider} suspends it; ask with ask_suspension")
        if decider is Role.LEADER:
            may_approve(draft, Approval.REQUESTS)
    within_limits(draft, act.until, act.measures)
    for part in draft.case.open_parts(PartKind.SUSPENSION):
        move(draft, part, PartState.LAPSED, note="suspended without waiting for the answer")
    draft.add(Suspended(reason=act.reason, until=act.until, measures=act.measures))


def resume(draft: Draft, act: Resume) -> None:
    if draft.case.suspended_until is None:
        raise Refused(Refusal.WRONG_STAGE, "the case is not suspended")
    not_their_own(draft)
    if draft.case.plan.follows(2):
        _ranks_with_who_suspended(draft)
    draft.add(Resumed(at=draft.now, reason=act.reason))


def _ranks_with_who_suspended(draft: Draft) -> None:
    """Raises Refused for a lower rank: what a leader, or a superior's order, lets rest, a leader
    resumes. By itself it goes on at its end.
    """
    case, by = draft.case, draft.case.suspended_by
    arrived = case.plan.complaint.standing.suspended_until is not None and by not in OFFICE
    if arrived and case.plan.complaint.superior is not None:
        by = Role.LEADER
    if by in DECIDERS and DECIDERS.index(draft.command.actor.role) < DECIDERS.index(by):
        until = town_time(case, case.suspended_until) if case.suspended_until else "its end"
        detail = f"a {by} let it rest until {until}; only a {by} resumes it before that"
        raise Refused(Refusal.WRONG_ROLE, detail)


def may_suspend(draft: Draft) -> None:
    if draft.case.suspensions:
        raise Refused(Refusal.SUSPENDED, "suspended once already; a second time is not possible")


def within_limits(
    draft: Draft, until: datetime, measures: str | None, *, asked: bool = False
) -> None:
    """Raises Refused unless the policy lets the case rest so long, and there is a plan for it.

    By the first rules the policy's limit was only for what was asked for.
    """
    if not draft.case.plan.follows(2):
        most = rule_of(draft, PartKind.SUSPENSION).longest if asked else None
        moment(draft, until, most or LONGEST_SUSPENSION)
        return
    moment(draft, until, longest(rule_of_suspension(draft)))
    if wordless(draft, measures):
        detail = "say in `measures` what is done meanwhile, so that the case can go on then"
        raise Refused(Refusal.MISSING_PLAN, detail)


def rule_of_suspension(draft: Draft) -> PartRule:
    """Return the policy's rule. Raises Refused where a case of this tier never rests."""
    rule = rule_of(draft, PartKind.SUSPENSION)
    if rule.limit == 0:
        case = draft.case
        where = f"tier {case.tier}, urgency {case.plan.urgency}"
        raise Refused(Refusal.NOT_PROVIDED, f"the policy allows no suspension in {where}")
    return rule


def longest(rule: PartRule) -> timedelta:
    """Return for how long a case may rest: as the policy says, and no longer than a year."""
    return min(rule.longest or LONGEST_SUSPENSION, LONGEST_SUSPENSION)


def suspend_on_arrival(draft: Draft, until: datetime, reason: str) -> None:
    """Let a case rest that rests at its source already; a row says so where it may not.

    From rules 3 on, the one who decides on a unit's request is asked, unless a superior rests what
    it issued. What cannot wait never rests.
    """
    case, most = draft.case, LONGEST_SUSPENSION
    if case.plan.follows(2):
        try:
            most = longest(rule_of_suspension(draft))
            _can_wait(case)
        except Refused as refused:
            draft.add(Commented(text=f"not suspended, although its source says so: {refused}"))
            return
    end = min(until, draft.now + most)
    ordered = case.plan.complaint.superior is not None and not case.plan.sent_for_issuer
    if not case.plan.follows(3) or ordered:
        draft.add(Suspended(reason=reason, until=end))
    elif not any(part.kind is PartKind.SUSPENSION for part in case.parts):
        ask(draft, PartKind.SUSPENSION, AskSuspension(reason=reason, until=end), until=end)


def _can_wait(case: Case) -> None:
    """Raises Refused, from rules 3 on, for what is urgent or has a word of hurry."""
    plan = case.plan
    urgent = plan.urgency if plan.urgency in {Urgency.CRITICAL, Urgency.URGENT} else None
    if plan.follows(3) and (why := plan.alarming or urgent) is not None:
        raise Refused(Refusal.NOT_PROVIDED, f"{why} cannot wait")


DECISIONS: Decisions = {
    Suspend: suspend,
    Resume: resume,
}
