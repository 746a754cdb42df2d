"""Several reports of one matter."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from domain.sla.clocks import Measure
from domain.vocabulary import Stage, Tier, Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Goes the way of another case, which must be open (并单)."""

    kind: Literal["merge"] = "merge"
    into: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerge:
    kind: Literal["unmerge"] = "unmerge"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scatter:
    """Separates every case that a rule merged into this one, also those still on their way."""

    kind: Literal["scatter"] = "scatter"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Resembles another case. `score` is in percent; a person's link has 100."""

    kind: Literal["link"] = "link"
    to: str
    reason: str
    score: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlink:
    kind: Literal["unlink"] = "unlink"
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """Another case has merged into this one: its own message, by the engine.

    `by_rule`: no person merged it. `files`: the digests of what its reporters sent. `tier` and
    `urgency`: how strictly it is handled; None where that is only assumed. `category`: its own.
    `provisional`: True if `due_at` counts days whose holidays are not published. `limit` and
    `measure`: how long a unit has for it in its tier; None where that is not known. `elsewhere`:
    grid and spot as it was reported; None where a rule found the two alike. `dues`: when its unit's
    clocks are due, and `unit` which unit that is; None: none runs. `called`: its citizen can be
    called, and is when the work is done.
    """

    kind: Literal["join"] = "join"
    case: str
    due_at: datetime | None = None
    by_rule: Literal[True] | None = None
    files: tuple[str, ...] | None = None
    tier: Tier | None = None
    urgency: Urgency | None = None
    category: str | None = None
    provisional: bool | None = None
    limit: timedelta | None = None
    measure: Measure | None = None
    elsewhere: tuple[str | None, str | None] | None = None
    dues: tuple[tuple[str, datetime], ...] | None = None
    unit: str | None = None
    called: Literal[True] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """A merged case goes its own way again: its own message, by the engine."""

    kind: Literal["leave"] = "leave"
    case: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StayMerged:
    """A person has decided in the leader that a case goes on following it: the engine's message.

    `reason` is for its citizen, who said that it is another matter.
    """

    kind: Literal["stay_merged"] = "stay_merged"
    case: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """The case that this one was merged into has ended, or cannot be joined (`stage` None).

    `joined` is False where it had ended before it was told that this one follows it. `by`: the
    person of the town who ended it, or who scattered. `no_unit`: no unit resolved it: it was
    settled at the desk, put right by itself, or refused; `question`: it was answered as one.
    `category`: of what it was in the end. `done_at`: when a unit reported the result.
    """

    kind: Literal["follow"] = "follow"
    case: str
    stage: Stage | None
    result: str
    joined: bool = True
    by: str | None = None
    no_unit: Literal[True] | None = None
    question: Literal[True] | None = None
    category: str | None = None
    done_at: datetime | None = None
