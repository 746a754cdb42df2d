"""A case begins, is triaged, or is not taken on."""

from datetime import datetime

from domain.case.clocks import end, pinned, start
from domain.case.events import Event
from domain.case.registration.facts import NotAccepted, Triaged
from domain.case.state import Case, Moves, Outline, PositionChange, Steps, into
from domain.planning.plans import CasePlan
from domain.sla.case_clocks import ACCEPT, CITIZEN
from domain.vocabulary import Stage


def begin(plan: CasePlan, at: datetime) -> Case:
    case = Case(plan=plan, opened_at=at, tier=plan.tier, members=plan.helpers)
    # The promise to the citizen runs from the report, however long the event was on its way.
    case = start(case, CITIZEN, min(plan.complaint.reported_at, at))
    return start(case, ACCEPT, at)


def triaged(case: Case, fact: Triaged, event: Event) -> Case:
    if fact.plan is None:
        return case
    return pinned(case, fact.plan, event.at, keeps=fact.keeps is True)


def not_accepted(case: Case, fact: NotAccepted, event: Event) -> Case:
    return end(case, event.at)


def where_triaged(at: Case | Outline, fact: Triaged) -> PositionChange:
    return PositionChange(stage=Stage.TRIAGED, tier=fact.tier)


MOVES: Moves = {
    Triaged: where_triaged,
    NotAccepted: into(Stage.REFUSED),
}

STEPS: Steps = {
    Triaged: triaged,
    NotAccepted: not_accepted,
}
