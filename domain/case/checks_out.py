"""A check on the spot that is still out: one at a time of a unit, and no triage overlooks it."""

from domain.case.draft import Draft, Refused
from domain.case.joint_work.acts import SendCheck
from domain.case.part_types import kinds
from domain.case.parts.decide import open_part
from domain.case.powers import demand
from domain.case.refusals import Refusal
from domain.case.registration.acts import Triage
from domain.case.state import Case
from domain.case.validation import wordless, working
from domain.planning.plans import CasePlan
from domain.policy.powers import Power

[_CHECK] = kinds(lambda row: row.pauses_until_due)


def send_check(draft: Draft, act: SendCheck) -> None:
    """Send a unit to look. Raises Refused, from rules 3 on, for an outside party: what it does not
    find would take a danger, or its own doing, off the desk.
    """
    working(draft, Power.TASK, act.unit)
    if draft.case.plan.follows(3):
        demand(draft, Power.ASSIST, act.unit)
    out = [part.id for part in draft.case.open_parts(_CHECK) if act.unit in part.units]
    if out and draft.case.plan.follows(3):
        detail = f"{act.unit} is sent to look already: {out[0]}; wait for what it reports"
        raise Refused(Refusal.ALREADY_ASKED, detail)
    open_part(draft, _CHECK, act, units=(act.unit,))


def checks_out(case: Case) -> str:
    """Return the checks that no unit has answered yet; empty where there is none."""
    return ", ".join(part.id for part in case.open_parts(_CHECK))


def overlooks_no_check(draft: Draft, act: Triage, plan: CasePlan) -> None:
    """Raises Refused, from rules 3 on, for a triage without a reason while a unit is still sent to
    look, unless it makes the case more urgent.
    """
    case = draft.case
    out = checks_out(case)
    sooner = plan.urgency.rank < case.plan.urgency.rank
    if out and case.plan.follows(3) and not sooner and wordless(draft, act.reason):
        detail = f"{out} still out: wait for what is reported, or say with `reason` why "
        raise Refused(Refusal.REASON_NEEDED, f"{detail}it is triaged before")
