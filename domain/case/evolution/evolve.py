"""A case is the fold of its events."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import reduce
from typing import Any

from domain.case import events
from domain.case.events import CommandRefused, Event, Fact, Received
from domain.case.evolution import campaigns, citizen, ending, handling, merging, parts
from domain.case.facts import campaigns as campaign_facts
from domain.case.facts import citizen as citizen_facts
from domain.case.facts import ending as end_facts
from domain.case.facts import merging as merge_facts
from domain.case.facts import parts as part_facts
from domain.case.state import REMEMBERED, Answered, Case

_OF_THE_ENGINE = frozenset({"open", "ring"})
"""Commands that nobody waits to have answered. By kind: any role can be claimed by a caller."""

_STEPS: dict[type[Fact], Callable[[Case, Any, Event], Case]] = {
    events.Triaged: handling.triaged,
    merge_facts.Repinned: handling.repinned,
    events.Dispatched: handling.dispatched,
    part_facts.Appointed: handling.appointed,
    events.Signed: handling.signed,
    events.Progressed: handling.progressed,
    events.Returned: handling.returned,
    events.Resolved: handling.resolved,
    events.TierRaised: handling.tier_changed,
    events.TierLowered: handling.tier_changed,
    events.Suspended: handling.suspended,
    events.Resumed: handling.resumed,
    part_facts.Extended: handling.extended,
    events.DeadlineMissed: handling.deadline_missed,
    events.RungReached: handling.rung_reached,
    part_facts.PartOpened: parts.opened,
    part_facts.PartMoved: parts.part_moved,
    campaign_facts.Counted: campaigns.counted,
    citizen_facts.Supplemented: citizen.supplemented,
    end_facts.Countersigned: ending.countersigned,
    events.Verified: ending.verified,
    events.Reworked: ending.reworked,
    end_facts.CalledBack: ending.called_back,
    end_facts.ReportedUp: ending.reported_up,
    end_facts.SentBack: ending.sent_back,
    events.Closed: ending.closed,
    end_facts.NotAccepted: ending.not_accepted,
    events.Withdrawn: ending.withdrawn,
    end_facts.Archived: ending.archived,
    end_facts.Reopened: ending.reopened,
    merge_facts.Merged: merging.merged,
    merge_facts.Unmerged: merging.unmerged,
    merge_facts.Joined: merging.joined,
    merge_facts.Left: merging.left,
    merge_facts.Linked: merging.linked,
    merge_facts.Unlinked: merging.unlinked,
}
# Received begins the case; what is not here changes nothing but the row count: a comment, a rating,
# a refusal, a circulation, what became of a notice.


def evolve(case: Case | None, event: Event) -> Case:
    """The case after one more event. Raises ValueError when the event cannot follow."""
    fact = event.fact
    if case is None:
        if not isinstance(fact, Received):
            raise ValueError(f"a case begins with received, not with {fact.kind}")
        case = handling.begin(fact.plan, event.at)
    elif event.seq != case.seq + 1:
        raise ValueError(
            f"{case.case_id}: after row {case.seq} comes {case.seq + 1}, not {event.seq}"
        )
    step = _STEPS.get(type(fact))
    after = step(case, fact, event) if step else case
    return replace(after, seq=event.seq, answered=_remember(after, event))


def fold(events: Iterable[Event], start: Case | None = None) -> Case:
    """The case that the events leave, from the beginning or from where `start` stands."""
    case = reduce(evolve, events, start)
    if case is None:
        raise ValueError("no events: there is no such case")
    return case


def _remember(case: Case, event: Event) -> tuple[Answered, ...]:
    if event.command in _OF_THE_ENGINE:
        return case.answered
    fact = event.fact
    refused = fact if isinstance(fact, CommandRefused) else None
    answer = Answered(
        event.command_id,
        event.command,
        event.seq,
        case.stage,
        refused.refusal if refused else None,
        refused.detail if refused else "",
    )
    earlier = case.answered
    if earlier and earlier[-1].command_id == event.command_id:
        earlier = earlier[:-1]
    return (*earlier[-REMEMBERED + 1 :], answer)
