"""What can be asked of a case. A command is refused or becomes events (domain/decisions)."""

from dataclasses import dataclass

from domain.case.acts.actions import Count, PlanAction, ReportAction
from domain.case.acts.citizen import Rate, Supplement
from domain.case.acts.joint import Check, Convene, GiveTask, Investigate, JointStep, SendCheck
from domain.case.acts.merging import BetweenCases, Link, Merge, Repin, Unlink, Unmerge
from domain.case.acts.notices import KeepNotice
from domain.case.acts.plain import (
    Close,
    Comment,
    Dispatch,
    Open,
    Progress,
    RaiseTier,
    Resolve,
    Resume,
    Return,
    Ring,
    Settle,
    Sign,
    Suspend,
    Triage,
    Verify,
    Withdraw,
)
from domain.case.acts.requests import Answer, Asking, Refuse
from domain.case.acts.supervision import (
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
from domain.people.rosters import Roster
from domain.planning.plans import CasePlan
from domain.vocabulary import Role, Stage


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person's id (or a system's name), in which role, for which unit."""

    id: str
    role: Role
    unit: str | None = None


ENGINE = Actor("sanban", Role.ENGINE)


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

Act = HumanAct | BetweenCases | KeepNotice | Open | Ring


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
