"""The work of the holder begins and goes on."""

from dataclasses import replace

from domain.case.clocks import stop
from domain.case.events import Event
from domain.case.handling.facts import Progressed, Signed
from domain.case.state import Case, Steps
from domain.sla.case_clocks import FIRST, SIGN
from domain.vocabulary import Stage


def signed(case: Case, fact: Signed, event: Event) -> Case:
    return stop(replace(case, stage=Stage.SIGNED, signed_at=event.at), SIGN, at=event.at)


def progressed(case: Case, fact: Progressed, event: Event) -> Case:
    return stop(replace(case, stage=Stage.IN_PROGRESS), FIRST, at=event.at)


STEPS: Steps = {
    Signed: signed,
    Progressed: progressed,
}
