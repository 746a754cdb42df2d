"""What a case has brought for campaigns."""

from dataclasses import replace

from domain.case.events import Event
from domain.case.facts.campaigns import Counted
from domain.case.state import Case


def counted(case: Case, fact: Counted, event: Event) -> Case:
    sums = dict(case.counted)
    sums[fact.campaign] = sums.get(fact.campaign, 0) + fact.amount
    return replace(case, counted=tuple(sums.items()))
