"""Take back a request that no one has answered yet."""

from domain.case.deciders import answered_by
from domain.case.draft import Decisions, Draft, Refused
from domain.case.part import Part
from domain.case.part_types import kinds
from domain.case.parts.decide import find, move
from domain.case.parts.facts import PartState
from domain.case.permissions import acts_for
from domain.case.refusals import Refusal
from domain.case.refusing import take_on
from domain.case.retractions.acts import Retract
from domain.vocabulary import CREW

_RETRACTABLE = kinds(lambda row: row.retractable)


def retract(draft: Draft, act: Retract) -> None:
    """The clocks that waited go on as if it had not been asked (domain/case/parts/evolve.py)."""
    part = find(draft, act.part, *_RETRACTABLE)
    _may_retract(draft, part)
    move(draft, part, PartState.LAPSED, act)
    if part.type.refuses:  # what was refused at once, and no one has looked at
        take_on(draft, act.reason, taken_back=True)


def _may_retract(draft: Draft, part: Part) -> None:
    """Raises Refused unless the actor asked for it, or is an officer of the unit that did."""
    actor = draft.command.actor
    crew = actor.role in CREW and part.by.role in CREW
    if actor.id == part.by.id or (crew and acts_for(draft.command, part.by.unit)):
        return
    asked = f"a person of {part.by.unit}" if part.by.role in CREW else f"a {part.by.role}"
    detail = f"{part.id} was asked for by {asked}, who alone takes it back; it is answered by "
    raise Refused(Refusal.NOT_YOUR_PART, detail + answered_by(draft.case, part))


DECISIONS: Decisions = {
    Retract: retract,
}
