"""What the citizens of a case said of its result: their last word, and their first rating."""

from collections.abc import Sequence

from domain.case.citizen.facts import Rated
from domain.case.closing.facts import CalledBack, Closed, Resolved
from domain.case.events import Event, Fact
from domain.case.requests.facts import Reopened
from domain.case.supervision.facts import ReportedUp
from domain.vocabulary import Callback

CONTENT = frozenset({Callback.SATISFIED, Callback.BASICALLY_SATISFIED})
RATED = CONTENT | {Callback.UNSATISFIED, Callback.EXPLAINED}
"""A ruling that the citizen has no cause counts as a rating, and not as satisfied."""


def last_said(events: Sequence[Event]) -> tuple[Callback | None, bool | None]:
    """Return the citizen's last rating and last answer on whether it is solved.

    The two may come from different events: a rating that does not say whether the matter is solved
    leaves the earlier answer valid. In a superior's case, the answers came before it was reported.
    """
    answers: list[tuple[Callback | None, bool | None]] = []
    for event in reversed(events):
        match event.fact:
            case Rated(final=True, callback=callback, solved=solved):
                answers.append((callback, solved))
            case Closed(callback=None, solved=None):
                continue
            case (
                Closed(callback=callback, solved=solved)
                | ReportedUp(awaits=True, callback=callback, solved=solved)
            ):
                answers.append((callback, solved))
                break
            case Reopened() | Resolved():
                break
    callbacks = (callback for callback, _ in answers if callback is not None)
    solutions = (solved for _, solved in answers if solved is not None)
    return next(callbacks, None), next(solutions, None)


def first_said(facts: Sequence[Fact]) -> Callback | None:
    """Return the citizen's first rating; None if there is none."""
    for fact in facts:
        match fact:
            case (
                CalledBack(callback=said)
                | Closed(callback=said)
                | ReportedUp(awaits=True, callback=said)
                | Rated(final=True, callback=said)
            ) if said in RATED:
                return said
    return None
