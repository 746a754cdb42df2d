"""The state of a case: the fold of its events (domain/case/evolve.py)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from domain.case.called_meetings import Meeting
from domain.case.commands import Actor
from domain.case.events import Event
from domain.case.folder_pieces import Piece
from domain.case.outside_links import TaskLink
from domain.case.part import Part
from domain.case.refusals import Refusal
from domain.case.reservations import Reservation
from domain.planning.plans import CasePlan, ClockSpec
from domain.policy.part_rules import PartKind
from domain.sla.case_clocks import HOLDER
from domain.sla.clocks import Clock
from domain.vocabulary import Callback, Role, Stage, Supervision, Tier

REMEMBERED = 500
"""How many of the latest command ids a case remembers, to answer a repetition as the first time.

And how many digests of what citizens sent.
"""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a command: its last row, the stage it left, and why it was refused if so."""

    command_id: str
    command: str
    seq: int
    stage: Stage
    refusal: Refusal | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Miss:
    """A broken promise: the clock, the deadline that passed, and the unit if it was the holder's.

    It stays when the clock starts again, for the same unit or another. `exempt`: a granted
    exemption leaves it out of the figures. `units`: whose miss it is, as its row says.
    """

    clock: str
    due_at: datetime
    unit: str | None = None
    exempt: bool = False
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JoinedDue:
    """By when a clock ends while `unit` has the case, because that of a case that joined would."""

    case: str
    clock: str
    due_at: datetime
    unit: str | None


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a case is. `clocks` has the latest clock of each id; the journal has them all.

    `parts` has all that were ever opened. `had`: the units it was ever handed to, each once.
    `holder_kind`: of what kind the holder was when it got the case; None where no row says it.
    `members` help the holder; `helped`: units that did, and are no members any more (rules 3).
    `calls`: how often the citizen was called without being reached, and `tried`: when;
    `tried_by`: who recorded that of the result that is there.
    `result`: the beginning of what the holder said last. `rehandled`: the citizen was rightly not
    satisfied, so its holder handles it once more (重办). `signed_first`: when the unit that has the
    case first signed for it, however often it has signed since.
    `timed`: the unit whose time the holder clock counts; `earlier_clocks`: those of the units that
    had the case before, as they then were; `earlier_steps`: those of the steps they had to do.
    `strictest`: limits that hold for a unit, whatever longer ones a triage or a raise has brought.
    `merged_into`: the case this one follows, and `rests_at` the stage it then had; `joined`: the
    cases that follow this one, and what was promised to their citizens; `gathered`: those of them
    that a rule merged; `scattered`: a person has undone that, so no rule merges any more.
    `links`: similar cases, in percent. `counted`: what it brought for each campaign, and
    `counted_by`: the digests of the files that show it, the latest of them.
    `reminders`: how often a citizen asked where it stays. `supplied`: the digests of what citizens
    sent after the complaint, the latest of them. `dispatched_at`: when a unit first got it.
    `suspended_by`: in which role it was suspended last; `appointed_by`: its lead appointed.
    `shown`: the digests of what proves the result that is there; `outdated`: of what was shown of
    results that did not hold. `own_word`: what the citizen said of that result himself,
    and while there is none, that he is not satisfied.
    `signed_once`: a unit has signed it, maybe one that lost it since.
    `merged_by`: the person who merged it; None if a rule did.
    `close`: which result of its standard was reported last. `follow_on`: the case that this one led
    to, and its category.
    `steps_done`: the steps of its standard that are done, and `steps_shown` the digests of the
    files that show them. `done_by`: the date that the holder has named.
    `progressed`: the digests of what was attached to progress, and shown as it was before the work,
    with a result that its superior sent back, or with an end at the desk, the latest of them.
    `misses`: the promises to the citizen and of its holders that were broken, in order, without
    those that a later deadline has overtaken.
    `task_links`: the one-time links of its tasks, in order; None: there was none.
    `pieces`: the evidence in the folders of its investigations; None: there is none.
    `reported_above`: it was reported to the office above the town (L6).
    `meetings`: special meetings of other cases that have this one on their agenda; None: none.
    `seen`: digests of files, each with another case whose evidence it was before, the latest.
    `other_than`: the case of which its citizen says, merged into it, that it is another matter.
    `dissatisfied_by`: who recorded last, at a call, that the citizen is not satisfied.
    `resolved_for`: the units that had the case when a result was reported, each once.
    `unasked_by`: who recorded that the citizen wants no reply to the result that is there.
    `reservations`: of resources, in order, also those that are over; None: there was none.
    `resolved_from`: the unit of the person who reported the result for another one; else None.
    `stood_in`: who acted by an absence that was set from day to day, each with who set it.
    `withdrawn_by`: who withdrew it, or agreed to that as the second.
    `joined_dues`: the earlier limits of cases that follow this one, while they are ahead.
    `in_vain`: when its unit has called who reported, and reached no one.
    `signed_for_group`: who gave the first signature as the leading group's; `reopened_at`: when a
    closed case was taken up again last.
    `closed_by`: who closed it last; `looked_back_at`: when another person looked, since its end.
    """

    plan: CasePlan
    opened_at: datetime
    tier: Tier
    seq: int = 0
    stage: Stage = Stage.RECEIVED
    holder: str | None = None
    had: tuple[str, ...] = ()
    clocks: tuple[Clock, ...] = ()
    level: int = 0
    rehandled: bool = False
    returns: int = 0
    returned_by: str | None = None
    reworks: int = 0
    designated: bool = False
    signed_at: datetime | None = None
    resolved_by: str | None = None
    suspended_until: datetime | None = None
    suspensions: int = 0
    closed_at: datetime | None = None
    answered: tuple[Answered, ...] = ()
    parts: tuple[Part, ...] = ()
    members: tuple[str, ...] = ()
    supervision: Supervision | None = None
    signatures: tuple[str, ...] = ()
    result: str = ""
    calls: int = 0
    dissatisfied: int = 0
    exempt: bool = False
    merged_into: str | None = None
    rests_at: Stage | None = None
    joined: tuple[tuple[str, datetime | None], ...] = ()
    links: tuple[tuple[str, int], ...] = ()
    counted: tuple[tuple[str, int], ...] = ()
    reminders: int = 0
    gathered: tuple[str, ...] = ()
    scattered: bool = False
    timed: str | None = None
    earlier_clocks: tuple[tuple[str, Clock], ...] = ()
    supplied: tuple[str, ...] = ()
    dispatched_at: datetime | None = None
    tried: tuple[datetime, ...] = ()
    holder_kind: str | None = None
    counted_by: tuple[str, ...] = ()
    suspended_by: Role | None = None
    signed_first: datetime | None = None
    shown: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()
    own_word: Callback | None = None
    signed_once: bool = False
    merged_by: str | None = None
    misses: tuple[Miss, ...] = ()
    close: str | None = None
    follow_on: tuple[str, str] | None = None
    task_links: tuple[TaskLink, ...] | None = None
    pieces: tuple[Piece, ...] | None = None
    meetings: tuple[Meeting, ...] | None = None
    steps_done: tuple[str, ...] = ()
    steps_shown: tuple[str, ...] = ()
    done_by: datetime | None = None
    progressed: tuple[str, ...] = ()
    reported_above: bool = False
    dissatisfied_by: str | None = None
    unasked_by: str | None = None
    seen: tuple[tuple[str, str], ...] = ()
    resolved_for: tuple[str, ...] = ()
    other_than: str | None = None
    reservations: tuple[Reservation, ...] | None = None
    helped: tuple[str, ...] = ()
    appointed_by: Role | None = None
    earlier_steps: tuple[tuple[str, Clock], ...] = ()
    closed_by: str | None = None
    looked_back_at: datetime | None = None
    resolved_from: str | None = None
    strictest: tuple[ClockSpec, ...] = ()
    withdrawn_by: Actor | None = None
    tried_by: tuple[str, ...] = ()
    stood_in: tuple[tuple[str, str], ...] = ()
    joined_dues: tuple[JoinedDue, ...] = ()
    in_vain: tuple[datetime, ...] = ()
    signed_for_group: str | None = None
    reopened_at: datetime | None = None

    @property
    def group_signed(self) -> bool:
        """Return whether the first signature of the result that is there is the leading group's."""
        return self.signed_for_group is not None and self.signed_for_group in self.signatures

    @property
    def case_id(self) -> str:
        return self.plan.case_id

    @property
    def is_dated(self) -> bool:
        """Return whether the holder has named a date, and its standard allows that."""
        standard = self.plan.standard
        return self.done_by is not None and standard is not None and standard.dated is not None

    def clock(self, id_: str) -> Clock | None:
        return next((clock for clock in self.clocks if clock.id == id_), None)

    def miss(self, clock: str) -> Miss | None:
        """Return the last miss of the clock, of the holder's only one of the present unit."""
        unit = self.timed if clock == HOLDER else None
        of_turn = (m for m in reversed(self.misses) if m.clock == clock and m.unit == unit)
        return next(of_turn, None)

    def part(self, id_: str) -> Part | None:
        return next((part for part in self.parts if part.id == id_), None)

    def open_parts(self, *kinds: PartKind) -> tuple[Part, ...]:
        """Of these kinds, or of any."""
        wanted = kinds or tuple(PartKind)
        return tuple(part for part in self.parts if part.is_open and part.kind in wanted)

    def answer(self, command_id: str) -> Answered | None:
        return next((a for a in reversed(self.answered) if a.command_id == command_id), None)


