"""The beginning: open, triage, settle at the desk, refuse, withdraw."""

from domain.case.acts.plain import Open, Settle, Triage, Withdraw
from domain.case.acts.requests import Refuse
from domain.case.decisions.draft import Draft, Refused
from domain.case.decisions.ending import archive, conclude, end, finish
from domain.case.decisions.handoffs import hand_to
from domain.case.decisions.parts import barred, lapse, open_part
from domain.case.decisions.rechecks import give_notice
from domain.case.decisions.requests import LONGEST_SUSPENSION
from domain.case.events import Closed, Received, Suspended, Triaged, Withdrawn
from domain.case.facts.ending import NotAccepted
from domain.case.facts.merging import Linked, Merged
from domain.case.refusals import Refusal
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
    case, actor = draft.case, draft.command.actor
    # Without a category nobody has decided the tier: refused at once, and taken on after all.
    decided = case.stage is not Stage.RECEIVED and case.plan.category is not None
    lower = decided and plan.tier.depth < case.tier.depth
    if lower and actor.role is not Role.SUPERVISOR:
        detail = f"only a supervisor may lower the tier from {case.tier} to {plan.tier}"
        raise Refused(Refusal.TIER_LOWERED, detail)
    lapse(draft, PartKind.RECHECK, note="a person triaged it before somebody looked again")
    draft.add(Triaged(tier=plan.tier, plan=plan))
    if plan.holder is not None:
        _hand_on(draft, plan.holder)


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


def settle(draft: Draft, act: Settle) -> None:
    """Answered at the desk, or put right before anybody was sent: no unit is needed."""
    finish(draft, Closed(note=act.result, evidence=act.evidence))


def refuse(draft: Draft, act: Refuse) -> None:
    """Outside the mandate; where the policy says so, somebody reviews that it is."""
    superior = draft.case.plan.complaint.superior
    if superior is not None:
        detail = f"{superior.issuer} issued it and has to agree; report it up with settle"
        raise Refused(Refusal.OUTSIDE_OUR_POWER, detail)
    conclude(draft, NotAccepted(because=act.because, advice=act.advice))
    if barred(draft, PartKind.REFUSAL) is None:
        open_part(draft, PartKind.REFUSAL, act)
    archive(draft)


def withdraw(draft: Draft, act: Withdraw) -> None:
    conclude(draft, Withdrawn(reason=act.reason))
