"""From tier to tier: up by anybody concerned or by a clock, down only by the office."""

from domain.case.dispatch.decide import hand_to
from domain.case.draft import Decisions, Draft, Refused
from domain.case.impartiality import may_reappoint, not_their_own
from domain.case.part_questions import LapseCause
from domain.case.part_types import OVERTAKEN_BY
from domain.case.parts.decide import lapse
from domain.case.parts.facts import PartState
from domain.case.permissions import PERMISSIONS, belongs_to
from domain.case.powers import kind_of, leader
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.case.steps_of_law import never_direct
from domain.case.tiers.acts import RaiseTier
from domain.case.tiers.facts import TierLowered, TierRaised
from domain.case.validation import uncontested
from domain.planning.assignment import in_the_vacuum
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import HOLDER, HOLDER_STEPS
from domain.vocabulary import CREW, OFFICE, Stage, Tier

_ORDERS = frozenset({"raise_tier", "answer"})
"""The commands by which the office says that, and why, a case changes its tier."""
_OWN_TIME = frozenset({*HOLDER_STEPS, HOLDER})
"""The clocks of what a unit does with a case that it has got."""


def raise_tier(draft: Draft, act: RaiseTier) -> None:
    """Raise the tier. The unit that handles a direct case may do so; in higher tiers it asks.

    Not while a return or a ruling waits for its answer: that decides who has the case.
    """
    case, role = draft.case, draft.command.actor.role
    if act.to.depth <= case.tier.depth:
        detail = f"the case is in tier {case.tier}; {act.to} is not above it"
        raise Refused(Refusal.TIER_NOT_HIGHER, detail)
    if role in CREW and case.tier is not Tier.DIRECT:
        detail = f"in {case.tier} the holder asks for another tier with ask_tier"
        raise Refused(Refusal.WRONG_TIER, detail)
    if case.tier is not Tier.DIRECT:  # in that, its holder may as well
        not_their_own(draft)
    if case.plan.follows(2):
        uncontested(draft)
    if case.plan.follows(3):
        _is_sorted(case)
        _keeps_what_was_ruled(draft, act.to)
        _in_good_time(draft, act.to)
    raise_to(draft, act.to, act.reason)


def _is_sorted(case: Case) -> None:
    """Raises Refused for what has no category: its limits are a guess, as in dispatch."""
    if case.plan.category is None:
        detail = "the case has no category, so no limit and no evidence are its own; triage it"
        raise Refused(Refusal.WRONG_STEP, detail)


def _keeps_what_was_ruled(draft: Draft, to: Tier) -> None:
    """Raises Refused for a unit that would get rid of the case in a tier in which it does not lead:
    it was designated, or another person has refused its return.
    """
    case, command = draft.case, draft.command
    if not belongs_to(command, case.holder) or _holder_in(draft, to, None) == case.holder:
        return
    denied = [
        part.id
        for part in case.parts
        if part.type.contests
        and part.state is PartState.REFUSED
        and belongs_to(command, part.by.unit)
    ]
    if not case.designated and not denied:
        return
    why = "was designated" if case.designated else f"keeps the case: {denied[-1]} was refused"
    detail = f"{case.holder} {why}; in {to} another unit would have it; ask_tier, and a second"
    raise Refused(Refusal.DESIGNATED, f"{detail} person decides")


def _in_good_time(draft: Draft, to: Tier) -> None:
    """Raises Refused for a unit that would pass the case on by raising it, once a warning of its
    own time has come (amber): it would leave just before its miss.

    No act gives time to who asks for it late. It asks by ask_tier instead, and its time runs on.
    """
    case = draft.case
    if not belongs_to(draft.command, case.holder) or _holder_in(draft, to, None) == case.holder:
        return
    own = [each for each in case.clocks if each.id in _OWN_TIME]
    warned = [each.id for each in own if each.fired or each.missed]
    if warned:
        detail = f"{case.holder} has been warned of its deadline ({', '.join(warned)}); in {to}"
        do = "another unit would have the case; ask_tier, and a second person decides"
        raise Refused(Refusal.TOO_LATE, f"{detail} {do}")


