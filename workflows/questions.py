"""What must be looked up before a command can be decided; most need nothing."""

from datetime import datetime

from domain.case import Case
from domain.commands import Act, Dispatch, Ring, Triage
from domain.rosters import HOLDER, PARENT
from schemas.case import Question


def question(case: Case | None, act: Act, now: datetime) -> Question | None:
    if case is None:
        return None
    tenant = case.plan.complaint.tenant
    match act:
        case Ring():
            return Question(tenant=tenant, at=now, units=_units_to_tell(case))
        case Dispatch():
            return Question(tenant=tenant, at=now, units_wanted=True)
        case Triage():
            return Question(tenant=tenant, at=now, triage=act, plan=case.plan)
        case _:
            return None


def _units_to_tell(case: Case) -> tuple[str, ...]:
    """Every unit that a rung of this case may name, and whoever may hold it when one fires."""
    named = {
        recipient.unit
        for ladder in case.plan.ladders
        for rung in ladder.rungs
        for recipient in rung.tell
    }
    plan = case.plan
    holders = {case.holder or plan.platform, plan.holder or plan.office, plan.office}
    return tuple(sorted((named - {HOLDER, PARENT}) | holders))
