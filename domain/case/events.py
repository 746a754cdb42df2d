"""What happened to a case. Facts, in the past tense; a case is the fold of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.case.campaigns.facts import Counted
from domain.case.citizen.facts import Rated, Supplemented
from domain.case.closing.facts import (
    Archived,
    CalledBack,
    Closed,
    Countersigned,
    Resolved,
    Reworked,
    SentBack,
    Verified,
    Withdrawn,
)
from domain.case.commands import Actor
from domain.case.dispatch.facts import Dispatched, Returned
from domain.case.escalation.facts import DeadlineMissed, RungReached
from domain.case.handling.facts import Commented, Progressed, Signed
from domain.case.merging.facts import Joined, Left, Linked, Merged, Unlinked, Unmerged
from domain.case.notices.facts import Notified, Undelivered
from domain.case.parts.facts import PartMoved, PartOpened
from domain.case.refusals import Refusal
from domain.case.registration.facts import NotAccepted, Received, Triaged
from domain.case.repinning.facts import Repinned
from domain.case.requests.facts import Extended, Reopened
from domain.case.supervision.facts import Appointed, Circulated, ReportedUp
from domain.case.suspension.facts import Resumed, Suspended
from domain.case.tiers.facts import TierLowered, TierRaised


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
