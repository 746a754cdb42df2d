"""What is a unit's first response (首次响应): it has talked to who reported, or is on the spot."""

from dataclasses import replace
from datetime import datetime

from domain.case.calling import CALLS, CALLS_APART
from domain.case.handling.facts import Progressed
from domain.case.state import Case
from domain.vocabulary import Response


def has_responded(case: Case, fact: Progressed) -> bool:
    """Return whether progress ends the time of the first response; before rules 3, any does.

    Three calls in vain are one as well, and a file, a step that is done or a danger that is over
    shows that the unit was there. Where there is no one to call, a note is enough.
    """
    if not case.plan.follows(3) or not case.plan.callback:
        return True
    if fact.evidence or fact.safe or fact.step is not None:
        return True
    return fact.response in {Response.REACHED, Response.ON_SITE} or len(case.in_vain) >= CALLS


def called_in_vain(case: Case, fact: Progressed, at: datetime) -> Case:
    """Return the case that knows of a call in vain; calls at once are one call."""
    apart = not case.in_vain or at - case.in_vain[-1] >= CALLS_APART
    if fact.response is not Response.NOT_REACHED or not apart:
        return case
    return replace(case, in_vain=(*case.in_vain, at))
