"""What a citizen says changes no stage and no clock."""

from dataclasses import replace

from domain.case.events import Event
from domain.case.facts.citizen import Supplemented
from domain.case.state import Case


def supplemented(case: Case, fact: Supplemented, event: Event) -> Case:
    return replace(case, reminders=case.reminders + fact.reminder)