def raise_to(
    draft: Draft, to: Tier, reason: str, unit: str | None = None, *, again: bool = False
) -> None:
    """The tier, and at once a holder in it: `unit`, else the one it has, the lead, or the office.

    Only a unit whose kind may lead in the tier. Not the lead that has just returned it: the office
    decides. `again`: the case is handled again there (重办).
    """
    case, plan = draft.case, draft.case.plan
    had = unit or case.holder or _lead(case) or plan.office
    unit = _holder_in(draft, to, unit) if plan.follows(2) else had
    passed = f"; {had} is of kind {kind_of(draft, had)}, which does not lead in it"
    why = f"raised to {to}{passed if unit != had else ''}"
    designated = case.designated and unit == case.holder
    # First, while the rules of the old tier still hold for these parts.
    lapse(draft, *OVERTAKEN_BY[LapseCause.TIER_CHANGED], note=f"raised to {to}")
    new_time, in_rest = _gives_time(draft), _by_its_unit(draft)
    draft.add(TierRaised(to=to, reason=reason, held_to=_held_to(draft, to, unit)))
    hand_to(
        draft,
        unit,
        designated=designated,
        reason=why,
        new_time=new_time,
        in_rest=in_rest,
        again=again,
    )


def _lead(case: Case) -> str | None:
    """Return the lead by the rules, unless that unit has just returned the case."""
    return case.plan.holder if case.plan.holder != case.returned_by else None


def _holder_in(draft: Draft, to: Tier, unit: str | None) -> str:
    """Return which unit a raised case goes to: `unit`, its holder or its lead, if it may lead."""
    return leader(draft, to, unit, draft.case.holder, _lead(draft.case))


def _gives_time(draft: Draft) -> bool:
    """Return whether the same holder gets the time of the new tier.

    Silence and raising buy no time: a clock, the holder itself, the platform or a failed look leave
    the deadline where it is. The leading group's office may move it, with a reason, but no person
    of the holder's own unit, not even as deputy of another; and a citizen who is not satisfied has
    the case handled again.
    """
    command, act = draft.command, draft.command.act.kind
    ordered = act in _ORDERS and command.actor.role in OFFICE
    return act == "close" or (ordered and not belongs_to(command, draft.case.holder))


def _held_to(draft: Draft, to: Tier, unit: str) -> Tier | None:
    """Return, from rules 3 on, the tier whose limits hold for the unit that gets a raised case: the
    one it had; the new one, where the office gives more time.
    """
    case, command = draft.case, draft.command
    if not case.plan.follows(3):
        return None
    by_itself = command.act.kind in {"ring", "verify"} and unit != case.holder
    if command.act.kind not in _ORDERS and not by_itself:
        return None
    if _gives_time(draft):
        return to if case.strictest else None
    return None if case.plan.category is None else case.tier


def _by_its_unit(draft: Draft) -> bool:
    """Return whether, from rules 3 on, a person of the unit that has the case raises it: the next
    unit has what is left of its time, so none sheds a case, or lengthens its limit, by two words.
    """
    case, command = draft.case, draft.command
    own = command.act.kind in _ORDERS and belongs_to(command, case.holder)
    return own and case.plan.follows(3)


def lower_to(draft: Draft, to: Tier, reason: str) -> None:
    """Lower the tier under a new plan, because the pinned one begins at its own tier.

    The leading group's office does, whatever decider the policy names.
    """
    case = draft.case
    if case.plan.follows(2):
        within_our_power(case, to)
        by_the_office(draft, case.tier, to)
        by_rules = case.plan.standard_tier or case.plan.tier
        may_fall_to(case, to, draft.command.lookup.plan or case.plan, by_rules)
    parts_go_on(case, to, draft.command.lookup.plan or case.plan, LapseCause.TIER_CHANGED)
    unit = case.holder or case.plan.holder or case.plan.office
    plan = draft.command.lookup.plan
    if (plan or case.plan).spec(to, HOLDER) is None:
        problem = draft.command.lookup.problem or f"the plan of the case has no limits for {to}"
        raise Refused(Refusal.UNKNOWN_POLICY, problem)
    lapse(draft, *OVERTAKEN_BY[LapseCause.TIER_CHANGED], note=f"lowered to {to}")
    draft.add(TierLowered(to=to, reason=reason, plan=plan))
    if draft.case.plan.follows(2):
        unit = leader(draft, to, unit, draft.case.plan.holder)
    if unit != case.holder:
        may_reappoint(draft)
    designated = case.designated and unit == case.holder
    new_time = not case.plan.follows(2) or _gives_time(draft)
    hand_to(draft, unit, designated=designated, reason=f"lowered to {to}", new_time=new_time)


