"""What a citizen says changes no stage and no clock."""

from dataclasses import replace

from domain.case.citizen.facts import Supplemented
from domain.case.events import Event
from domain.case.state import Case, Steps


def supplemented(case: Case, fact: Supplemented, event: Event) -> Case:
    return replace(case, reminders=case.reminders + fact.reminder)


STEPS: Steps = {
    Supplemented: supplemented,
}
