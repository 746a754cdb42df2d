"""Resources of the town: one case at a time has each, by those who hold it or by the office.

A reservation is checked against those of other cases, and journaled. Two cases that do so at the
same moment do not see each other, so each looks once more after its row is in the journal
(`confirm`). What was confirmed stays; of two that are not, the earlier one. The later one is freed
by a row that names the other case, and nothing that was journaled is lost (docs/adr/0031).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.case.access import may_read
from domain.case.draft import Decisions, Draft, Refused
from domain.case.permissions import acts_for
from domain.case.recorders import resource_known
from domain.case.refusals import Refusal
from domain.case.reservations import OtherReservation, Reservation
from domain.case.resources.acts import ConfirmReservation, Release, Reserve, YieldReservation
from domain.case.resources.facts import (
    FreedBecause,
    ReservationConfirmed,
    Reserved,
    ResourceFreed,
)
from domain.case.state import Case
from domain.case.validation import MOST_NAMED, between
from domain.policy.resources import Resource
from domain.sla.explanations import local
from domain.vocabulary import ENDED_STAGES, OFFICE, Stage

_AHEAD = timedelta(days=92)
_LONGEST = timedelta(days=31)
_JUST_NOW = timedelta(minutes=15)
"""So long a person may take to enter what has begun."""
_MOST = 100
"""Reservations of a case: each travels with it."""


def reserve(draft: Draft, act: Reserve) -> None:
    """All of them or none: one that is not free refuses the command."""
    between(len(act.resources), 1, MOST_NAMED, "resources in one command")
    if len({*act.resources}) < len(act.resources):
        raise Refused(Refusal.RESOURCE_TAKEN, "a resource is named twice; name each once")
    number = len(draft.case.reservations or ())
    if number + len(act.resources) > _MOST:
        raise Refused(Refusal.LIMIT_REACHED, f"{_MOST} reservations are all that a case may have")
    start = _span(draft, act)
    if act.part is not None:
        _is_work(draft, act.part)
    for id_ in act.resources:
        resource = resource_known(draft, id_)
        _may_assign(draft, resource)
        if why := resource.why_away(start, act.until, _zone(draft.case)):
            detail = f"{id_} ({resource.name}) is {why}; choose another, or ask {resource.unit}"
            raise Refused(Refusal.NOT_IN_SERVICE, detail)
        _is_free(draft, id_, start, act.until)
        draft.add(
            Reserved(
                resource=id_,
                name=resource.name,
                unit=resource.unit,
                use=resource.use,
                start=start,
                until=act.until,
                part=act.part,
                note=act.note,
            )
        )


def _span(draft: Draft, act: Reserve) -> datetime:
    """Return when it begins. Raises Refused for a span that is over, far away or too long."""
    start = draft.now if act.start is None else act.start
    if start.tzinfo is None or act.until.tzinfo is None:
        raise Refused(Refusal.BAD_DATE, "say in which time zone, as in 2026-12-01T08:00:00+08:00")
    if not draft.now - _JUST_NOW <= start <= draft.now + _AHEAD:
        detail = f"start is now, or in the next {_AHEAD.days} days; nothing is reserved afterwards"
        raise Refused(Refusal.BAD_DATE, detail)
    if act.until <= max(start, draft.now):
        raise Refused(Refusal.BAD_DATE, "until is after start, and in the future")
    if act.until - start > _LONGEST:
        raise Refused(Refusal.BAD_DATE, f"at most {_LONGEST.days} days; reserve the rest later")
    return start


def _is_work(draft: Draft, name: str) -> None:
    """Raises Refused for a part that has ended, and for a request, which needs no resource."""
    part = draft.case.part(name)
    if part is None or not part.is_open:
        work = (each.id for each in draft.case.open_parts() if not each.type.request)
        names = ", ".join(work) or "none; leave `part` out to reserve for the case"
        raise Refused(Refusal.NO_SUCH_PART, f"no open part {name}; there are: {names}")
    if part.type.request:
        detail = f"{name} asks for something; a resource is for work, or for the case"
        raise Refused(Refusal.WRONG_STEP, detail)


def _may_assign(draft: Draft, resource: Resource) -> None:
    """Raises Refused unless the actor is of the office, or of the unit that holds the resource and
    has a part in the case.
    """
    if draft.command.actor.role in OFFICE:
        return
    if not acts_for(draft.command, resource.unit):
        detail = f"{resource.id} ({resource.name}) is held by {resource.unit}"
        do = f"ask a person of {resource.unit}, or the leading group's office, to reserve it"
        raise Refused(Refusal.NOT_YOUR_RESOURCE, f"{detail}; {do}")
    if not may_read(draft.case, draft.command):
        detail = f"{draft.command.actor.unit} has no part in this case"
        raise Refused(Refusal.NOT_READABLE, f"{detail}; the leading group's office reserves for it")


def _is_free(draft: Draft, id_: str, start: datetime, until: datetime) -> None:
    own = [each for each in _of(draft.case, id_) if each.overlaps(start, until)]
    if own:
        detail = f"this case has {id_} until {_at(draft, own[0].until)} already, by {own[0].by}"
        raise Refused(Refusal.RESOURCE_TAKEN, f"{detail}; release it first to change that")
    if taken := _others(draft, id_, start, until):
        one = taken[0]
        span = f"from {_at(draft, one.start)} until {_at(draft, one.until)}"
        detail = f"another case has {id_} {span}, reserved by {one.by}"
        do = f"choose another time or resource, or ask {one.by} to release it"
        raise Refused(Refusal.RESOURCE_TAKEN, f"{detail}; {do}")


def _others(draft: Draft, id_: str, start: datetime, until: datetime) -> list[OtherReservation]:
    """Return the reservations of other cases in the span, the earliest first."""
    found = (
        each
        for each in draft.command.lookup.reserved
        if each.resource == id_ and each.case != draft.case.case_id
    )
    overlapping = (each for each in found if each.start < until and start < each.until)
    return sorted(overlapping, key=lambda each: (each.start, each.case))


def _of(case: Case, id_: str) -> Iterator[Reservation]:
    return (each for each in case.reservations or () if each.resource == id_)


def release(draft: Draft, act: Release) -> None:
    """By the unit that holds it, by the person who reserved it, or by the office."""
    for id_ in dict.fromkeys(act.resources):
        found = [each for each in _of(draft.case, id_) if each.is_ahead(draft.now)]
        if not found:
            ahead = (each for each in draft.case.reservations or () if each.is_ahead(draft.now))
            names = ", ".join(dict.fromkeys(each.resource for each in ahead)) or "nothing"
            detail = f"{id_} is not reserved for this case; it has reserved: {names}"
            raise Refused(Refusal.NOT_RESERVED, detail)
        for each in found:
            _may_release(draft, each)
            _free(draft, each, FreedBecause.RELEASED, reason=act.reason)


def _may_release(draft: Draft, reservation: Reservation) -> None:
    actor = draft.command.actor
    own = acts_for(draft.command, reservation.unit) or actor.id == reservation.by
    if actor.role not in OFFICE and not own:
        detail = f"{reservation.resource} is held by {reservation.unit}"
        do = f"{reservation.by}, a person of {reservation.unit}, or the office releases it"
        raise Refused(Refusal.NOT_YOUR_RESOURCE, f"{detail}; {do}")


def _free(
    draft: Draft,
    reservation: Reservation,
    because: FreedBecause,
    *,
    reason: str = "",
    case: str | None = None,
) -> None:
    draft.add(
        ResourceFreed(
            row=reservation.row,
            resource=reservation.resource,
            because=because,
            reason=reason,
            case=case,
        )
    )


def confirm(draft: Draft, act: ConfirmReservation) -> None:
    """Keep it, unless another case has confirmed it, or reserved it before."""
    own = next((each for each in _of(draft.case, act.resource) if each.row == act.row), None)
    if own is None or own.freed_at is not None:
        raise Refused(Refusal.NOT_RESERVED, f"{act.resource} was freed before it was confirmed")
    others = _others(draft, act.resource, own.start, own.until)
    mine = (own.at, draft.case.case_id)
    first = next((each for each in others if each.confirmed or each.is_before(mine)), None)
    if first is not None:
        reason = f"reserved first by {first.by}, until {_at(draft, first.until)}"
        _free(draft, own, FreedBecause.CONFLICT, reason=reason, case=first.case)
        return
    over = tuple(dict.fromkeys(each.case for each in others))
    draft.add(ReservationConfirmed(row=own.row, resource=own.resource, over=over))


def yield_to(draft: Draft, act: YieldReservation) -> None:
    """Free what was reserved later than by the other case. Refused, as a row, if nothing was."""
    theirs = (act.at, act.case)
    later = [
        each
        for each in _of(draft.case, act.resource)
        if each.overlaps(act.start, act.until) and (each.at, draft.case.case_id) > theirs
    ]
    if not later:
        detail = f"{act.resource} is not reserved here later than by {act.case}"
        raise Refused(Refusal.NOT_RESERVED, detail)
    for each in later:
        reason = f"reserved first, until {_at(draft, act.until)}"
        _free(draft, each, FreedBecause.CONFLICT, reason=reason, case=act.case)


def free_ended(draft: Draft) -> None:
    """Free what is reserved for a part, or a case, that this command has ended."""
    case = draft.case
    ended = case.stage in ENDED_STAGES or case.stage is Stage.MERGED
    for each in case.reservations or ():
        if not each.is_ahead(draft.now):
            continue
        part = case.part(each.part) if each.part is not None else None
        if ended:
            _free(draft, each, FreedBecause.CASE_ENDED)
        elif part is not None and not part.is_open:
            _free(draft, each, FreedBecause.PART_ENDED)


def _zone(case: Case) -> ZoneInfo:
    return ZoneInfo(case.plan.calendar.zone)


def _at(draft: Draft, moment: datetime) -> str:
    return local(moment, _zone(draft.case))


DECISIONS: Decisions = {
    Reserve: reserve,
    Release: release,
    ConfirmReservation: confirm,
    YieldReservation: yield_to,
}
