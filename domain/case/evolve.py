"""A case is the fold of its events."""

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from domain.case.campaigns import evolve as campaigns
from domain.case.citizen import evolve as citizen
from domain.case.closing import evolve as closing
from domain.case.dispatch import evolve as dispatch
from domain.case.escalation import evolve as escalation
from domain.case.events import CommandRefused, Event
from domain.case.folders import evolve as folders
from domain.case.handling import evolve as handling
from domain.case.look_backs import evolve as look_backs
from domain.case.merging import evolve as merging
from domain.case.orders import evolve as orders
from domain.case.parts import evolve as parts
from domain.case.registration import evolve as registration
from domain.case.registration.facts import Received
from domain.case.repinning import evolve as repinning
from domain.case.requests import evolve as requests
from domain.case.resources import evolve as resources
from domain.case.special_meetings import evolve as special_meetings
from domain.case.state import REMEMBERED, Answered, Case, Moves, PositionChange, Steps
from domain.case.supervision import evolve as supervision
from domain.case.suspension import evolve as suspension
from domain.case.task_links import evolve as task_links
from domain.case.tiers import evolve as tiers
from domain.vocabulary import Stage

_OF_THE_ENGINE = frozenset({"open", "ring"})
"""Commands whose answer is not remembered, by kind: a caller could claim the engine's role."""


MOVES: Moves = {
    **closing.MOVES,
    **dispatch.MOVES,
    **handling.MOVES,
    **merging.MOVES,
    **registration.MOVES,
    **requests.MOVES,
    **supervision.MOVES,
    **tiers.MOVES,
}
"""How each fact changes where the case is, from the topics."""

STEPS: Steps = {
    **campaigns.STEPS,
    **citizen.STEPS,
    **closing.STEPS,
    **dispatch.STEPS,
    **escalation.STEPS,
    **folders.STEPS,
    **handling.STEPS,
    **look_backs.STEPS,
    **special_meetings.STEPS,
    **merging.STEPS,
    **orders.STEPS,
    **parts.STEPS,
    **registration.STEPS,
    **repinning.STEPS,
    **requests.STEPS,
    **resources.STEPS,
    **supervision.STEPS,
    **suspension.STEPS,
    **task_links.STEPS,
    **tiers.STEPS,
}
"""How each fact changes the rest of the case, from the topics; the case is moved already.

Received begins the case. A fact that is not here changes nothing but the number of rows: a comment,
a rating, a refused command, what became of a notice.
"""


def evolve(case: Case | None, event: Event) -> Case:
    """Return the case after one more event. Raises ValueError when the event cannot follow."""
    fact = event.fact
    if case is None:
        if not isinstance(fact, Received):
            raise ValueError(f"a case begins with received, not with {fact.kind}")
        case = registration.begin(fact.plan, event.at)
    elif event.seq != case.seq + 1:
        raise ValueError(
            f"{case.case_id}: after row {case.seq} comes {case.seq + 1}, not {event.seq}"
        )
    kind = type(fact)
    move = MOVES.get(kind)
    change = move(case, fact) if move else PositionChange()
    # One copy for all that every fact changes: copying a case is most of what an event costs.
    stage = change.get("stage", case.stage)
    case = replace(case, seq=event.seq, answered=_remember(case, event, stage), **change)
    if event.actor.set_by is not None and not isinstance(fact, CommandRefused):
        stood_in = {*case.stood_in, (event.actor.id, event.actor.set_by)}
        case = replace(case, stood_in=tuple(sorted(stood_in)))
    step = STEPS.get(kind)
    return step(case, fact, event) if step else case


def fold(events: Iterable[Event], start: Case | None = None) -> Case:
    """Return the case after the events: from the beginning, or from `start`.

    Raises ValueError when there are no events and no start.
    """
    case = reduce(evolve, events, start)
    if case is None:
        raise ValueError("no events: there is no such case")
    return case


def _remember(case: Case, event: Event, stage: Stage) -> tuple[Answered, ...]:
    if event.command in _OF_THE_ENGINE:
        return case.answered
    fact = event.fact
    refused = fact if isinstance(fact, CommandRefused) else None
    answer = Answered(
        event.command_id,
        event.command,
        event.seq,
        stage,
        refused.refusal if refused else None,
        refused.detail if refused else "",
    )
    earlier = case.answered
    if earlier and earlier[-1].command_id == event.command_id:
        earlier = earlier[:-1]
    return (*earlier[-REMEMBERED + 1 :], answer)
