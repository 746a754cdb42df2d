"""The end: resolved, verified, called back, closed, archived; or back to work."""

from dataclasses import replace
from datetime import datetime

from domain.case.clocks import (
    change,
    change_all,
    end,
    of_turn,
    start,
    stop,
    taken_up,
    to_platform,
    unstopped,
    watch_order,
)
from domain.case.closing.facts import (
    Archived,
    CalledBack,
    Closed,
    Countersigned,
    FollowOnOpened,
    Resolved,
    Reworked,
    SentBack,
    Verified,
    Withdrawn,
)
from domain.case.events import Event
from domain.case.kept_results import disproved, said_himself
from domain.case.state import REMEMBERED, Case, Moves, Outline, PositionChange, Steps, into
from domain.privacy.sealed import cut
from domain.sla.case_clocks import (
    ACCEPT,
    BY_PLATFORM,
    CALLBACK,
    CITIZEN,
    HOLDER,
    HOLDER_STEPS,
    MEETING,
    PLAN,
    REPORT,
    SAFE,
    SIGN,
    STEPS_ON_DISPATCH,
    SUPERIOR,
    VERIFY,
)
from domain.sla.clocks import Cause, Extension
from domain.vocabulary import Callback, Stage

RESULT_LENGTH = 500
"""Enough for those who follow the case; all of it is in the journal."""

STEPS_UNTIL_RESULT = tuple(step for step in HOLDER_STEPS if step != SIGN)
"""Only a signature stops the sign clock: a case that followed another unsigned, and that its
superior sends back, may be resolved while that clock runs.
"""


def resolved(case: Case, fact: Resolved, event: Event) -> Case:
    before = (file.sha256 for file in fact.before or ())
    case = replace(
        case,
        resolved_by=event.actor.id,
        resolved_for=_and_holder(case),
        resolved_from=event.actor.own_unit,
        signatures=(),
        result=cut(fact.result, RESULT_LENGTH),
        shown=tuple(file.sha256 for file in fact.evidence),
        own_word=None,
        close=fact.close,
        progressed=(*case.progressed, *case.shown, *before)[-REMEMBERED:],
    )
    case = stop(case, *STEPS_UNTIL_RESULT, MEETING, PLAN, at=event.at)
    # The holder does not pay for the time others take to look.
    cause = Cause.DONE if fact.cap_waits else Cause.VERIFYING
    for id_ in of_turn(case):
        case = change(case, id_, lambda clock: clock.paused(cause, event.at))
    return start(case, VERIFY, event.at)


def _and_holder(case: Case) -> tuple[str, ...]:
    units = (*case.resolved_for, case.holder)
    return tuple(dict.fromkeys(unit for unit in units if unit is not None))


def countersigned(case: Case, fact: Countersigned, event: Event) -> Case:
    by = event.actor.id if fact.by_group else None
    return replace(case, signatures=(*case.signatures, event.actor.id), signed_for_group=by)


def verified(case: Case, fact: Verified, event: Event) -> Case:
    case = replace(
        case, signatures=(*case.signatures, event.actor.id), calls=0, tried=(), tried_by=()
    )
    case = replace(case, unasked_by=None)
    case = stop(case, VERIFY, at=event.at)
    return start(case, CALLBACK, event.at) if case.plan.callback else case


def follow_on_opened(case: Case, fact: FollowOnOpened, event: Event) -> Case:
    return replace(case, follow_on=(fact.follow_on, fact.category))


def reworked(case: Case, fact: Reworked, event: Event) -> Case:
    case = replace(case, reworks=case.reworks + 1, resolved_by=None, signatures=())
    case = disproved(case)
    case = stop(case, VERIFY, CALLBACK, at=event.at)
    if fact.dissatisfied:
        # The same unit, from the beginning: it signs for the case and is heard of once more.
        case = replace(case, rehandled=True, signed_at=None)
        for id_ in (*STEPS_ON_DISPATCH, HOLDER):
            case = start(case, id_, event.at)
        return case
    counts = fact.counts is True
    case = _still_a_danger(case, event.at, counts=counts)
    return start(taken_up(case, event.at, counts=counts), REPORT, event.at)


