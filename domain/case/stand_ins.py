"""Whether two acts are one person's: a stand-in counts as who set the absence by which they act."""

from domain.case.commands import Actor
from domain.case.draft import Draft, Refused
from domain.case.refusals import Refusal


def by_another(draft: Draft, *earlier: str | None, detail: str) -> None:
    """Raises Refused, with `detail`, for a person who acted `earlier`, and, from rules 3 on, where
    the actor and one of these are no two people.
    """
    if draft.command.actor.id in earlier:
        raise Refused(Refusal.SAME_PERSON, detail)
    no_stand_in_of_one(draft, *earlier)


def no_stand_in_of_one(draft: Draft, *earlier: str | None) -> None:
    """Raises Refused, from rules 3 on, where the actor and one of the people who acted `earlier`
    are no two people: one of them set the absence by which the other acts, or one person both.
    """
    if setter := _set_for_one(draft, *earlier):
        detail = f"a stand-in counts as who set the absence, here {setter}, and that is one person"
        raise Refused(Refusal.SAME_PERSON, f"{detail} for both acts; another person does this one")


def is_one_of(draft: Draft, *earlier: str | None) -> bool:
    """Return whether the actor acted `earlier`, or, from rules 3 on, counts as one who did."""
    return draft.command.actor.id in earlier or _set_for_one(draft, *earlier) is not None


def same_place(draft: Draft, *earlier: str | None) -> str:
    """Return who of these the actor is, or stands in for; empty for another person."""
    actor = draft.command.actor
    same = {each for each in earlier if each} & {actor.id, actor.for_person}
    return ", ".join(sorted(each for each in same if each))


def place_of(actor: Actor) -> tuple[str, ...]:
    """Return the person who acted, and the one in whose place."""
    return tuple(each for each in (actor.id, actor.for_person) if each)


def are_two(draft: Draft, *people: str) -> bool:
    """Return whether not all of these people, who acted in the case, count as one person."""
    ours, actor = {*draft.case.stood_in}, draft.command.actor
    if actor.set_by is not None:
        ours.add((actor.id, actor.set_by))
    if not draft.case.plan.follows(3):
        ours = set()
    groups = [{each} for each in {*people}]
    for pair in ours:
        meet = [group for group in groups if group & {*pair}]
        groups = [group for group in groups if group not in meet]
        groups.append({*pair}.union(*meet))
    return sum(bool(group & {*people}) for group in groups) > 1


def _set_for_one(draft: Draft, *earlier: str | None) -> str | None:
    """Return who set an absence by which one of two acts is the other's; None for two people."""
    case, actor = draft.case, draft.command.actor
    if not case.plan.follows(3):
        return None
    known = {each for each in earlier if each is not None}
    setters = {setter for person, setter in case.stood_in if person in known}
    ours = {actor.set_by} - {None}
    found = (setters & {actor.id, actor.for_person, *ours}) | (ours & known)
    return min((each for each in found if each is not None), default=None)
