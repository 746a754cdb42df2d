"""The work of the holder begins and goes on."""

from dataclasses import replace

from domain.case.clocks import start, stop
from domain.case.events import Event
from domain.case.first_responses import called_in_vain, has_responded
from domain.case.handling.facts import Progressed, SeenBefore, Signed
from domain.case.state import REMEMBERED, Case, Moves, Steps, into
from domain.case.work_clocks import dated, next_step
from domain.sla.case_clocks import FIRST, REPORT, SAFE, SIGN
from domain.vocabulary import Stage


def signed(case: Case, fact: Signed, event: Event) -> Case:
    first = case.signed_first or event.at
    case = replace(case, signed_at=event.at, signed_first=first, signed_once=True)
    return stop(case, SIGN, at=event.at)


def progressed(case: Case, fact: Progressed, event: Event) -> Case:
    files = (*case.progressed, *(file.sha256 for file in fact.evidence))
    case = replace(case, progressed=files[-REMEMBERED:])
    case = called_in_vain(case, fact, event.at)
    ended = ((FIRST,) if has_responded(case, fact) else ()) + ((SAFE,) if fact.safe else ())
    case = stop(case, *ended, at=event.at)
    if fact.step is not None:
        shown = dict.fromkeys((*case.steps_shown, *(file.sha256 for file in fact.evidence)))
        done = (*case.steps_done, fact.step)
        case = next_step(replace(case, steps_done=done, steps_shown=(*shown,)), event.at)
    if fact.done_by is not None:
        case = dated(case, fact.done_by)
    reporting = case.clock(REPORT)
    # The next report is due as long after this one as this one was after the one before.
    return start(case, REPORT, event.at) if reporting and reporting.is_running else case


def seen_before(case: Case, fact: SeenBefore, event: Event) -> Case:
    pairs = ((use.sha256, use.case) for use in fact.files)
    return replace(case, seen=(*case.seen, *pairs)[-REMEMBERED:])


MOVES: Moves = {
    Signed: into(Stage.SIGNED),
    Progressed: into(Stage.IN_PROGRESS),
}

STEPS: Steps = {
    Signed: signed,
    Progressed: progressed,
    SeenBefore: seen_before,
}
