"""What can be asked of a case. A command is refused or becomes events (domain/decisions)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.acts.actions import Count, PlanAction, ReportAction
from domain.acts.citizen import Rate, Supplement
from domain.acts.joint import (
    Check,
    Convene,
    GiveTask,
    Investigate,
    JointStep,
    SendCheck,
)
from domain.acts.merging import BetweenCases, Link, Merge, Repin, Unlink, Unmerge
from domain.acts.requests import Answer, Asking, Refuse
from domain.acts.supervision import (
    AdvancePenalty,
    Appoint,
    Circulate,
    Commit,
    FilePenalty,
    Inquire,
    IssueLetter,
    NoShow,
    OrderRectification,
    SendBack,
    Serve,
    Summon,
    Urge,
    WriteOff,
)
from domain.complaints import Evidence
from domain.plans import CasePlan
from domain.rosters import Roster
from domain.words import Callback, Role, Stage, Tier, Urgency


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person's id (or a system's name), in which role, for which unit."""

    id: str
    role: Role
    unit: str | None = None


ENGINE = Actor("sanban", Role.ENGINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Begin the case: the engine's own command."""

    kind: Literal["open"] = "open"
    plan: CasePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """Say what it is: category, and where the rules are to be overruled, urgency and tier."""

    kind: Literal["triage"] = "triage"
    category: str
    urgency: Urgency | None = None
    tier: Tier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """Hand the case to a unit. A designated unit cannot return it."""

    kind: Literal["dispatch"] = "dispatch"
    unit: str
    reason: str = ""
    designated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """Answered at the desk, or already put right when somebody looked: no unit is needed."""

    kind: Literal["settle"] = "settle"
    result: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    kind: Literal["sign"] = "sign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    kind: Literal["progress"] = "progress"
    note: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """The holder says it is not theirs: a request the first time, a ruling the second."""

    kind: Literal["return"] = "return"
    reason: str
    suggested_unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    kind: Literal["resolve"] = "resolve"
    result: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verify:
    """Somebody other than the holder looked."""

    kind: Literal["verify"] = "verify"
    passed: bool
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """What the citizen said. `solved` is another question than satisfied, and asked apart."""

    kind: Literal["close"] = "close"
    callback: Callback
    note: str = ""
    solved: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseTier:
    kind: Literal["raise_tier"] = "raise_tier"
    to: Tier
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    kind: Literal["withdraw"] = "withdraw"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    kind: Literal["comment"] = "comment"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspend:
    """Stand still for a stated reason until a stated moment (挂账); once a case."""

    kind: Literal["suspend"] = "suspend"
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resume:
    kind: Literal["resume"] = "resume"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """Do what is due: the engine's own command, given whenever it wakes."""

    kind: Literal["ring"] = "ring"


Opening = (
    SendCheck
    | GiveTask
    | Convene
    | Investigate
    | PlanAction
    | Summon
    | Commit
    | OrderRectification
    | Inquire
    | FilePenalty
    | IssueLetter
    | Urge
    | Asking
    | Return
    | Refuse
    | Close
    | Verify
    | Check
    | Ring
)
"""The acts that open a part of a case: some as a consequence, and Ring where a rung does."""

Moving = Answer | JointStep | ReportAction | Serve | NoShow | AdvancePenalty
"""The acts that move a part on."""

HumanAct = (
    Triage
    | Settle
    | Refuse
    | Dispatch
    | Sign
    | Progress
    | Return
    | Resolve
    | Verify
    | Close
    | RaiseTier
    | Withdraw
    | Supplement
    | Rate
    | Comment
    | Suspend
    | Resume
    | Asking
    | SendCheck
    | GiveTask
    | Convene
    | Investigate
    | PlanAction
    | Count
    | Moving
    | Appoint
    | IssueLetter
    | Urge
    | Circulate
    | Summon
    | Commit
    | OrderRectification
    | Inquire
    | FilePenalty
    | WriteOff
    | SendBack
    | Merge
    | Unmerge
    | Link
    | Unlink
    | Repin
)
"""What people and other systems may ask for."""

Act = HumanAct | BetweenCases | Open | Ring


@dataclass(frozen=True, slots=True)
class OtherCase:
    """Another case, as the read model last saw it."""

    case_id: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the engine looked up for this command; never taken from whoever sent it.

    `units` can be given work; of these, `assistants` only together with others (villages). The
    actor's unit `succeeds` those it took over from. `officers` are the ids of regular officers,
    `campaigns` those of the policy of today.
    """

    roster: Roster | None = None
    plan: CasePlan | None = None
    units: tuple[str, ...] = ()
    assistants: tuple[str, ...] = ()
    succeeds: tuple[str, ...] = ()
    officers: tuple[str, ...] = ()
    other: OtherCase | None = None
    campaigns: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """`id` names the command once and for all: the same id again has no second effect."""

    id: str
    actor: Actor
    act: Act
    lookup: Lookup = Lookup()
