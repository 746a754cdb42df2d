"""What conferences have proposed for the responsibility list, and what became of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.case.events import Event
from domain.case.joint_work.acts import Hold
from domain.case.parts.facts import PartMoved, PartState
from domain.policy.model import Policy
from domain.reporting.indicators import plan_of


class ProposalState(StrEnum):
    """What the pack makes of a proposal."""

    OPEN = "open"
    TAKEN_UP = "taken_up"  # a row names it
    ALREADY_SO = "already_so"  # the row has this lead, without naming it


@dataclass(frozen=True, slots=True)
class Proposal:
    """`id` is the case and the row of its journal: what the pack names that takes it up."""

    id: str
    at: datetime
    category: str
    unit: str

    def state(self, policy: Policy) -> ProposalState:
        row = policy.category(self.category)
        if row is not None and row.proposal == self.id:
            return ProposalState.TAKEN_UP
        same = row is not None and row.lead == self.unit
        return ProposalState.ALREADY_SO if same else ProposalState.OPEN


def proposals_of(events: Sequence[Event]) -> Iterator[Proposal]:
    """Yield the proposals of a case, given all its events in order."""
    case_id = plan_of(events).case_id
    for event in events:
        match event.fact:
            case PartMoved(to=PartState.DONE, by=Hold(responsible=(_, *_) as proposed)):
                for each in proposed:
                    yield Proposal(f"{case_id}/{event.seq}", event.at, each.category, each.unit)
            case _:
                pass
