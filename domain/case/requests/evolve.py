"""The holder has more time, or a closed case goes back to the platform."""

from dataclasses import replace
from datetime import datetime

from domain.case.clocks import change, to_platform, unstopped
from domain.case.events import Event
from domain.case.kept_results import disproved
from domain.case.requests.facts import Extended, Reopened
from domain.case.state import Case, Moves, Steps, into
from domain.sla.case_clocks import BY_PLATFORM, CITIZEN, HOLDER
from domain.sla.clocks import Cause, Extension, Pause
from domain.vocabulary import Stage


def extended(case: Case, fact: Extended, event: Event) -> Case:
    """More time for the holder is more time until the citizen hears; a superior's cap stays."""
    extension = Extension(fact.amount, event.at, fact.reason)
    for id_ in (HOLDER,) if fact.promise_stays else (HOLDER, CITIZEN):
        case = change(
            case, id_, lambda clock: replace(clock, extensions=(*clock.extensions, extension))
        )
    return case


def reopened(case: Case, fact: Reopened, event: Event) -> Case:
    ended, at = case.closed_at or event.at, event.at
    if fact.goes_on:
        return _not_refused(case, ended, at, None if fact.taken_back else Cause.CLOSED)
    case = disproved(replace(case, closed_at=None, resolved_by=None, signatures=()))
    case = replace(case, returned_by=None, reopened_at=at)
    # It is handled from the beginning.
    case = replace(case, timed=None, earlier_clocks=(), earlier_steps=())
    # The promise neither restarts nor counts the time in which nothing was owed.
    case = change(
        case,
        CITIZEN,
        lambda clock: replace(
            clock, stopped_at=None, pauses=(*clock.pauses, Pause(ended, Cause.CLOSED, at))
        ),
    )
    return to_platform(case, at)


def _not_refused(case: Case, ended: datetime, at: datetime, waited: Cause | None) -> Case:
    """Let the clocks that a wrong refusal has stopped go on: the promise, and the time of a unit
    that had returned the case. The platform did not have the turn while another read the refusal
    (`waited`); it had, if it takes back what no one has read.
    """
    ours = {clock.id for clock in case.clocks if clock.stopped_at == ended}
    case = replace(case, closed_at=None)
    for id_ in ours & {CITIZEN, HOLDER}:
        case = unstopped(case, id_, at)
    for id_ in reversed(BY_PLATFORM):
        if id_ in ours:
            return unstopped(case, id_, at, waited)
    return to_platform(case, at)


MOVES: Moves = {
    Reopened: into(Stage.TRIAGED),
}

STEPS: Steps = {
    Extended: extended,
    Reopened: reopened,
}
