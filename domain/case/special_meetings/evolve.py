"""The special meetings that have a case on their agenda, each as it stands."""

from dataclasses import replace

from domain.case.called_meetings import Meeting
from domain.case.events import Event
from domain.case.special_meetings.facts import OnAgenda
from domain.case.state import Case, Steps

_MOST = 50
"""The latest are kept; the journal has them all."""


def on_agenda(case: Case, fact: OnAgenda, event: Event) -> Case:
    found = [*(case.meetings or ())]
    earlier = next((m for m in found if (m.case, m.part) == (fact.case, fact.part)), None)
    at = fact.at or (earlier.at if earlier else None)
    others = [meeting for meeting in found if meeting is not earlier]
    meetings = (*others, Meeting(fact.case, fact.part, fact.state, at))
    return replace(case, meetings=meetings[-_MOST:])


STEPS: Steps = {
    OnAgenda: on_agenda,
}