def _still_a_danger(case: Case, at: datetime, *, counts: bool) -> Case:
    """Let the time to make it safe go on, from rules 3 on, where the result that does not hold has
    stopped it: no unit has said that the danger is over.
    """
    safe, looked = case.clock(SAFE), case.clock(VERIFY)
    if safe is None or looked is None or not case.plan.follows(3):
        return case
    if safe.stopped_at != looked.started_at:
        return case
    return unstopped(case, SAFE, at, None if counts else Cause.VERIFYING)


def called_back(case: Case, fact: CalledBack, event: Event) -> Case:
    if fact.callback is Callback.UNSATISFIED:
        # The citizen was reached, so no call is due, whatever follows.
        case = stop(case, CALLBACK, at=event.at)
        by = event.actor.id if case.plan.follows(3) else None
        case = replace(case, dissatisfied=case.dissatisfied + 1, dissatisfied_by=by)
        return disproved(case)
    if fact.callback is Callback.NO_REPLY_WANTED:
        return replace(case, unasked_by=event.actor.id)
    if fact.more is not None:
        extension = Extension(fact.more, event.at, "the first call did not reach the citizen")
        case = change(
            case,
            CALLBACK,
            lambda clock: replace(clock, extensions=(*clock.extensions, extension)),
        )
    case = _in_vain(case, event)
    return replace(case, calls=case.calls + 1, tried=(*case.tried, event.at))


def _in_vain(case: Case, event: Event) -> Case:
    """Keep who recorded that the citizen was not reached."""
    known = {*case.tried_by, event.actor.id}
    return replace(case, tried_by=tuple(sorted(known)))


def sent_back(case: Case, fact: SentBack, event: Event) -> Case:
    case = replace(case, resolved_by=None, signatures=())
    # It was reported on while it went the way of another case: now it goes its own way.
    case = change_all(case, lambda clock: clock.resumed(Cause.MERGED, event.at))
    case = change(case, CITIZEN, lambda clock: clock.resumed(Cause.REPORTED, event.at))
    case = stop(case, SUPERIOR, at=event.at)
    case = watch_order(taken_up(case, event.at), event.at)
    if case.holder is not None:
        return start(case, REPORT, event.at)
    # Settled at the desk, or refused: the platform has to find a holder.
    if fact.goes_on:
        clock = next((each for each in reversed(BY_PLATFORM) if case.clock(each)), ACCEPT)
        return unstopped(case, clock, event.at, Cause.REPORTED)
    return to_platform(case, event.at)


def closed(case: Case, fact: Closed, event: Event) -> Case:
    files = tuple(file.sha256 for file in fact.evidence)
    case = replace(case, progressed=(*case.progressed, *files)[-REMEMBERED:])
    case = replace(case, closed_by=event.actor.id, looked_back_at=None)
    if fact.callback is Callback.NOT_REACHED:
        case = _in_vain(case, event)
    return end(said_himself(case, fact.callback, event), event.at)


def withdrawn(case: Case, fact: Withdrawn, event: Event) -> Case:
    case = end(replace(case, withdrawn_by=event.actor), event.at)
    return replace(case, clocks=tuple(clock.stopped(event.at) for clock in case.clocks))


def where_reworked(at: Case | Outline, fact: Reworked) -> PositionChange:
    return PositionChange(stage=Stage.DISPATCHED if fact.dissatisfied else Stage.IN_PROGRESS)


def where_sent_back(at: Case | Outline, fact: SentBack) -> PositionChange:
    return PositionChange(stage=Stage.TRIAGED if at.holder is None else Stage.IN_PROGRESS)


MOVES: Moves = {
    Resolved: into(Stage.RESOLVED),
    Verified: into(Stage.VERIFIED),
    Reworked: where_reworked,
    SentBack: where_sent_back,
    Closed: into(Stage.CLOSED),
    Withdrawn: into(Stage.WITHDRAWN),
    Archived: into(Stage.ARCHIVED),
}

STEPS: Steps = {
    Resolved: resolved,
    Countersigned: countersigned,
    Verified: verified,
    FollowOnOpened: follow_on_opened,
    Reworked: reworked,
    CalledBack: called_back,
    SentBack: sent_back,
    Closed: closed,
    Withdrawn: withdrawn,
}
