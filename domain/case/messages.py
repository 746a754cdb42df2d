"""What one case tells another after it has journaled something."""

from collections.abc import Iterator

from domain.case.citizen.acts import PassOn
from domain.case.citizen.facts import Supplemented
from domain.case.closing.facts import Closed, Withdrawn
from domain.case.commands import BetweenCases
from domain.case.events import CommandRefused, Event
from domain.case.merging.acts import Follow, Join, Leave
from domain.case.merging.facts import Merged, Unmerged
from domain.case.registration.facts import NotAccepted
from domain.case.state import Case
from domain.sla.case_clocks import CITIZEN
from domain.sla.clocks import due
from domain.vocabulary import ENDED_STAGES, Stage

Errand = tuple[str, BetweenCases]
"""To whom (a case id), and what."""


def errands(case: Case, event: Event) -> Iterator[Errand]:
    """`case` is as it is after the event and all that were journaled with it."""
    own, fact = case.case_id, event.fact
    match fact:
        case Merged(into=into):
            clock = case.clock(CITIZEN)
            deadline = due(clock, case.plan.calendar) if clock else None
            yield into, Join(case=own, due_at=deadline.at if deadline else None)
        case Unmerged(into=into) if event.command != "follow":
            # What has ended, or would not be joined, need not hear that nobody follows it.
            yield into, Leave(case=own)
        case Closed(note=note):
            yield from _to_all(case, Stage.CLOSED, case.result or note)
        case NotAccepted(advice=advice):
            yield from _to_all(case, Stage.REFUSED, advice)
        case Withdrawn(reason=reason):
            yield from _to_all(case, Stage.WITHDRAWN, reason)
            if case.merged_into is not None:
                yield case.merged_into, Leave(case=own)
        case Supplemented() if case.merged_into is not None and case.stage is Stage.MERGED:
            # Nobody works on this one: those who work on the other must see it.
            yield (
                case.merged_into,
                PassOn(case=own, text=fact.text, evidence=fact.evidence, reminder=fact.reminder),
            )
        case CommandRefused(detail=detail) if event.command == "join":
            # Whoever wanted to join is the actor; it hears at once why it cannot.
            stage = case.stage if case.stage in ENDED_STAGES else None
            yield event.actor.id, Follow(case=own, stage=stage, result=detail, joined=False)
        case _:
            return


def _to_all(case: Case, stage: Stage, result: str) -> Iterator[Errand]:
    for other, _ in case.joined:
        yield other, Follow(case=case.case_id, stage=stage, result=result)
