"""Open, triage, settle at the desk, refuse; and look again at what a camera saw."""

from datetime import timedelta

from domain.case.closing.decide import archive, conclude, end, finish
from domain.case.closing.facts import Closed
from domain.case.dispatch.decide import hand_to
from domain.case.draft import Decisions, Draft, Refused
from domain.case.escalation.acts import Ring
from domain.case.evidence import needs
from domain.case.merging.facts import Linked, Merged
from domain.case.part_questions import LapseCause
from domain.case.part_types import OVERTAKEN_BY
from domain.case.parts.decide import barred, find, lapse, move, open_part
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.registration.acts import Open, Recheck, Refuse, Settle, Triage
from domain.case.registration.facts import NotAccepted, Received, Triaged
from domain.case.suspension.decide import LONGEST_SUSPENSION
from domain.case.suspension.facts import Suspended
from domain.case.tiers.decide import by_the_office, tier_before, within_our_power
from domain.planning.plans import CasePlan
from domain.policy.part_rules import PartKind
from domain.vocabulary import ENDED_STAGES, Role, Stage


def open_case(draft: Draft, act: Open) -> None:
    """Received; and as far along as the rules (or the source) have already brought it."""
    plan = act.plan
    draft.add(Received(plan=plan))
    for other in plan.similar:
        draft.add(Linked(to=other.case, score=other.score, reason=other.reason))
    if plan.holder is not None:
        draft.add(Triaged(tier=plan.tier))
        _hand_on(draft, plan.holder)
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
    if draft.case.plan.follows(2):
        _may_lower(draft, act, plan)
    else:
        _tier_may_lower(draft, plan)
    lapse(
        draft,
        *OVERTAKEN_BY[LapseCause.TRIAGED],
        note="a person triaged it before somebody looked again",
    )
    draft.add(Triaged(tier=plan.tier, plan=plan, reason=act.reason or None))
    if plan.holder is not None:
        _hand_on(draft, plan.holder)


def _may_lower(draft: Draft, act: Triage, plan: CasePlan) -> None:
    """Raises Refused where the triage lowers what it may not, or lowers it without a reason.

    The tier is lowered by the leading group's office alone. "Lower" is below what the rules say of
    the category, or below what the case has already.
    """
    case = draft.case
    if act.tier is not None:
        within_our_power(case, act.tier)
    tiers = (tier_before(case, act.category), plan.standard_tier)
    above = [tier for tier in tiers if tier is not None and tier.depth > plan.tier.depth]
    if above:
        by_the_office(draft, above[0], plan.tier)
    known = case.plan.urgency if case.plan.category is not None else None
    degrees = [each for each in (known, plan.standard_urgency) if each is not None]
    sooner = [each for each in degrees if each.rank < plan.urgency.rank]
    if (above or sooner) and not act.reason:
        was, now = (above[0], plan.tier) if above else (sooner[0], plan.urgency)
        detail = f"this lowers the case from {was} to {now}; say why with `reason`"
        raise Refused(Refusal.REASON_NEEDED, detail)


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
    """Answered at the desk, or put right before anybody was sent: no unit is needed."""
    finish(draft, Closed(note=act.result, evidence=act.evidence))


def refuse(draft: Draft, act: Refuse) -> None:
    """Refuse a matter outside the mandate; the policy may want that reviewed."""
    superior = draft.case.plan.complaint.superior
    if superior is not None:
        detail = f"{superior.issuer} issued it and has to agree; report it up with settle"
        raise Refused(Refusal.OUTSIDE_OUR_POWER, detail)
    conclude(draft, NotAccepted(because=act.because, advice=act.advice))
    if barred(draft, PartKind.REFUSAL) is None:
        open_part(draft, PartKind.REFUSAL, act)
    archive(draft)


def _hand_on(draft: Draft, unit: str) -> None:
    """To its unit, unless it was settled before it arrived; it may rest there, once."""
    standing = draft.case.plan.complaint.standing
    if standing.result is not None:
        end(draft, Closed(note=f"settled on the spot by the source: {standing.result}"))
        return
    hand_to(draft, unit)
    until = standing.suspended_until
    if until is not None and until > draft.now and not draft.case.suspensions:
        latest = draft.now + LONGEST_SUSPENSION
        draft.add(Suspended(reason=standing.reason, until=min(until, latest)))


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
    needs(draft, act.evidence, 1, "that it is clear needs at least one picture")
    move(draft, part, PartState.DONE, act)
    finish(draft, Closed(note=f"put right by itself: {act.note}", evidence=act.evidence))


DECISIONS: Decisions = {
    Open: open_case,
    Triage: triage,
    Settle: settle,
    Refuse: refuse,
    Recheck: recheck,
}
