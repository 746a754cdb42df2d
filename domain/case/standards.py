"""Under which standard of its category a case is filed, and when that may become a longer limit."""

from domain.case.draft import Draft, Refused
from domain.case.refusals import Refusal
from domain.case.registration.acts import ChooseStandard
from domain.case.registration.facts import StandardChosen
from domain.case.validation import is_late, wordless
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import HOLDER
from domain.sla.comparison import in_measure


def choose_standard(draft: Draft, act: ChooseStandard) -> None:
    """File a case that a unit has under another standard; its clocks go over to the new limits."""
    plan = draft.command.lookup.plan
    if plan is None or plan.standard is None or plan.standard.id != act.standard:
        detail = draft.command.lookup.problem or f"no such standard: {act.standard}"
        raise Refused(Refusal.UNKNOWN_CATEGORY, detail)
    if _is_longer(draft, plan) and is_late(draft):
        detail = "the deadline has passed: no longer limit is chosen now; ask for an exemption"
        raise Refused(Refusal.TOO_LATE, detail)
    may_lengthen(draft, plan, act.reason)
    draft.add(StandardChosen(standard=act.standard, plan=plan, reason=act.reason or None))


def may_lengthen(draft: Draft, plan: CasePlan, reason: str | None) -> None:
    """Raises Refused where a limit that was chosen becomes longer without a reason.

    What holds only until a person chooses is no choice, so any standard may take its place.
    """
    chosen = draft.case.plan.complaint.standard is not None
    if chosen and wordless(draft, reason) and _is_longer(draft, plan):
        before = draft.case.plan.standard
        was = before.id if before else draft.case.plan.complaint.standard
        detail = f"the limit becomes longer than that of {was}; say why with `reason`"
        raise Refused(Refusal.REASON_NEEDED, detail)


def _is_longer(draft: Draft, plan: CasePlan) -> bool:
    """Return whether the holder would have more time under the plan, in the tier of the case."""
    case = draft.case
    before, after = case.plan.spec(case.tier, HOLDER), plan.spec(case.tier, HOLDER)
    if before is None or after is None:
        return False
    return in_measure(after.budget, after.measure, before.measure) > before.budget
