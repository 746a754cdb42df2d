"""The clocks of a case stand still, and run again."""

from dataclasses import replace

from domain.case.clocks import change_all, rest
from domain.case.events import Event
from domain.case.state import Case, Steps
from domain.case.suspension.facts import Resumed, Suspended
from domain.sla.clocks import Cause


def suspended(case: Case, fact: Suspended, event: Event) -> Case:
    case = rest(case, Cause.SUSPENDED, event.at)
    case = replace(case, suspended_until=fact.until, suspensions=case.suspensions + 1)
    return replace(case, suspended_by=event.actor.role)


def resumed(case: Case, fact: Resumed, event: Event) -> Case:
    case = change_all(case, lambda clock: clock.resumed(Cause.SUSPENDED, fact.at))
    return replace(case, suspended_until=None)


STEPS: Steps = {
    Suspended: suspended,
    Resumed: resumed,
}
