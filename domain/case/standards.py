"""Under which standard of its category a case is filed, and when that may become a longer limit."""

from domain.case.draft import Draft, Refused
from domain.case.permissions import belongs_to
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
    _of_another_unit(draft)
    if _is_longer(draft, plan) and is_late(draft):
        detail = "the deadline has passed: no longer limit is chosen now; ask for an exemption"
        raise Refused(Refusal.TOO_LATE, detail)
    may_lengthen(draft, plan, act.reason)
    draft.add(StandardChosen(standard=act.standard, plan=plan, reason=act.reason or None))


def _of_another_unit(draft: Draft) -> None:
    """Raises Refused, from rules 3 on, for a person of a unit that has the case or helps it, also
    as a deputy: a standard says how long the unit has, and what it has to show.
    """
    case = draft.case
    units = tuple(unit for unit in dict.fromkeys((case.holder, *case.members)) if unit)
    if case.plan.follows(3) and belongs_to(draft.command, *units):
        detail = f"{', '.join(units)} handles it; a person of it chooses no standard, also not as a"
        do = "a dispatcher or supervisor of another unit does"
        raise Refused(Refusal.SAME_PERSON, f"{detail} deputy; {do}")


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
