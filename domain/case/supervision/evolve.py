"""A lead and its members are appointed; a case waits for its superior."""

from dataclasses import replace
from datetime import datetime

from domain.case.clocks import change, start, stop
from domain.case.events import Event
from domain.case.kept_results import said_himself
from domain.case.state import Case, Moves, Outline, PositionChange, Steps
from domain.case.supervision.facts import Appointed, Circulated, ReportedUp
from domain.people.rosters import PARENT
from domain.sla.case_clocks import (
    APPOINT,
    BY_PLATFORM,
    CALLBACK,
    CITIZEN,
    HOLDER,
    MEETING,
    ORDER,
    SUPERIOR,
    VERIFY,
)
from domain.sla.clocks import Cause
from domain.vocabulary import Stage


def appointed(case: Case, fact: Appointed, event: Event) -> Case:
    designated = case.designated or fact.lead == case.holder
    helped = case.helped
    if case.plan.follows(3):  # a running case keeps the parties of its rules
        gone = (unit for unit in case.members if unit not in fact.members)
        helped = tuple(dict.fromkeys((*helped, *gone)))
    case = replace(case, members=fact.members, supervision=fact.level, designated=designated)
    case = replace(case, helped=helped, appointed_by=event.actor.role)
    case = stop(case, APPOINT, at=event.at)
    # Appointed once more, the units have met already, or are to meet when they were. A lead without
    # members has no one to meet.
    meet = fact.members and case.clock(MEETING) is None
    return start(case, MEETING, event.at) if meet else case


def circulated(case: Case, fact: Circulated, event: Event) -> Case:
    return replace(case, level=max(case.level, fact.level or 0))


def reported_up(case: Case, fact: ReportedUp, event: Event) -> Case:
    if not fact.awaits:
        return replace(case, reported_above=True) if fact.to == PARENT else case
    case = said_himself(replace(case, merged_into=None), fact.callback, event)
    case = stop(case, *BY_PLATFORM, VERIFY, CALLBACK, ORDER, at=event.at)
    if not fact.their_turn:
        return case
    case = change(case, HOLDER, lambda clock: clock.paused(Cause.DONE, event.at))
    case = change(case, CITIZEN, lambda clock: clock.paused(Cause.REPORTED, event.at))
    case = start(case, SUPERIOR, event.at)
    # The superior's own date presses the superior; once it is past, only the policy's time does.
    return change(case, SUPERIOR, lambda clock: replace(clock, cap=_ahead(clock.cap, event.at)))


def _ahead(moment: datetime | None, at: datetime) -> datetime | None:
    return moment if moment is not None and moment > at else None


def where_reported(at: Case | Outline, fact: ReportedUp) -> PositionChange:
    return PositionChange(stage=Stage.REPORTED, rests_at=None) if fact.awaits else PositionChange()


MOVES: Moves = {
    ReportedUp: where_reported,
}

STEPS: Steps = {
    Appointed: appointed,
    Circulated: circulated,
    ReportedUp: reported_up,
}
