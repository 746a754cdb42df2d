"""What a case waits for before it has a result: its open work, and the meeting of its units."""

from domain.case.approval import who_waives
from domain.case.draft import Refused
from domain.case.part import Part
from domain.case.part_types import kinds
from domain.case.participants import whose_turn
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.vocabulary import Role

_MUST_END = kinds(lambda row: row.must_end)
_MEETINGS = kinds(lambda row: row.decides)


def unended(case: Case) -> list[Part]:
    """Return the open parts that must end before the case has a result, in their order."""
    must_end = [part for part in case.open_parts(*_MUST_END) if not part.optional]
    if case.plan.follows(3):
        must_end = [part for part in must_end if part.by.role is not Role.DISPATCHER]
    return must_end


def all_ended(case: Case) -> None:
    """Raises Refused while work is open that must end before the case does. From rules 3 on, what a
    dispatcher asks of other units holds up no result.
    """
    must_end = unended(case)
    if unfinished := [part.id for part in must_end]:
        names, waive = ", ".join(unfinished), "have a supervisor waive them"
        if case.plan.follows(3):
            names = ", ".join(f"{part.id} ({whose_turn(case, part)})" for part in must_end)
            work = [part for part in must_end if not part.type.request]
            which = ", ".join(part.id for part in work) if work != must_end else "them"
            waive = f"{who_waives(case, *work)} waives {which}" if work else ""
        detail = f"still open: {names}; end or answer them" + (waive and f", or {waive}")
        raise Refused(Refusal.PARTS_OPEN, detail)


def not_met(case: Case) -> bool:
    """Return whether the policy wants a conference of the members before the result, and none was
    held or waived.
    """
    others = [unit for unit in case.members if unit != case.holder]
    rules = [case.plan.part(case.tier, kind) for kind in _MEETINGS]
    may_meet = any(rule is not None and rule.limit for rule in rules)
    return bool(case.plan.met_first and others and may_meet) and not _has_met(case)


def _has_met(case: Case) -> bool:
    ends = {PartState.DONE, PartState.WAIVED}
    own = any(part.type.decides and part.state in ends for part in case.parts)
    return own or any(meeting.stands for meeting in case.meetings or ())
