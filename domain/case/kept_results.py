"""What a case keeps of a result: the citizen's own word on it, and what did not prove it.

Facts of several topics lead here, so it is in none of them.
"""

from dataclasses import replace

from domain.case.events import Event
from domain.case.state import REMEMBERED, Case
from domain.vocabulary import Callback, Role


def said_himself(case: Case, callback: Callback | None, event: Event) -> Case:
    """Keep what the citizen said of the result, if no person of the town said it for him."""
    himself = event.actor.role is Role.REPORTER and callback is not None
    return replace(case, own_word=callback) if himself else case


def disproved(case: Case) -> Case:
    """Keep what was shown of a result that did not hold: it proves no later one."""
    outdated = (*case.outdated, *case.shown)[-REMEMBERED:]
    return replace(case, shown=(), outdated=outdated, own_word=None)
