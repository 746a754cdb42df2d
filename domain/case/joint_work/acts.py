"""Joint work: checks, tasks, conferences, investigations, joint actions."""

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

    A special meeting (专题会议) has several cases on its agenda: `cases` are the others, which must
    exist. What is decided about each is said in that case. The members are invited, too.
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


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a unit wrote to a conference instead of coming: who of it wrote, and the file."""

    unit: str
    person: str
    file: Evidence


@dataclass(frozen=True, slots=True)
class Attendance:
    """A unit that came to a meeting or an action, and who of the unit answers for that."""

    unit: str
    person: str


@dataclass(frozen=True, slots=True)
class CaseDecision:
    """What a special meeting said and decided on one case of its agenda."""

    case: str
    what: str


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who leads a category from now on, as a conference proposes it for the responsibility list."""

    category: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A conference or an interview took place; `evidence` is the file of its minutes.

    `written` are the opinions of units that wrote instead of coming; the lead comes in person.
    `came` names a person of each other unit that came to a conference (签到), who is not the person
    who enters it; from rules 3 on a unit of which no person is named did not come.
    `opinions`, the units alone, are for cases that began under earlier rules. What a conference
    decides binds: each of `tasks` becomes one, and `lead`, where it is named, is designated and
    cannot return the case.
    `responsible` proposes who leads a category from now on: a person publishes that, or does not.
    A conference that lacks a unit is convened once more, at the hour `again`; None: when the
    policy's time for a conference is over. `decisions`: on other cases of the agenda; each of them
    is told its own.
    """

    kind: Literal["hold"] = "hold"
    part: str
    minutes: str
    present: tuple[str, ...] = ()
    opinions: tuple[str, ...] = ()
    tasks: tuple[Resolution, ...] = ()
    lead: str | None = None
    evidence: tuple[Evidence, ...] = ()
    again: datetime | None = None
    decisions: tuple[CaseDecision, ...] | None = None
    written: tuple[Opinion, ...] | None = None
    responsible: tuple[Responsible, ...] | None = None
    came: tuple[Attendance, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A unit answers what it was asked: a task, a check, a letter, its share of a folder.

    `found`: of a check, whether it is there; with False a picture shows that nothing is. None: not
    said, or it could not be seen.
    """

    kind: Literal["report"] = "report"
    part: str
    text: str
    evidence: tuple[Evidence, ...] = ()
    found: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclude:
    """The finding of an investigation, or of one track of an inquiry: each has its own file."""

    kind: Literal["conclude"] = "conclude"
    part: str
    finding: str
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAction:
    """A joint action of several units; the holder always takes part.

    `people` and `vehicles` are how many are planned, of all units together.
    """

    kind: Literal["plan_action"] = "plan_action"
    units: tuple[str, ...]
    at: datetime
    goal: str
    people: int
    vehicles: int = 0


@dataclass(frozen=True, slots=True)
class Counter:
    """What an action brought, counted: 40 dogs, 3 t of scrap."""

    name: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAction:
    """The roll call and the result: how many really came, and what it brought. Ends the action.

    A file shows it, unless no one came. `came` names a person of each unit that did. `reason` says
    why more came than were planned. `brought`: which of the resources that are reserved for the
    action came; the vehicles among them are counted in `vehicles`.
    """

    kind: Literal["report_action"] = "report_action"
    part: str
    text: str
    people: int
    vehicles: int = 0
    counters: tuple[Counter, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    reason: str = ""
    came: tuple[Attendance, ...] | None = None
    brought: tuple[str, ...] | None = None
