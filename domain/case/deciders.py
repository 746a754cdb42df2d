"""Who answers a request: one decider, or a first and then a second one where the policy says so."""

from domain.case.approval import may_answer, who_answers
from domain.case.draft import Draft, Refused
from domain.case.impartiality import did_not_ask, not_their_own
from domain.case.part import Part
from domain.case.parts.facts import PartState
from domain.case.refusals import Refusal
from domain.case.stand_ins import by_another
from domain.case.state import Case
from domain.vocabulary import Role, decides_below


def decider_of(case: Case, part: Part) -> Role:
    """Return the role that answers the request now; a higher one may as well."""
    rule = case.plan.part(case.tier, part.kind)
    second = rule.second if rule and part.state is PartState.AGREED else None
    return second or (rule.decider if rule and rule.decider else Role.SUPERVISOR)


def answered_by(case: Case, part: Part) -> str:
    """Return who may answer the request now, for a refusal to name."""
    return who_answers(case, part, decider_of(case, part))


def goes_to_second(case: Case, part: Part) -> bool:
    """Return whether a request that is granted now still needs the second of two deciders."""
    rule = case.plan.part(case.tier, part.kind)
    return rule is not None and rule.second is not None and part.state is PartState.OPEN


def is_decider(draft: Draft, part: Part) -> None:
    """Raises Refused unless the actor is the policy's decider or above, did not ask, and has not
    given the first of two answers; in tier supervise, by the post in the leading group.
    """
    actor, decider = draft.command.actor, decider_of(draft.case, part)
    if decides_below(actor.role, decider):
        raise Refused(Refusal.WRONG_ROLE, f"{part.id} is for a {decider} to answer")
    did_not_ask(draft, part, answered_by(draft.case, part))
    not_their_own(draft)
    detail = f"{actor.id} has answered {part.id} first; another person decides second"
    by_another(draft, part.agreed_by, detail=detail)
    may_answer(draft, part, decider)
