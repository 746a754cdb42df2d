"""Open, triage, settle at the desk, refuse; and look again at what a camera saw."""

from datetime import timedelta
from typing import Literal

from domain.case.checks_out import overlooks_no_check
from domain.case.class_kept import keeps_its_class
from domain.case.closing.decide import end, finish
from domain.case.closing.facts import Closed
from domain.case.desk import at_the_desk
from domain.case.dispatch.decide import hand_to
from domain.case.draft import Decisions, Draft, Refused
from domain.case.escalation.acts import Ring
from domain.case.evidence import needs
from domain.case.follow_ons import open_follow_on
from domain.case.handling.facts import Commented
from domain.case.merging.facts import Linked, Merged
from domain.case.part_questions import LapseCause
from domain.case.part_types import OVERTAKEN_BY
from domain.case.parts.decide import barred, find, lapse, move, open_part
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.refusing import refuse
from domain.case.registration.acts import ChooseStandard, Open, Recheck, Refuse, Settle, Triage
from domain.case.registration.facts import Received, Triaged
from domain.case.seen_files import note_seen, strangers
from domain.case.settled import not_settled
from domain.case.standards import choose_standard, may_lengthen
from domain.case.state import Case
from domain.case.suspension.decide import suspend_on_arrival
from domain.case.tiers.decide import (
    by_the_office,
    lowered_late,
    may_fall_to,
    parts_go_on,
    tier_before,
    within_our_power,
)
from domain.case.triage_time import keeps_time
from domain.case.urgent_matters import may_calm, not_renamed
from domain.case.validation import wordless
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.vocabulary import ENDED_STAGES, OFFICE, Role, Stage, Tier, Urgency


def open_case(draft: Draft, act: Open) -> None:
    """Received; and as far along as the rules (or the source) have already brought it."""
    plan = act.plan
    draft.add(Received(plan=plan))
    note_seen(draft)
    for other in plan.similar:
        draft.add(Linked(to=other.case, score=other.score, reason=other.reason))
    if plan.holder is not None or plan.open_lead is not None:
        draft.add(Triaged(tier=plan.tier))
        _hand_on(draft, plan.holder, plan.hurry)
    ended = draft.case.stage in ENDED_STAGES
    if plan.into is not None and plan.into != plan.case_id and not ended:
        # Handed on all the same: should the other be gone, it goes its own way from there.
        draft.add(Merged(into=plan.into, reason=plan.into_reason))
    elif plan.recheck is not None and plan.holder is None:
        give_notice(draft, plan.recheck)


def triage(draft: Draft, act: Triage) -> None:
    plan = draft.command.lookup.plan
    if plan is None:
        detail = draft.command.lookup.problem or f"no such category: {act.category}"
        raise Refused(Refusal.UNKNOWN_CATEGORY, detail)
    if act.grid is not None and plan.grid != act.grid:
        detail = draft.command.lookup.problem or f"no such grid: {act.grid}"
        raise Refused(Refusal.UNKNOWN_GRID, detail)
    if act.part_number is not None and plan.complaint.part_number != act.part_number:
        detail = draft.command.lookup.problem or f"no such part number: {act.part_number}"
        raise Refused(Refusal.UNKNOWN_PART_NUMBER, detail)
    keeps_its_class(draft, act, plan)
    overlooks_no_check(draft, act, plan)
    if draft.case.plan.follows(2):
        not_renamed(draft, act, plan)
        _may_raise(draft, act, plan)
        _may_lower(draft, act, plan)
        may_calm(draft, plan)
        if plan.category == draft.case.plan.category:
            may_lengthen(draft, plan, act.reason)
    else:
        _tier_may_lower(draft, plan)
    lapse(
        draft,
        *OVERTAKEN_BY[LapseCause.TRIAGED],
        note="a person triaged it before somebody looked again",
    )
    hurry = draft.case.plan.hurry
    keeps: Literal[True] | None = True if keeps_time(draft, act, plan) else None
    why, old = act.reason or None, draft.case.plan
    held = draft.case.tier if keeps and old.follows(3) and old.category is not None else None
    told = Triaged(
        tier=plan.tier, plan=plan, reason=why, keeps=keeps, shown=old.shown, held_to=held
    )
    draft.add(told)
    if plan.holder is not None or plan.open_lead is not None:
        _hand_on(draft, plan.holder, hurry)


def _may_raise(draft: Draft, act: Triage, plan: CasePlan) -> None:
    """Raises Refused for a tier above that of the rules: it would give the unit more time.

    To raise a case afterwards leaves its deadline where the rules have set it.
    """
    by_rules, case = plan.standard_tier, draft.case
    if act.tier is None or by_rules is None or plan.tier.depth <= by_rules.depth:
        return
    decided = case.stage is not Stage.RECEIVED and case.plan.category is not None
    if decided and plan.tier.depth <= case.tier.depth:
        return
    if draft.command.actor.role in OFFICE and not wordless(draft, act.reason):
        return
    detail = (
        f"by the rules {act.category} is {by_rules}; leave out tier, and raise_tier then: so the "
        "unit gets no more time. The leading group's office may name a tier, with a reason"
    )
    raise Refused(Refusal.WRONG_TIER, detail)


