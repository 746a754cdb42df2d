"""The stored form of journal rows: events as canonical JSON bytes, and back."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.audit.hash_chain import canonical
from domain.case.commands import Actor
from domain.case.events import Event, Fact
from domain.case.participants import awaited, inbox, late, readers
from domain.case.state import Case
from domain.case.summaries import Summary, missed_at, summarize
from domain.case.turns import has_open_lead, is_in_the_vacuum, seats, turn
from domain.matching.spots import spot_of
from domain.vocabulary import Stage
from schemas.base import Message
from schemas.records import Batch, CaseRow, ReservationRow

VERSION: Literal[1] = 1


class Body(Message):
    """One row of the journal, as it is stored, hashed and exported."""

    v: Literal[1]
    case: str
    seq: int
    at: datetime
    actor: Actor
    command_id: str
    command: str
    fact: Annotated[Fact, Field(discriminator="kind")]


def body_of(case_id: str, event: Event) -> bytes:
    """Return the bytes of an event that are hashed and stored."""
    # The event is made of our own types, so there is nothing to validate.
    body = Body.model_construct(
        v=VERSION,
        case=case_id,
        seq=event.seq,
        at=event.at,
        actor=event.actor,
        command_id=event.command_id,
        command=event.command,
        fact=event.fact,
    )
    return canonical(body.model_dump(mode="json", exclude_none=True))


def event_of(body: bytes | str) -> Event:
    """Parse a row. Raises pydantic's ValidationError if it is not an event of this version."""
    row = Body.model_validate_json(body)
    return Event(row.seq, row.at, row.actor, row.command_id, row.command, row.fact)


def batch_of(case: Case, events: tuple[Event, ...], summary: Summary) -> Batch:
    """Return what one stage writes: the rows of `events`, and the list row after them."""
    return Batch(
        case_id=case.case_id,
        first_seq=events[0].seq,
        bodies=tuple(body_of(case.case_id, event).decode() for event in events),
        row=row_of(case, summary),
    )


def row_of(case: Case, summary: Summary | None = None) -> CaseRow:
    """Return the read-model row: a function of the case alone, so that it can be rebuilt.

    `summary` saves computing it again.
    """
    plan, summary = case.plan, summary or summarize(case)
    return CaseRow(
        case_id=case.case_id,
        tenant=plan.complaint.tenant,
        tier=case.tier,
        stage=case.stage,
        holder=case.holder,
        grid=plan.listed_grid,
        category=plan.category,
        urgency=plan.urgency,
        channel=plan.complaint.channel,
        title=summary.title,
        level=case.level,
        received_at=case.opened_at,
        citizen_due=summary.citizen_due,
        next_due=summary.next_due,
        next_clock=summary.coming.clock if summary.coming else None,
        closed_at=case.closed_at,
        policy=plan.policy,
        seq=case.seq,
        spot=spot_of(plan.complaint.place),
        units=readers(case),
        inbox=(*inbox(case), *awaited(case), *seats(case)),
        citizen_due_provisional=summary.citizen_due_provisional or None,
        next_due_provisional=summary.next_due_provisional or None,
        due_clock=summary.due_clock,
        due_measure=summary.due_measure,
        owed_by=_owed_by(case, summary),
        missed_at=missed_at(case),
        reservations=_reservations(case),
        turn=turn(case),
        rests=summary.rests or case.stage is Stage.REPORTED or summary.next_due is None,
        vacuum=is_in_the_vacuum(case),
        open_lead=has_open_lead(case),
        next_at=summary.coming.at if summary.coming else None,
        looked_back_at=case.looked_back_at,
    )


def _owed_by(case: Case, summary: Summary) -> str | None:
    """Return the unit whose miss it is, or will be, that the earliest deadline passes."""
    if summary.due_clock is None or summary.next_due is None:
        return None
    return next(iter(late(case, summary.due_clock, summary.next_due) or ()), None)


def _reservations(case: Case) -> tuple[ReservationRow, ...] | None:
    kept = (each for each in case.reservations or () if each.freed_at is None)
    rows = tuple(
        ReservationRow(
            resource=each.resource,
            start=each.start,
            until=each.until,
            by=each.by,
            at=each.at,
            part=each.part,
            confirmed=each.confirmed,
        )
        for each in kept
    )
    return rows or None
