"""A lead and its members are appointed; a case waits for its superior."""

from dataclasses import replace

from domain.case.clocks import stop
from domain.case.events import Event
from domain.case.state import Case, Moves, Outline, PositionChange, Steps
from domain.case.supervision.facts import Appointed, ReportedUp
from domain.sla.case_clocks import ACCEPT, CALLBACK, VERIFY
from domain.vocabulary import Stage


def appointed(case: Case, fact: Appointed, event: Event) -> Case:
    designated = case.designated or fact.lead == case.holder
    return replace(case, members=fact.members, supervision=fact.level, designated=designated)


def reported_up(case: Case, fact: ReportedUp, event: Event) -> Case:
    if not fact.awaits:
        return case
    case = replace(case, merged_into=None)
    return stop(case, ACCEPT, VERIFY, CALLBACK, at=event.at)


def where_reported(at: Case | Outline, fact: ReportedUp) -> PositionChange:
    return PositionChange(stage=Stage.REPORTED, rests_at=None) if fact.awaits else PositionChange()


MOVES: Moves = {
    ReportedUp: where_reported,
}

STEPS: Steps = {
    Appointed: appointed,
    ReportedUp: reported_up,
}
