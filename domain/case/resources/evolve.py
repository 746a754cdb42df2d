"""What a case has reserved, and since when it has it no more."""

from collections.abc import Callable
from dataclasses import replace

from domain.case.events import Event
from domain.case.reservations import Reservation
from domain.case.resources.facts import ReservationConfirmed, Reserved, ResourceFreed
from domain.case.state import Case, Steps


def reserved(case: Case, fact: Reserved, event: Event) -> Case:
    reservation = Reservation(
        row=event.seq,
        resource=fact.resource,
        unit=fact.unit,
        use=fact.use,
        start=fact.start,
        until=fact.until,
        by=event.actor.id,
        at=event.at,
        part=fact.part,
    )
    return replace(case, reservations=(*(case.reservations or ()), reservation))


def confirmed(case: Case, fact: ReservationConfirmed, event: Event) -> Case:
    return _changed(case, fact.row, lambda each: replace(each, confirmed=True))


def freed(case: Case, fact: ResourceFreed, event: Event) -> Case:
    return _changed(case, fact.row, lambda each: replace(each, freed_at=event.at))


def _changed(case: Case, row: int, change: Callable[[Reservation], Reservation]) -> Case:
    changed = (change(each) if each.row == row else each for each in case.reservations or ())
    return replace(case, reservations=tuple(changed))


STEPS: Steps = {
    Reserved: reserved,
    ReservationConfirmed: confirmed,
    ResourceFreed: freed,
}
