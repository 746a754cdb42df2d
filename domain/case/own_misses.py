"""Whose missed deadlines a person may not take out of the figures: those of the own unit."""

from domain.case.draft import Draft, Refused
from domain.case.participants import late
from domain.case.permissions import belongs_to
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.vocabulary import Role


def has_no_miss_here(draft: Draft) -> None:
    """Raises Refused, from rules 3 on, where a later deadline would overtake a miss of the actor's
    own unit. A leader in person is the last who can decide; that miss then stays.
    """
    case, actor = draft.case, draft.command.actor
    if not case.plan.follows(3) or (actor.role is Role.LEADER and actor.for_person is None):
        return
    missed = [each.id for each in case.clocks if each.is_running and each.missed]
    if own := [each for each in missed if is_own_miss(draft, case, each)]:
        unit = actor.own_unit or actor.unit
        detail = f"{unit} is late with {', '.join(own)}; a person of it does not"
        raise Refused(Refusal.SAME_PERSON, f"{detail} {draft.command.act.kind} it; a leader does")


def is_own_miss(draft: Draft, case: Case, clock: str) -> bool:
    """Return whether a clock that was missed in `case` is a miss of the actor's unit."""
    return belongs_to(draft.command, *(late(case, clock, draft.now) or ()))
