"""The outline of a case: the little that tells outsiders where it stands, without its plan.

A relay keeps an outline of each case that it tells of; a whole case would be a hundred times as
large. tests/unit/test_outlines.py holds it to the fold of the same events.
"""

from dataclasses import dataclass, replace

from domain.case.closing.facts import (
    Archived,
    Closed,
    Resolved,
    Reworked,
    SentBack,
    Verified,
    Withdrawn,
)
from domain.case.dispatch.facts import Dispatched, Returned
from domain.case.events import Event
from domain.case.handling.facts import Progressed, Signed
from domain.case.merging.facts import Merged, Unmerged
from domain.case.parts.facts import PartOpened
from domain.case.registration.facts import NotAccepted, Received, Triaged
from domain.case.requests.facts import Reopened
from domain.case.supervision.facts import ReportedUp
from domain.case.tiers.facts import TierLowered, TierRaised
from domain.policy.part_rules import PartKind
from domain.vocabulary import Stage, Tier


@dataclass(frozen=True, slots=True)
class Outline:
    """Where a case stands (domain/case/state.py); `parts`: the kind of each part that was ever
    opened.
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


def outline(before: Outline | None, event: Event) -> Outline:
    """The outline after one more event. Raises ValueError when it cannot follow."""
    fact = event.fact
    if before is None:
        if not isinstance(fact, Received):
            raise ValueError(f"a case begins with received, not with {fact.kind}")
        return Outline(fact.plan.complaint.tenant, fact.plan.tier, event.seq)
    if event.seq != before.seq + 1:
        raise ValueError(f"after row {before.seq} comes {before.seq + 1}, not {event.seq}")
    after = replace(before, seq=event.seq, stage=_stage_after(before, event))
    match fact:
        case Triaged(tier=tier) | TierRaised(to=tier) | TierLowered(to=tier):
            after = replace(after, tier=tier)
        case Dispatched(unit=unit):
            after = replace(after, holder=unit)
        case Returned():
            after = replace(after, holder=None)
        case Merged():
            after = replace(after, rests_at=before.stage)
        case Unmerged() | ReportedUp(awaits=True):
            after = replace(after, rests_at=None)
        case PartOpened(part=part, what=what):
            after = replace(after, parts=(*before.parts, (part, what)))
    return after


def _stage_after(before: Outline, event: Event) -> Stage:
    match event.fact:
        case Reworked(dissatisfied=True):
            return Stage.DISPATCHED
        case ReportedUp(awaits=True):
            return Stage.REPORTED
        case SentBack():
            return Stage.TRIAGED if before.holder is None else Stage.IN_PROGRESS
        case Unmerged():
            return before.rests_at or Stage.TRIAGED
        case fact:
            return _STAGES.get(type(fact), before.stage)


_STAGES: dict[type, Stage] = {
    Triaged: Stage.TRIAGED,
    Dispatched: Stage.DISPATCHED,
    Signed: Stage.SIGNED,
    Progressed: Stage.IN_PROGRESS,
    Returned: Stage.TRIAGED,
    Resolved: Stage.RESOLVED,
    TierRaised: Stage.TRIAGED,
    TierLowered: Stage.TRIAGED,
    Verified: Stage.VERIFIED,
    Reworked: Stage.IN_PROGRESS,
    Closed: Stage.CLOSED,
    NotAccepted: Stage.REFUSED,
    Withdrawn: Stage.WITHDRAWN,
    Archived: Stage.ARCHIVED,
    Reopened: Stage.TRIAGED,
    Merged: Stage.MERGED,
}
"""The stage that a fact always leads to."""
