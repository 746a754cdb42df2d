"""What is said of a case in which nothing more can happen, and what its citizen can still do."""

from domain.case.commands import Actor
from domain.case.parts.facts import PartState
from domain.case.state import Case
from domain.case.town_time import town_time
from domain.vocabulary import Role, Stage

_DO = "nothing more can happen in it; what still matters is filed as a new complaint"


def final_words(case: Case) -> str:
    """Return how a case has ended that takes no command any more, with units and roles alone: a
    receipt goes to other systems.
    """
    when = f" on {town_time(case, case.closed_at)}" if case.closed_at is not None else ""
    if case.stage is Stage.WITHDRAWN:
        return f"the case was withdrawn{when}{_by(case)}; {_DO}"
    ended = f" after it ended{when}" if when else ""
    return f"the case is {case.stage}{ended}; {_DO}"


def _by(case: Case) -> str:
    last = case.withdrawn_by
    if last is None:
        return ""
    asked = [
        part.by for part in case.parts if part.type.withdraws and part.state is PartState.GRANTED
    ]
    if not asked:
        return f" by {_named(last)}"
    return f", as {_named(asked[-1])} asked; {_named(last)} agreed"


def _named(actor: Actor) -> str:
    if actor.role is Role.REPORTER:
        return f"{actor.id} for the reporter"
    return f"a {actor.role} of {actor.unit}" if actor.unit else f"a {actor.role}"
