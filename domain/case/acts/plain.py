"""The acts of the plain life of a case, and the two of the engine itself: open and ring."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.complaints import Evidence
from domain.planning.plans import CasePlan
from domain.vocabulary import Callback, Tier, Urgency


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
