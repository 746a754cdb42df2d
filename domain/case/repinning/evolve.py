"""A case under another version of its policy."""

from domain.case.clocks import pinned
from domain.case.events import Event
from domain.case.repinning.facts import Repinned
from domain.case.state import Case, Steps


def repinned(case: Case, fact: Repinned, event: Event) -> Case:
    return pinned(case, fact.plan, event.at)


STEPS: Steps = {
    Repinned: repinned,
}