@dataclass(frozen=True, slots=True)
class Outline:
    """Where a case is, without its plan: all that a relay has to remember of it.

    A whole case is a hundred times as large. `parts`: the kind of each part that was ever opened.
    """

    tenant: str
    tier: Tier
    seq: int = 1
    stage: Stage = Stage.RECEIVED
    holder: str | None = None
    rests_at: Stage | None = None
    parts: tuple[tuple[str, PartKind], ...] = ()

    def kind_of(self, part: str) -> PartKind | None:
        return next((kind for id_, kind in self.parts if id_ == part), None)


class PositionChange(TypedDict, total=False):
    """What a fact changes of where a case is: the fields that a case and its outline both have."""

    stage: Stage
    tier: Tier
    holder: str | None
    rests_at: Stage | None


Moves = Mapping[type, Callable[[Case | Outline, Any], PositionChange]]
"""How each fact changes where a case is. A fact that is not there changes none of it."""


def into(stage: Stage) -> Callable[[Case | Outline, object], PositionChange]:
    """The move of a fact that always leads to this stage, and changes neither tier nor holder."""
    change = PositionChange(stage=stage)
    return lambda _at, _fact: change


Steps = Mapping[type, Callable[[Case, Any, Event], Case]]
"""How each fact changes a case: a function of the case, the fact and its event."""
