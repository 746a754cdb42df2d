"""What anyone with its follow code may see of a case: how it stands, and the answer to its citizen.

Never: who reported it, notes among those who work on it, names of officials, and who informed them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.case.closing.facts import Closed, Resolved
from domain.case.events import Event
from domain.case.evolve import fold
from domain.case.merging.facts import StaysMerged
from domain.case.registration.facts import NotAccepted
from domain.case.state import Case
from domain.case.summaries import summarize
from domain.policy.model import Policy
from domain.privacy.confidential import HIDDEN
from domain.vocabulary import ENDED_STAGES, Stage

NOTES: Mapping[Stage, str] = {
    Stage.RECEIVED: "已登记，等待受理 · received",
    Stage.TRIAGED: "已受理，等待派单 · accepted",
    Stage.DISPATCHED: "已派单，等待签收 · sent to its office",
    Stage.SIGNED: "已签收 · its office has taken it",
    Stage.IN_PROGRESS: "办理中 · in progress",
    Stage.RESOLVED: "已办结，等待核查 · done, to be verified",
    Stage.VERIFIED: "已核查，等待回访 · verified, you may be asked",
    Stage.REPORTED: "已上报，等待上级核销 · reported to the superior office",
    Stage.CLOSED: "已结案 · closed",
    Stage.REFUSED: "不予受理 · outside the mandate",
    Stage.MERGED: "已并单办理 · handled with another report of the same matter",
    Stage.ARCHIVED: "已归档 · closed and filed",
    Stage.WITHDRAWN: "已撤诉 · withdrawn",
}
"""Each stage, in words for citizens."""

_ANSWERED = frozenset({Stage.VERIFIED, Stage.REPORTED, Stage.CLOSED, Stage.REFUSED, Stage.ARCHIVED})
"""Before that a result may still be found not to hold, and is no answer."""
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class PublicView:
    """A case as its citizen follows it. `merged`: stage, unit, promise and answer are those of the
    case that it follows, and `merged_because` is what its citizen was told who said that it is
    another matter. `promised` is provisional if it counts days without published holidays.
    `zone`: of the town.
    """

    case_id: str
    stage: Stage
    category: str
    unit: str | None
    received_at: datetime
    changed_at: datetime
    promised: datetime | None
    provisional: bool
    answer: str | None
    zone: str
    merged: bool = False
    merged_because: str | None = None

    @property
    def ended(self) -> bool:
        return self.stage in ENDED_STAGES

    @property
    def note(self) -> str:
        return NOTES[self.stage]


def public_view(
    policy: Policy,
    events: Sequence[Event],
    leader: Sequence[Event] = (),
    names: Iterable[str] = (),
) -> PublicView:
    """Return what may be seen.

    `events` and `leader` are all rows of the case and of the one that it follows, with their texts
    unsealed. `names` are those of reporters, which no answer shows.
    """
    own = fold(events)
    case = fold(leader) if leader else own
    promise = summarize(case)
    holder = policy.unit(case.holder) if case.holder else None
    category = policy.category(own.plan.complaint.category or own.plan.category)
    hidden = {*names, *(person.name for person in policy.roster.people)}
    return PublicView(
        case_id=own.case_id,
        stage=case.stage,
        category=category.name if category else "",
        unit=holder.name if holder else None,
        received_at=own.opened_at,
        changed_at=max(event.at for event in (events[-1], *leader[-1:])),
        promised=promise.citizen_due,
        provisional=promise.citizen_due_provisional,
        answer=_without(hidden, _answer(case, leader or events)),
        zone=own.plan.calendar.zone,
        merged=bool(leader),
        merged_because=_without(hidden, _stays(own, events)),
    )


def follows(events: Sequence[Event]) -> str | None:
    """Return the number of the case whose way this one goes; None if it goes its own."""
    return fold(events).merged_into


def _answer(case: Case, events: Sequence[Event]) -> str | None:
    """Return what the citizen is answered; None while there is no answer that holds."""
    if case.stage not in _ANSWERED:
        return None
    for event in reversed(events):
        match event.fact:
            case NotAccepted(advice=advice) if case.stage is Stage.REFUSED:
                return advice or None
            case Resolved(result=result):
                return result or None
            case Closed(note=note) if event.command == "settle":
                return note or None
    return None


def _stays(own: Case, events: Sequence[Event]) -> str | None:
    """Return why a person let it go on with the other case; None if no one has asked."""
    told = [e.fact.reason for e in events if isinstance(e.fact, StaysMerged)]
    return told[-1] if told and own.merged_into is not None else None


def _without(names: Iterable[str], text: str | None) -> str | None:
    """Return the text without these names; the longest first, of which others may be a part."""
    if text is None:
        return None
    for name in sorted(names, key=len, reverse=True):
        if len(name) >= _SHORTEST:
            text = text.replace(name, HIDDEN)
    return text
