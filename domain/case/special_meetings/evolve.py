"""The special meetings that have a case on their agenda, each as it stands."""

from dataclasses import replace

from domain.case.called_meetings import Meeting
from domain.case.clocks import start, stop
from domain.case.events import Event
from domain.case.special_meetings.facts import OnAgenda
from domain.case.state import Case, Steps
from domain.sla.case_clocks import MEETING, PLAN

_MOST = 50
"""The latest are kept; the journal has them all."""


def on_agenda(case: Case, fact: OnAgenda, event: Event) -> Case:
    found = [*(case.meetings or ())]
    earlier = next((m for m in found if (m.case, m.part) == (fact.case, fact.part)), None)
    at = fact.at or (earlier.at if earlier else None)
    others = [meeting for meeting in found if meeting is not earlier]
    stands = fact.stands is True or (earlier is not None and earlier.stands)
    meetings = (*others, Meeting(fact.case, fact.part, fact.state, at, stands))
    case = replace(case, meetings=meetings[-_MOST:])
    return _has_met(case, event) if fact.stands else case


def _has_met(case: Case, event: Event) -> Case:
    """Stop the clock of the first meeting, as its own meeting does; then the work is divided."""
    case = stop(case, MEETING, at=event.at)
    return start(case, PLAN, event.at) if case.clock(PLAN) is None else case


STEPS: Steps = {
    OnAgenda: on_agenda,
}
