"""What a citizen says changes no stage and no clock."""

from dataclasses import replace

from domain.case.citizen.facts import Rated, Supplemented
from domain.case.events import Event
from domain.case.kept_results import said_himself
from domain.case.state import REMEMBERED, Case, Steps
from domain.vocabulary import Callback, Role, Stage

_OF_A_RESULT = frozenset({Stage.RESOLVED, Stage.VERIFIED, Stage.REPORTED, Stage.CLOSED})


def supplemented(case: Case, fact: Supplemented, event: Event) -> Case:
    sent = (*case.supplied, *(file.sha256 for file in fact.evidence))
    case = replace(case, reminders=case.reminders + fact.reminder, supplied=sent[-REMEMBERED:])
    said = fact.other_matter and fact.of is None
    return replace(case, other_than=case.merged_into) if said else case


def rated(case: Case, fact: Rated, event: Event) -> Case:
    if case.stage in _OF_A_RESULT:
        return said_himself(case, fact.callback, event)
    if fact.callback is Callback.UNSATISFIED:
        # Whoever wrote it down: the case may end with another, without a result of its own.
        return replace(case, own_word=fact.callback)
    himself = event.actor.role is Role.REPORTER
    return replace(case, own_word=None) if himself else case


STEPS: Steps = {
    Rated: rated,
    Supplemented: supplemented,
}
