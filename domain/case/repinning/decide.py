"""Put a case under another version of its policy."""

from domain.case.dispatch.decide import hand_to
from domain.case.draft import Decisions, Draft, Refused
from domain.case.impartiality import not_their_own
from domain.case.own_misses import has_no_miss_here
from domain.case.part_questions import LapseCause
from domain.case.part_types import OVERTAKEN_BY
from domain.case.parts.decide import lapse
from domain.case.powers import kind_of, leader, leads
from domain.case.refusals import Refusal
from domain.case.repinning.acts import Repin
from domain.case.repinning.facts import Repinned
from domain.vocabulary import HELD_STAGES


def repin(draft: Draft, act: Repin) -> None:
    """Running clocks go over to the new limits; starts, pauses and what has fired stay."""
    plan = draft.command.lookup.plan
    if plan is None:
        detail = draft.command.lookup.problem or f"no policy {act.policy}"
        raise Refused(Refusal.UNKNOWN_POLICY, detail)
    not_their_own(draft)
    has_no_miss_here(draft)
    draft.add(Repinned(policy=draft.case.plan.policy, plan=plan, reason=act.reason))
    _hand_over(draft)


def _hand_over(draft: Draft) -> None:
    """To the unit whose power it is, if the holder may not lead in this tier by the new plan."""
    case = draft.case
    if case.stage not in HELD_STAGES or case.holder is None or case.suspended_until is not None:
        return
    if not leads(draft, case.holder, case.tier):
        why = f"{case.holder} is of kind {kind_of(draft, case.holder)}, which does not lead"
        lapse(draft, *OVERTAKEN_BY[LapseCause.HOLDER_GONE], note=why)
        unit = leader(draft, case.tier, case.plan.holder)
        hand_to(draft, unit, reason=f"{why} in {case.tier} by the new policy")


DECISIONS: Decisions = {
    Repin: repin,
}
