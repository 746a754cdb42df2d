"""What happened to a case. Facts, in the past tense; a case is the fold of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.case.commands import Actor
from domain.case.facts.campaigns import Counted
from domain.case.facts.citizen import Rated, Supplemented
from domain.case.facts.ending import (
    Archived,
    CalledBack,
    Countersigned,
    NotAccepted,
    Reopened,
    ReportedUp,
    SentBack,
)
from domain.case.facts.merging import Joined, Left, Linked, Merged, Repinned, Unlinked, Unmerged
from domain.case.facts.notices import Notified, Undelivered
from domain.case.facts.parts import Appointed, Circulated, Extended, PartMoved, PartOpened
from domain.case.refusals import Refusal
from domain.complaints import Evidence
from domain.people.rosters import Told
from domain.planning.plans import CasePlan
from domain.sla.ladders import Action, Late
from domain.vocabulary import Callback, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """The complaint came in and its plan was pinned: enough to begin the case again."""

    kind: Literal["received"] = "received"
    plan: CasePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Triaged:
    """`plan` replaces the pinned one where a person triaged; None where the rules did."""

    kind: Literal["triaged"] = "triaged"
    tier: Tier
    plan: CasePlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    kind: Literal["dispatched"] = "dispatched"
    unit: str
    designated: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    kind: Literal["signed"] = "signed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progressed:
    kind: Literal["progressed"] = "progressed"
    note: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    kind: Literal["returned"] = "returned"
    unit: str
    reason: str
    suggested_unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    kind: Literal["resolved"] = "resolved"
    result: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    kind: Literal["verified"] = "verified"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reworked:
    """Back to the holder: verification failed, or the citizen is not satisfied (返工)."""

    kind: Literal["reworked"] = "reworked"
    reason: str
    dissatisfied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """`callback` and `solved` are None where nobody was asked."""

    kind: Literal["closed"] = "closed"
    callback: Callback | None = None
    note: str = ""
    solved: bool | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRaised:
    kind: Literal["tier_raised"] = "tier_raised"
    to: Tier
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TierLowered:
    """Only by a granted request; the case is dispatched anew. A plan has no tier below its own."""

    kind: Literal["tier_lowered"] = "tier_lowered"
    to: Tier
    reason: str
    plan: CasePlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    kind: Literal["withdrawn"] = "withdrawn"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Commented:
    kind: Literal["commented"] = "commented"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended:
    kind: Literal["suspended"] = "suspended"
    reason: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """`at` may lie before the event: a suspension ends when it said it would."""

    kind: Literal["resumed"] = "resumed"
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineMissed:
    """A fact, written once, when it happened; `due_at` is the deadline that passed."""

    kind: Literal["deadline_missed"] = "deadline_missed"
    clock: str
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RungReached:
    """One step of a clock's ladder, done once.

    `outcome` fire: `told` were told. collapse: gave way to `collapsed_into`. record: written down.
    `note` says why the action did not happen, where it could not.
    """

    kind: Literal["rung_reached"] = "rung_reached"
    clock: str
    rung: str
    level: int
    action: Action
    outcome: Late
    moment: datetime
    late: bool
    told: tuple[Told, ...] = ()
    gaps: tuple[str, ...] = ()
    collapsed_into: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRefused:
    kind: Literal["command_refused"] = "command_refused"
    refusal: Refusal
    detail: str


Fact = (
    Received
    | Triaged
    | Dispatched
    | Signed
    | Progressed
    | Returned
    | Resolved
    | Verified
    | Reworked
    | Closed
    | TierRaised
    | TierLowered
    | Withdrawn
    | Commented
    | Suspended
    | Resumed
    | DeadlineMissed
    | RungReached
    | CommandRefused
    | PartOpened
    | PartMoved
    | Extended
    | Appointed
    | Circulated
    | Counted
    | Countersigned
    | CalledBack
    | Reopened
    | ReportedUp
    | SentBack
    | NotAccepted
    | Archived
    | Merged
    | Unmerged
    | Joined
    | Left
    | Linked
    | Unlinked
    | Repinned
    | Supplemented
    | Rated
    | Notified
    | Undelivered
)


@dataclass(frozen=True, slots=True)
class Event:
    """A fact with its place in the journal: who, when, and by which command (id and kind)."""

    seq: int
    at: datetime
    actor: Actor
    command_id: str
    command: str
    fact: Fact
