"""What a citizen says changes no stage and no clock."""

from dataclasses import replace

from domain.case.citizen.facts import Supplemented
from domain.case.events import Event
from domain.case.state import REMEMBERED, Case, Steps


def supplemented(case: Case, fact: Supplemented, event: Event) -> Case:
    sent = (*case.supplied, *(file.sha256 for file in fact.evidence))
    return replace(case, reminders=case.reminders + fact.reminder, supplied=sent[-REMEMBERED:])


STEPS: Steps = {
    Supplemented: supplemented,
}
