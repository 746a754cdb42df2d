"""Whether two acts are one person's: a stand-in counts as who set the absence by which they act."""

from domain.case.draft import Draft, Refused
from domain.case.refusals import Refusal


def no_stand_in_of_one(draft: Draft, *earlier: str | None) -> None:
    """Raises Refused, from rules 3 on, where the actor and one of the people who acted `earlier`
    are no two people: one of them set the absence by which the other acts, or one person both.
    """
    if setter := set_for_one(draft, *earlier):
        detail = f"a stand-in counts as who set the absence, here {setter}, and that is one person"
        raise Refused(Refusal.SAME_PERSON, f"{detail} for both acts; another person does this one")


def set_for_one(draft: Draft, *earlier: str | None) -> str | None:
    """Return who set an absence by which one of two acts is the other's; None for two people."""
    case, actor = draft.case, draft.command.actor
    if not case.plan.follows(3):
        return None
    known = {each for each in earlier if each is not None}
    setters = {setter for person, setter in case.stood_in if person in known}
    ours = {actor.set_by} - {None}
    found = (setters & {actor.id, *ours}) | (ours & known)
    return min((each for each in found if each is not None), default=None)
