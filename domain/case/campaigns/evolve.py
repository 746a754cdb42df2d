"""What a case has brought for campaigns, added up."""

from dataclasses import replace

from domain.case.campaigns.facts import Counted
from domain.case.events import Event
from domain.case.state import Case, Steps


def counted(case: Case, fact: Counted, event: Event) -> Case:
    sums = dict(case.counted)
    sums[fact.campaign] = sums.get(fact.campaign, 0) + fact.amount
    return replace(case, counted=tuple(sums.items()))


STEPS: Steps = {
    Counted: counted,
}
