"""What the leading group may say when it appoints a lead: another one, or a lower level."""

from domain.case.draft import Draft, Refused
from domain.case.powers import leads
from domain.case.refusals import Refusal
from domain.case.supervision.acts import Appoint
from domain.case.validation import is_late, wordless
from domain.people.unit_successors import current_successor


def passed_over(draft: Draft, act: Appoint) -> str | None:
    """Return the lead that the responsibility list names, if another one is appointed.

    Raises Refused without a reason. A lead that may not lead in the tier cannot be appointed, and
    a unit that was appointed before is not appointed in its place again.
    """
    case, listed = draft.case, draft.case.plan.lead
    if listed is None or (case.supervision is not None and act.lead == case.holder):
        return None
    roster = draft.command.lookup.roster
    living = current_successor(roster.successors, listed) if roster else listed
    if act.lead in {listed, living, case.plan.holder} or not leads(draft, living, case.tier):
        return None
    if wordless(draft, act.reason):
        detail = f"the responsibility list names {living}; say with reason why {act.lead} leads"
        raise Refused(Refusal.REASON_NEEDED, detail)
    return living


def lowers_level(draft: Draft, act: Appoint) -> bool:
    """Return whether the level falls. Raises Refused where it must not, and without a reason."""
    case, level, before = draft.case, act.level, draft.case.supervision
    superior = case.plan.complaint.superior
    if superior and superior.level and level and level.rank < superior.level.rank:
        detail = f"{superior.issuer} is of level {superior.level}, so {level} is too low"
        raise Refused(Refusal.OUTSIDE_OUR_POWER, f"{detail}; leave out level")
    if before is None or level is None or level.rank >= before.rank:
        return False
    if superior is not None and superior.supervised:
        detail = f"{superior.issuer} supervises it, so the level stays at {before}"
        raise Refused(Refusal.OUTSIDE_OUR_POWER, detail)
    if is_late(draft):
        detail = f"a deadline is over, so the level stays at {before}; leave out level"
        raise Refused(Refusal.TOO_LATE, detail)
    if wordless(draft, act.reason):
        detail = f"this lowers the level from {before} to {level}; say why with reason"
        raise Refused(Refusal.REASON_NEEDED, detail)
    return True
