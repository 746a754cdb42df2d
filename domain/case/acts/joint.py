"""Joint work: checks, tasks, conferences, investigations."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.complaints import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class SendCheck:
    """Somebody nearby looks before the case is taken on; the platform's clock waits for it."""

    kind: Literal["send_check"] = "send_check"
    unit: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveTask:
    """Part of the work for a unit; its deadline is never later than the holder's.

    `hours` below the policy's own are allowed. An optional task does not hold up the result.
    `evidence` is how many files its report needs.
    """

    kind: Literal["give_task"] = "give_task"
    unit: str
    what: str
    hours: int | None = None
    optional: bool = False
    evidence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Convene:
    """Invite units to a joint conference; the holder is always invited.

    A special meeting (专题会议) has several cases on its agenda: `cases` are the others. What is
    decided about each is said in that case.
    """

    kind: Literal["convene"] = "convene"
    units: tuple[str, ...]
    at: datetime
    agenda: str
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigate:
    """A joint investigation: each unit adds to one folder of evidence."""

    kind: Literal["investigate"] = "investigate"
    units: tuple[str, ...]
    subject: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a conference decided a unit has to do."""

    unit: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A conference or an interview took place.

    `opinions` are units that wrote instead of coming. What a conference decides binds: each of
    `tasks` becomes one, and `lead`, where it is named, is designated and cannot return the case.
    """

    kind: Literal["hold"] = "hold"
    part: str
    minutes: str
    present: tuple[str, ...] = ()
    opinions: tuple[str, ...] = ()
    tasks: tuple[Resolution, ...] = ()
    lead: str | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A unit answers what it was asked: a task, a check, a letter, its share of a folder."""

    kind: Literal["report"] = "report"
    part: str
    text: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Somebody else looks: at a reported task, or at what was to be put right (复查)."""

    kind: Literal["check"] = "check"
    part: str
    passed: bool
    note: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recheck:
    """Is what a camera gave notice of still there? Clear needs a picture, and closes the case."""

    kind: Literal["recheck"] = "recheck"
    part: str
    clear: bool
    note: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclude:
    """The finding of an investigation or of one track of an inquiry."""

    kind: Literal["conclude"] = "conclude"
    part: str
    finding: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Waive:
    """A part need not be finished, for a stated reason."""

    kind: Literal["waive"] = "waive"
    part: str
    reason: str


JointStep = Report | Check | Recheck | Hold | Conclude | Waive
"""What moves joint work on."""
