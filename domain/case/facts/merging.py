"""Facts about cases that belong together, and about the policy a case is under."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.planning.plans import CasePlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    kind: Literal["merged"] = "merged"
    into: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerged:
    kind: Literal["unmerged"] = "unmerged"
    into: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """`due_at`: what was promised to the other citizen, if that is earlier than what stands."""

    kind: Literal["joined"] = "joined"
    case: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    kind: Literal["left"] = "left"
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    kind: Literal["linked"] = "linked"
    to: str
    score: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlinked:
    kind: Literal["unlinked"] = "unlinked"
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repinned:
    """`policy` is the hash before; the new one is in `plan`."""

    kind: Literal["repinned"] = "repinned"
    policy: str
    plan: CasePlan
    reason: str