def tier_before(case: Case, category: str) -> Tier | None:
    """Return the tier below which a triage as `category` would lower the case; None if there is
    none yet.

    Without a category none was decided, unless a person raised it. What a source says when it
    arrives is a guess that a person may correct; from rules 3 on not what is supervised because of
    it, unless that is because no unit owns such a matter.
    """
    by_person = case.tier is not case.plan.tier
    guessed = case.stage is Stage.RECEIVED and case.plan.category != category
    if case.plan.follows(3) and case.tier is Tier.SUPERVISE and not in_the_vacuum(case.plan):
        guessed = False
    decided = by_person or (case.plan.category is not None and not guessed)
    return case.tier if decided else None


def by_the_office(draft: Draft, before: Tier, to: Tier) -> None:
    """Raises Refused unless the leading group or its office acts: they alone lower a tier."""
    if draft.command.actor.role not in OFFICE:
        detail = f"only the leading group's office lowers the tier from {before} to {to}"
        raise Refused(Refusal.TIER_LOWERED, detail)


def lowered_late(draft: Draft, before: Tier, to: Tier) -> None:
    """Raises Refused, from rules 3 on, for a triage that would lower the tier of a case that a unit
    has had and that is late: its unit asks for that, and another one answers, as everywhere.
    """
    case = draft.case
    late = case.misses or any(clock.is_running and clock.missed for clock in case.clocks)
    if case.plan.follows(3) and case.had and late:
        detail = f"the case is late, so no triage lowers it from {before} to {to}; leave it in"
        raise Refused(Refusal.TIER_LOWERED, f"{detail} {before}, and let its unit ask_tier to={to}")


def within_our_power(case: Case, to: Tier) -> None:
    """Raises Refused for a tier below supervise, if a superior supervises the case."""
    superior = case.plan.complaint.superior
    if superior is not None and superior.supervised and to is not Tier.SUPERVISE:
        detail = f"{superior.issuer} supervises it, so its tier is {Tier.SUPERVISE}, not {to}"
        raise Refused(Refusal.OUTSIDE_OUR_POWER, detail)


def as_ordered(case: Case, to: Tier) -> None:
    """Raises Refused for a tier that would undo what a citizen's dissatisfaction has ordered.

    Not satisfied once, the case is handled again (重办); twice, the leading group has it.
    """
    if case.rehandled:
        least = case.tier
    elif case.dissatisfied:
        least = Tier.SUPERVISE if case.dissatisfied > 1 else Tier.ASSIGN
    else:
        return
    if to.depth < min(least.depth, case.tier.depth):
        detail = f"the citizen was not satisfied, so it is handled again in {least} or above"
        raise Refused(Refusal.TIER_LOWERED, f"{detail}, not in {to}; resolve it in {case.tier}")


def may_fall_to(case: Case, to: Tier, plan: CasePlan, by_rules: Tier) -> None:
    """Raises Refused for a tier that is lower than was ordered, and below supervise for what no
    unit owns. `plan` is the one that the case would have, `by_rules` the tier that rules give it.
    """
    as_ordered(case, to)
    never_direct(plan, to)
    if by_rules is Tier.SUPERVISE and to is not by_rules and in_the_vacuum(plan):
        detail = f"no unit owns {plan.category}, so it stays in {by_rules}; triage it as a matter "
        raise Refused(Refusal.TIER_LOWERED, f"{detail}that one owns, or list a lead and repin it")


def parts_go_on(case: Case, to: Tier, plan: CasePlan, cause: LapseCause) -> None:
    """Raises Refused, from rules 3 on, for a lower tier that has no rule for what is open: its
    clock would end, and it would be open for ever. `cause`: what ends it with this change.
    """
    if not case.plan.follows(3) or to.depth >= case.tier.depth:
        return
    ruled = {rule.kind for rule in plan.parts if to in rule.tiers} | OVERTAKEN_BY[cause]
    if left := [part.id for part in case.open_parts() if part.kind not in ruled]:
        detail = f"still open: {', '.join(left)}, for which {to} has no limit; end or answer them"
        raise Refused(Refusal.PARTS_OPEN, f"{detail}, or waive them, before the tier is lowered")


def tier_above(case: Case) -> Tier | None:
    """Return the next tier; None at the top, and in a stage where no case is raised."""
    tiers = tuple(Tier)
    if case.tier is tiers[-1] or case.stage not in PERMISSIONS["raise_tier"].stages:
        return None
    return tiers[case.tier.depth + 1]


def supervise(draft: Draft, reason: str) -> bool:
    """Raise the case to the leading group; return False, with nothing done, if that fails."""
    if tier_above(draft.case) is None:
        return False
    raise_to(draft, Tier.SUPERVISE, reason)
    return True


DECISIONS: Decisions = {
    RaiseTier: raise_tier,
}
