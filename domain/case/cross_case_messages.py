"""Cross-case messages: what a case sends to others after it has journaled something."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from domain.case.agenda_decisions import told_of_meetings
from domain.case.citizen.acts import PassOn
from domain.case.citizen.facts import Supplemented
from domain.case.clocks import provisionally
from domain.case.closing.facts import Closed, Withdrawn
from domain.case.commands import BetweenCases
from domain.case.events import CommandRefused, Event
from domain.case.followers import dues_of
from domain.case.merging.acts import Follow, Join, Leave, StayMerged
from domain.case.merging.facts import Merged, Scattered, Unmerged
from domain.case.one_place import as_reported
from domain.case.parts.facts import PartMoved, PartState
from domain.case.registration.facts import NotAccepted
from domain.case.requests.acts import Answer
from domain.case.resources.acts import ConfirmReservation, YieldReservation
from domain.case.resources.facts import ReservationConfirmed, Reserved
from domain.case.state import Case
from domain.planning.strictness import UNKNOWN, strictness_of, units_limit
from domain.sla.case_clocks import CITIZEN, VERIFY
from domain.sla.clocks import due
from domain.vocabulary import ENDED_STAGES, Role, Stage

_MOST_FILES = 100
"""So that a message stays small: a reporter who sends more sends the latest of them."""

CrossCaseMessage = tuple[str, BetweenCases]
"""The id of the case that gets it, and the act."""


def cross_case_messages(case: Case, event: Event) -> Iterator[CrossCaseMessage]:
    """Yield what other cases get to know because of this event.

    `case` is the state after the event and all that were journaled with it.
    """
    yield from told_of_meetings(case, event)
    yield from _to_one_that_asked(case, event)
    yield from _of_reservations(case, event)
    own, fact = case.case_id, event.fact
    match fact:
        case Merged(into=into):
            yield into, _join(case, event)
        case Unmerged(into=into) if event.command != "follow":
            # A case that has ended, or refused to be joined, keeps no list of those that follow it.
            yield into, Leave(case=own)
        case Scattered(cases=cases, reason=reason):
            by = _of_the_town(event) if case.plan.follows(2) else None
            told = Follow(case=own, stage=None, result=reason, by=by)
            yield from ((each, told) for each in cases)
        case Closed(note=note):
            yield from _to_all(case, event, Stage.CLOSED, case.result or note)
        case NotAccepted(advice=advice):
            yield from _to_all(case, event, Stage.REFUSED, advice)
        case Withdrawn(reason=reason):
            yield from _to_all(case, event, Stage.WITHDRAWN, reason)
            if case.merged_into is not None:
                yield case.merged_into, Leave(case=own)
        case Supplemented() if case.merged_into is not None and case.stage is Stage.MERGED:
            # No unit works on this case; the units that work on the other must see it.
            yield (
                case.merged_into,
                PassOn(
                    case=own,
                    text=fact.text,
                    evidence=fact.evidence,
                    reminder=fact.reminder,
                    other_matter=fact.other_matter,
                ),
            )
        case CommandRefused(detail=detail) if event.command == "join":
            # The case that wanted to join is the actor, and gets the reason at once.
            stage = case.stage if case.stage in ENDED_STAGES else None
            told = Follow(case=own, stage=stage, result=detail, joined=False)
            yield event.actor.id, _as_it_ended(case, told) if stage is not None else told
        case _:
            return


def _to_one_that_asked(case: Case, event: Event) -> Iterator[CrossCaseMessage]:
    """Tell a case whose citizen says that it is another matter if it goes its own way, and why."""
    fact = event.fact
    part = case.part(fact.part) if isinstance(fact, PartMoved) else None
    if not isinstance(fact, PartMoved) or part is None or not part.type.separates:
        return
    own, reason = case.case_id, fact.by.reason if isinstance(fact.by, Answer) else fact.note
    told: BetweenCases
    if fact.to is PartState.GRANTED:
        told = Follow(case=own, stage=None, result=reason, by=_of_the_town(event))
    elif fact.to is PartState.REFUSED:
        told = StayMerged(case=own, reason=reason)
    else:
        return
    yield from ((each, told) for each in part.cases or ())


def _of_reservations(case: Case, event: Event) -> Iterator[CrossCaseMessage]:
    """Look again at what was reserved, now that other cases see it; tell those that were later."""
    match event.fact:
        case Reserved(resource=resource, start=start, until=until):
            again = ConfirmReservation(row=event.seq, resource=resource, start=start, until=until)
            yield case.case_id, again
        case ReservationConfirmed(row=row, over=over):
            kept = next(each for each in case.reservations or () if each.row == row)
            told = YieldReservation(
                case=case.case_id,
                resource=kept.resource,
                start=kept.start,
                until=kept.until,
                at=kept.at,
            )
            yield from ((other, told) for other in over)
        case _:
            return


def _join(case: Case, event: Event) -> Join:
    clock = case.clock(CITIZEN)
    deadline = due(clock, case.plan.calendar) if clock else None
    follows = case.plan.follows(2)
    strictness = strictness_of(case.plan, case.tier) if follows else UNKNOWN
    limit = units_limit(case.plan, strictness.tier) if case.plan.follows(3) else None
    dues = dues_of(case) if case.plan.follows(3) else ()
    return Join(
        case=case.case_id,
        due_at=deadline.at if deadline else None,
        by_rule=True if event.actor.role is Role.ENGINE else None,
        files=_reporters_files(case) if follows else None,
        tier=strictness.tier,
        urgency=strictness.urgency,
        category=case.plan.category if follows else None,
        provisional=provisionally(case, CITIZEN, deadline.at) if deadline else None,
        limit=limit.budget if limit else None,
        measure=limit.measure if limit else None,
        elsewhere=_elsewhere(case),
        dues=dues or None,
        unit=case.holder if dues else None,
        called=True if case.plan.callback and case.plan.follows(3) else None,
    )


def _elsewhere(case: Case) -> tuple[str | None, str | None] | None:
    alike = {each.case for each in case.plan.similar}
    found = case.merged_into in alike or not case.plan.follows(3)
    return None if found else as_reported(case.plan)


def _reporters_files(case: Case) -> tuple[str, ...] | None:
    """Return the digests of what reporters sent to this case; None if they sent none."""
    digests = (*(file.sha256 for file in case.plan.complaint.evidence), *case.supplied)
    return digests[-_MOST_FILES:] or None


def _to_all(case: Case, event: Event, stage: Stage, result: str) -> Iterator[CrossCaseMessage]:
    """Tell the end to those that follow, and by whom of the town: not by its citizen or a clock."""
    told = Follow(case=case.case_id, stage=stage, result=result)
    if case.plan.follows(2):
        answered = event.command == "settle" and case.plan.consult
        question: Literal[True] | None = True if answered else None
        told = replace(told, by=_of_the_town(event), question=question)
    told = _as_it_ended(case, told)
    for other, _ in case.joined:
        yield other, told


def _as_it_ended(case: Case, told: Follow) -> Follow:
    """Say of an end if it is the end of work, and of which matter."""
    if not case.plan.follows(2):
        return told
    at_the_desk = told.stage is Stage.REFUSED or case.resolved_by is None
    told = replace(told, no_unit=True if at_the_desk else None, category=case.plan.category)
    looked_at = case.clock(VERIFY) if case.plan.follows(3) and not at_the_desk else None
    return replace(told, done_at=looked_at.started_at if looked_at else None)


def _of_the_town(event: Event) -> str | None:
    return None if event.actor.role in {Role.REPORTER, Role.ENGINE} else event.actor.id