def _may_lower(draft: Draft, act: Triage, plan: CasePlan) -> None:
    """Raises Refused where the triage lowers what it may not, or lowers it without a reason.

    The tier is lowered by the leading group's office alone. "Lower" is below what the rules say of
    the category, or below what the case has already.
    """
    case = draft.case
    if act.tier is not None:
        within_our_power(case, act.tier)
    tiers = (tier_before(case, act.category), plan.standard_tier)
    above = next((tier for tier in tiers if tier and tier.depth > plan.tier.depth), None)
    if above is not None:
        by_the_office(draft, above, plan.tier)
        lowered_late(draft, above, plan.tier)
    may_fall_to(case, plan.tier, plan, plan.standard_tier or plan.tier)
    parts_go_on(case, plan.tier, plan, LapseCause.TRIAGED)
    lowered = _lowered(case, plan, above)
    if lowered is not None and wordless(draft, act.reason):
        detail = "this lowers the case from {} to {}; say why with `reason`".format(*lowered)
        raise Refused(Refusal.REASON_NEEDED, detail)


def _lowered(
    case: Case, plan: CasePlan, above: Tier | None
) -> tuple[Tier, Tier] | tuple[Urgency, Urgency] | None:
    """Return what a triage lowers, from and to: the tier, else the urgency; None if neither.

    `above`: the tier that the case would have without the triage, if that is higher.
    """
    if above is not None:
        return above, plan.tier
    decided = case.plan.category is not None
    if decided and case.tier.depth > plan.tier.depth:
        return case.tier, plan.tier  # its source guessed it
    degrees = (case.plan.urgency if decided else None, plan.standard_urgency)
    sooner = [each for each in degrees if each is not None and each.rank < plan.urgency.rank]
    return (sooner[0], plan.urgency) if sooner else None


def _tier_may_lower(draft: Draft, plan: CasePlan) -> None:
    """The rule of cases from before revision 2."""
    case, actor = draft.case, draft.command.actor
    # Without a category no tier was decided: the case was refused at once and reopened.
    decided = case.stage is not Stage.RECEIVED and case.plan.category is not None
    lower = decided and plan.tier.depth < case.tier.depth
    if lower and actor.role is not Role.SUPERVISOR:
        detail = f"only a supervisor may lower the tier from {case.tier} to {plan.tier}"
        raise Refused(Refusal.TIER_LOWERED, detail)


def settle(draft: Draft, act: Settle) -> None:
    """Close at the desk what no unit has had: a question, or what a pre-check did not find.

    A superior's order is reported up with the answer, and the superior writes it off.
    """
    if draft.case.plan.follows(2):
        at_the_desk(draft, act)
    finish(draft, Closed(note=act.result, evidence=act.evidence))


def _hand_on(draft: Draft, unit: str | None, hurry: str | None) -> None:
    """To its unit, if one is known, unless it was settled before it came; it may rest, once.

    `hurry`: the word in its text for which a person looks soon.
    """
    case = draft.case
    standing = case.plan.complaint.standing
    why = not_settled(case, strangers(draft), hurry) if case.plan.follows(2) else ""
    if standing.result is not None and not why:
        open_follow_on(draft, standing.close)
        how = f", {standing.close}" if standing.close else ""
        end(draft, Closed(note=f"settled on the spot by the source{how}: {standing.result}"))
        return
    if unit is not None:
        hand_to(draft, unit, reason=why if standing.result is not None else "")
    elif standing.result is not None:
        draft.add(Commented(text=why))
    until = standing.suspended_until
    if until is not None and until > draft.now and not draft.case.suspensions:
        suspend_on_arrival(draft, until, standing.reason)


def give_notice(draft: Draft, within: timedelta) -> None:
    """Where the policy has no such part, a person triages at once."""
    if barred(draft, PartKind.RECHECK) is None:
        until = draft.now + within
        open_part(draft, PartKind.RECHECK, Ring(), starts=PartState.SERVED, until=until)


def recheck(draft: Draft, act: Recheck) -> None:
    """Clear: put right by itself (自行整改), and closed. Still there: a person triages it."""
    part = find(draft, act.part, PartKind.RECHECK)
    if not act.clear:
        if part.state is PartState.SERVED:
            detail = f"the time of {part.id} to put it right is not over; triage it, or look later"
            raise Refused(Refusal.WRONG_STEP, detail)
        move(draft, part, PartState.FAILED, act)
        return
    by_person = draft.command.actor.role is not Role.REPORTER
    if part.state is PartState.SERVED and by_person and draft.case.plan.follows(2):
        detail = f"the time of {part.id} to put it right is not over; look when it is"
        raise Refused(Refusal.WRONG_STEP, detail)
    needs(draft, act.evidence, 1, "that it is clear needs at least one picture", of_now=True)
    move(draft, part, PartState.DONE, act)
    finish(draft, Closed(note=f"put right by itself: {act.note}", evidence=act.evidence))


DECISIONS: Decisions = {
    Open: open_case,
    Triage: triage,
    ChooseStandard: choose_standard,
    Settle: settle,
    Refuse: refuse,
    Recheck: recheck,
}
