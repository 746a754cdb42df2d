"""A look-back changes no stage and no clock; its files prove nothing else afterwards."""

from dataclasses import replace

from domain.case.events import Event
from domain.case.look_backs.facts import LookedBack
from domain.case.state import REMEMBERED, Case, Steps


def looked_back(case: Case, fact: LookedBack, event: Event) -> Case:
    files = tuple(file.sha256 for file in fact.evidence)
    shown = (*case.progressed, *files)[-REMEMBERED:]
    return replace(case, looked_back_at=event.at, progressed=shown)


STEPS: Steps = {
    LookedBack: looked_back,
}
