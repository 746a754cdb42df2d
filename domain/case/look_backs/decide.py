"""Look back at a closed case, once for each end, by a person who did not handle it."""

from domain.case.draft import Decisions, Draft, Refused
from domain.case.evidence import needs
from domain.case.look_backs.acts import LookBack
from domain.case.look_backs.facts import LookedBack
from domain.case.permissions import belongs_to
from domain.case.refusals import Refusal
from domain.case.requests.acts import AskReopening
from domain.case.requests.decide import ask_reopening, may_reopen
from domain.case.stand_ins import no_stand_in_of_one, same_place
from domain.case.town_time import town_time

_LACKING = "a look-back needs a picture of its own, of how it is now"


def look_back(draft: Draft, act: LookBack) -> None:
    """Record what was seen; what does not hold is asked to be reopened, where that is possible.

    The request is decided as every other one. Where it is too late, or the limit is reached, the
    row stays, and says that the result did not hold.
    """
    case = draft.case
    if case.looked_back_at is not None:
        at = town_time(case, case.looked_back_at)
        raise Refused(Refusal.WRONG_STEP, f"it was looked back at on {at}; once for each end")
    _did_not_handle_it(draft)
    if case.plan.evidence:
        needs(draft, act.evidence, 1, _LACKING, of_now=True)
    draft.add(LookedBack(held=act.held, note=act.note, evidence=act.evidence))
    if not act.held and may_reopen(draft):
        ask_reopening(draft, AskReopening(reason=act.note))


def _did_not_handle_it(draft: Draft) -> None:
    """Raises Refused for who resolved, verified or answered it, and for the units that did it."""
    case = draft.case
    answered = case.closed_by if case.resolved_by is None else None
    did = (case.resolved_by, answered, *case.signatures)
    if same := same_place(draft, *did):
        detail = f"{same} handled or verified it; another person looks back"
        raise Refused(Refusal.SAME_PERSON, detail)
    no_stand_in_of_one(draft, *did)
    stood_in = case.resolved_from if case.plan.follows(3) else None
    units = dict.fromkeys((*case.resolved_for, stood_in, case.holder, *case.members))
    if belongs_to(draft.command, *units):
        named = ", ".join(filter(None, units))
        detail = f"{named} handled it; a person of another unit looks back"
        raise Refused(Refusal.SAME_PERSON, detail)


DECISIONS: Decisions = {
    LookBack: look_back,
}
