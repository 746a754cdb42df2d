"""The holder has more time, or a closed case goes back to the platform."""

from dataclasses import replace

from domain.case.clocks import change, start
from domain.case.closing.evolve import disproved
from domain.case.events import Event
from domain.case.requests.facts import Extended, Reopened
from domain.case.state import Case, Moves, Steps, into
from domain.sla.case_clocks import ACCEPT, CITIZEN, HOLDER
from domain.sla.clocks import Cause, Extension, Pause
from domain.vocabulary import Stage


def extended(case: Case, fact: Extended, event: Event) -> Case:
    """More time for the holder is more time until the citizen hears; a superior's cap stays."""
    extension = Extension(fact.amount, event.at, fact.reason)
    for id_ in (HOLDER, CITIZEN):
        case = change(
            case, id_, lambda clock: replace(clock, extensions=(*clock.extensions, extension))
        )
    return case


def reopened(case: Case, fact: Reopened, event: Event) -> Case:
    ended, at = case.closed_at or event.at, event.at
    case = disproved(replace(case, closed_at=None, resolved_by=None, signatures=()))
    case = replace(case, returned_by=None)
    case = replace(case, timed=None, earlier_clocks=())  # it is handled from the beginning
    # The promise neither restarts nor counts the time in which nothing was owed.
    case = change(
        case,
        CITIZEN,
        lambda clock: replace(
            clock, stopped_at=None, pauses=(*clock.pauses, Pause(ended, Cause.CLOSED, at))
        ),
    )
    return start(case, ACCEPT, at)


MOVES: Moves = {
    Reopened: into(Stage.TRIAGED),
}

STEPS: Steps = {
    Extended: extended,
    Reopened: reopened,
}
