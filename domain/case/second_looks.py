"""Which rows ask for a second look from a person who opened a form before they were written."""

from domain.case.escalation.facts import RungReached
from domain.case.events import CommandRefused, Event
from domain.case.notices.facts import Notified, Undelivered
from domain.case.resources.facts import ReservationConfirmed
from domain.case.task_links.facts import LinkTried
from domain.sla.ladders import Action, Late

_CHANGES_NOTHING = (CommandRefused, Notified, Undelivered, LinkTried, ReservationConfirmed)
"""Facts that leave the case as it was: a refusal, the delivery of a notice, a wrong link, or that
nothing stands in the way of what was reserved."""
_REMINDS = frozenset({Action.WARN, Action.URGE})
_PRESSES = frozenset({"urge", "issue_letter", "circulate", "summon"})
"""Acts that press a unit: it matters to them that the engine has just reminded it."""


def asks_second_look(event: Event, kind: str, person: str) -> bool:
    """Return whether this row matters to a person who fills in the form of the act `kind`.

    What they did themselves they know. A new kind of fact matters until this says otherwise.
    """
    fact = event.fact
    if event.actor.id == person or isinstance(fact, _CHANGES_NOTHING):
        return False
    if isinstance(fact, RungReached):
        if fact.outcome is not Late.FIRE:
            return False  # it gave way, or was only written down
        return fact.action not in _REMINDS or kind in _PRESSES
    return True
