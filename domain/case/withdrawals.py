"""Who takes a case back alone, and when a second person has to agree (撤诉)."""

from domain.case.draft import Draft, Refused
from domain.case.part_types import WITHDRAWING, kinds
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.case.steps_of_law import wants_steps
from domain.case.validation import is_contested, is_late
from domain.vocabulary import BY_CITIZENS, Role, Tier

_BEFORE_WITHDRAWAL = kinds(lambda row: row.before_withdrawal)


def ends_at_once(draft: Draft) -> bool:
    """Return whether the actor alone withdraws the case, as while all is in time.

    A late case ends so only if a second person agrees. So does one that the town withdraws for its
    citizen, unless no unit has signed it yet; and in any case in supervise, where no citizen
    reported it, where it is contested, and, from rules 3 on, where the citizen can be called, where
    it is critical or its text has a word of hurry, whatever category it was given, and where the
    one who withdraws it is no seat of the hotline, to which citizens speak. So does one whose unit
    still has steps of the law to take, also if its citizen withdraws it. What a source withdraws
    for its citizen ends at once, but from rules 3 on not what a unit has signed, what may be a
    danger, nor what is supervised: a second person decides on that; a superior takes its own order
    back at once. Raises Refused for what its superior alone takes back, and while the law or the
    office has begun what it would end.
    """
    case, role = draft.case, draft.command.actor.role
    superior = case.plan.complaint.superior
    if superior is not None and role is not Role.REPORTER:
        detail = f"{superior.issuer} issued it, and takes it back itself; report it up instead"
        raise Refused(Refusal.OUTSIDE_OUR_POWER, detail)
    if role is Role.REPORTER and case.plan.follows(3) and case.plan.sent_for_issuer:
        who = superior.issuer if superior else "a superior"
        detail = f"it came from {who}, and this source does not act as one in sources.yaml; "
        raise Refused(Refusal.OUTSIDE_OUR_POWER, f"{detail}the superior's own system takes it back")
    nothing_pending(case)
    by_two = case.tier is Tier.SUPERVISE or case.signed_once or is_contested(case)
    not_heard = role not in {Role.REPORTER, Role.HOTLINE} and _is_provided(case)
    heard_or_grave = case.plan.callback or case.plan.alarming is not None
    by_two = by_two or (case.plan.follows(3) and (heard_or_grave or not_heard))
    if wants_steps(case):
        return False
    no_citizen = case.plan.complaint.channel not in BY_CITIZENS
    alone = _by_source_alone(case) if role is Role.REPORTER else not (by_two or no_citizen)
    return alone and not is_late(draft)


def _by_source_alone(case: Case) -> bool:
    """Return whether the word of its source ends the case. Work that a unit has begun, a danger,
    and what is supervised, ends by a second person, where the policy has one who decides on that.
    """
    if not case.plan.follows(3) or case.plan.complaint.superior is not None:
        return True
    grave = case.plan.alarming is not None or case.tier is Tier.SUPERVISE
    return not (case.signed_once or grave) or not _is_provided(case)


def _is_provided(case: Case) -> bool:
    """Return whether the policy has one who decides on a wish to withdraw."""
    rules = [case.plan.part(case.tier, kind) for kind in WITHDRAWING]
    return any(rule is not None and rule.limit for rule in rules)


def nothing_pending(case: Case) -> None:
    """Raises Refused while the law or the office has begun what a withdrawal would end."""
    if pending := case.open_parts(*_BEFORE_WITHDRAWAL):
        names = ", ".join(part.id for part in pending)
        detail = f"still open: {names}; a case is not withdrawn before they have ended"
        raise Refused(Refusal.PARTS_OPEN, detail)
