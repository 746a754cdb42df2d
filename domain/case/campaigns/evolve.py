"""What a case has brought for campaigns, added up."""

from dataclasses import replace

from domain.case.campaigns.facts import Counted
from domain.case.events import Event
from domain.case.state import REMEMBERED, Case, Steps


def counted(case: Case, fact: Counted, event: Event) -> Case:
    sums = dict(case.counted)
    sums[fact.campaign] = sums.get(fact.campaign, 0) + fact.amount
    files = (*case.counted_by, *(file.sha256 for file in fact.evidence or ()))
    return replace(case, counted=tuple(sums.items()), counted_by=files[-REMEMBERED:])


STEPS: Steps = {
    Counted: counted,
}
