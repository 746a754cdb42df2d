"""What can be asked of a case. A command is refused or becomes events (domain/case/decide.py)."""

from dataclasses import dataclass
from datetime import datetime

from domain.case.campaigns.acts import Count
from domain.case.citizen.acts import PassOn, Rate, Supplement
from domain.case.closing.acts import Close, Resolve, SendBack, Verify, Withdraw, WriteOff
from domain.case.dispatch.acts import Dispatch, Return
from domain.case.escalation.acts import Ring
from domain.case.folders.acts import AddPiece, RecognisePiece
from domain.case.handling.acts import Comment, Progress, Sign
from domain.case.inspections.acts import Check
from domain.case.joint_work.acts import (
    Conclude,
    Convene,
    GiveTask,
    Hold,
    Investigate,
    PlanAction,
    Report,
    ReportAction,
    SendCheck,
)
from domain.case.look_backs.acts import LookBack
from domain.case.merging.acts import (
    Follow,
    Join,
    Leave,
    Link,
    Merge,
    Scatter,
    StayMerged,
    Unlink,
    Unmerge,
)
from domain.case.notices.acts import KeepNotice
from domain.case.orders.acts import ChangeDeadline
from domain.case.parts.acts import Waive
from domain.case.penalties.acts import AdvancePenalty, FilePenalty
from domain.case.rectification.acts import Commit, OrderRectification, Serve
from domain.case.registration.acts import ChooseStandard, Open, Recheck, Refuse, Settle, Triage
from domain.case.repinning.acts import Repin
from domain.case.requests.acts import Answer, Asking
from domain.case.reservations import OtherReservation
from domain.case.resources.acts import ConfirmReservation, Release, Reserve, YieldReservation
from domain.case.retractions.acts import Retract
from domain.case.special_meetings.acts import TellMeeting
from domain.case.supervision.acts import (
    Appoint,
    Circulate,
    Inquire,
    IssueLetter,
    NoShow,
    Summon,
    Urge,
)
from domain.case.suspension.acts import Resume, Suspend
from domain.case.task_links.acts import GiveLink, ReportByLink, RevokeLink
from domain.case.tiers.acts import RaiseTier
from domain.people.leading_group import Post
from domain.people.rosters import Roster
from domain.planning.plans import CasePlan
from domain.policy.resources import Resource, UnreservedFile
from domain.vocabulary import Role, Stage, Tier, Urgency


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person's id (or a system's name), in which role, for which unit.

    `for_person`: the absent person whose deputy acts; the role and the unit are that person's.
    `own_unit`: that of the actor in the roster, where it is another: a deputy, or on duty there.
    `set_by`: who set the absence of `for_person` from day to day; None: the roster has it.
    """

    id: str
    role: Role
    unit: str | None = None
    for_person: str | None = None
    own_unit: str | None = None
    set_by: str | None = None


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
    | Withdraw
    | PassOn
    | LookBack
)
"""The acts that open a part of a case: some as a consequence, and Ring where a rung does."""


JointStep = Report | Check | Recheck | Hold | Conclude | Waive
"""What moves joint work on."""


Moving = Answer | JointStep | ReportAction | Serve | NoShow | AdvancePenalty | Retract
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
    | Scatter
    | ChooseStandard
    | ChangeDeadline
    | GiveLink
    | RevokeLink
    | ReportByLink
    | AddPiece
    | RecognisePiece
    | Reserve
    | Release
    | LookBack
)
"""What people and other systems may ask for."""


BetweenCases = (
    Join
    | Leave
    | Follow
    | PassOn
    | TellMeeting
    | StayMerged
    | ConfirmReservation
    | YieldReservation
)
"""What cases tell each other, or a case itself."""


Act = HumanAct | BetweenCases | KeepNotice | Open | Ring


@dataclass(frozen=True, slots=True)
class OtherCase:
    """Another case, as the read model last saw it. `spot`: domain/matching/spots.py."""

    case_id: str
    stage: Stage
    tier: Tier | None = None
    urgency: Urgency | None = None
    category: str | None = None
    grid: str | None = None
    spot: str | None = None
    holder: str | None = None


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file that was handed in to a case, also as a complaint's own, and when that was first.

    `spot`: that of the case.
    """

    sha256: str
    case_id: str
    at: datetime
    spot: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the engine looked up for this command; never taken from the sender.

    `units` can be given work; of these, `assistants` only together with others (villages). The
    actor's unit `succeeds` those it took over from. `officers` are the ids of regular officers,
    `campaigns` those of the policy of today. `cases` are those of the named ones that exist.
    `kinds`: units, each with its kind. `certified`:
    officers with a certificate, each with the kind of their unit. `counting`: campaigns, each with
    a category of which it counts; one that is not there counts of all. `speakers`: units, each with
    a person who is of the unit, and `auxiliaries` those of them who are no more than that.
    `above`: the units above the actor's, the nearest first.
    `posts`: the people of the leading group, each with the post. `seen`: where the files that the
    command is about were handed in before, this case included. `holders`: of `cases`, each that a
    unit has, with the unit. `unsigned`: units in which no person could sign a case, and for which
    no system does. `resources`: those of the ledger of today that the
    command names; `reserved`: who has them in the span. `unreserved_files`: what
    the ledger says of files whose recorder was not reserved. `erased`: the case's texts are erased.
    `officers_units`: of `officers`, each with their unit and those that it took over.
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
    cases: tuple[str, ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    certified: tuple[tuple[str, str], ...] = ()
    counting: tuple[tuple[str, str], ...] = ()
    speakers: tuple[tuple[str, str], ...] = ()
    above: tuple[str, ...] = ()
    posts: tuple[tuple[str, Post], ...] = ()
    seen: tuple[SeenFile, ...] = ()
    auxiliaries: tuple[str, ...] = ()
    holders: tuple[tuple[str, str], ...] = ()
    unsigned: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()
    reserved: tuple[OtherReservation, ...] = ()
    unreserved_files: UnreservedFile | None = None
    erased: bool = False
    officers_units: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """`id` names the command once and for all: the same id again has no second effect."""

    id: str
    actor: Actor
    act: Act
    lookup: Lookup = Lookup()
