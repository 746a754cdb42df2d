"""Input, look-ups and result of the case workflows."""

from datetime import datetime

from domain.case.registration.acts import Triage
from domain.case.state import Case
from domain.planning.plans import CasePlan
from domain.vocabulary import Stage, Tier
from schemas.base import Message


class CaseInput(Message):
    """A new case has a plan; one that continues, or is begun again from the journal, is a case."""

    plan: CasePlan | None = None
    case: Case | None = None


class CaseEnd(Message):
    """How the workflow ended: `seq` is the last row of the journal, so a cut tail shows."""

    case_id: str
    stage: Stage
    seq: int


class Question(Message):
    """What the engine looks up before it decides a command.

    `units`: whose people are needed now. `units_wanted`: the command names a unit to check.
    `triage`: a person said what the case is; its plan is made anew from the pinned policy. `policy`
    and `tier`: its plan is made anew from that one. `heir`: whose units has this one taken over?
    `officers`: which of these people are regular officers? `other`: how does that case stand?
    `campaigns_wanted`: the command names a campaign to check.
    """

    tenant: str
    at: datetime
    units: tuple[str, ...] = ()
    units_wanted: bool = False
    triage: Triage | None = None
    plan: CasePlan | None = None
    policy: str | None = None
    tier: Tier | None = None
    heir: str | None = None
    officers: tuple[str, ...] = ()
    other: str | None = None
    campaigns_wanted: bool = False
