"""What a citizen says changes no stage and no clock."""

from dataclasses import replace

from domain.case import Case
from domain.events import Event
from domain.facts.citizen import Supplemented


def supplemented(case: Case, fact: Supplemented, event: Event) -> Case:
    return replace(case, reminders=case.reminders + fact.reminder)
