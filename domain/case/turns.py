"""Whose turn it is in a case, and which seats have something to do: groups of roles in a unit.

Lists show the turn, and a person's own list is by seat: at the platform a verifier waits for other
cases than a dispatcher (domain/case/participants.py has the units).
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from domain.case.deciders import decider_of
from domain.case.part import Part
from domain.case.participants import decisions_of, inbox, part_turn
from domain.case.state import Case
from domain.people.capacities import Capacity
from domain.people.leading_group import Approval, Post
from domain.planning.assignment import in_the_vacuum
from domain.sla.case_clocks import APPOINT
from domain.vocabulary import CREW, ENDED_STAGES, HELD_STAGES, OFFICE, Role, Stage, Tier


class Turn(StrEnum):
    """Who has to move for an open case to go on."""

    PLATFORM = "platform"
    OFFICE = "office"
    UNIT = "unit"
    SUPERIOR = "superior"
    CITIZEN = "citizen"


_OF_STAGE = {Stage.REPORTED: Turn.SUPERIOR}
_CREW, _OFFICE = "crew", "office"
_AT_THE_PLATFORM = {
    Stage.RECEIVED: ("dispatcher",),
    Stage.TRIAGED: ("dispatcher",),
    Stage.RESOLVED: ("verifier",),
    Stage.VERIFIED: ("dispatcher", "hotline"),
}
"""Which seats of the platform the stage waits for: those who call back are two."""


def turn(case: Case) -> Turn | None:
    """Return whose turn it is; None of a case that has ended, follows another, or is suspended."""
    if case.stage in ENDED_STAGES or case.stage is Stage.MERGED or case.suspended_until is not None:
        return None
    contested = next((part for part in case.open_parts() if part.type.contests), None)
    if contested is not None:
        return _of_role(decider_of(case, contested))
    supervised = case.tier is Tier.SUPERVISE
    if case.stage is Stage.VERIFIED:
        return Turn.OFFICE if supervised else Turn.CITIZEN
    if case.stage is Stage.RESOLVED and supervised and case.signatures:
        return Turn.OFFICE  # whose signature is the second
    return _of_unit(case) if case.stage in HELD_STAGES else _OF_STAGE.get(case.stage, Turn.PLATFORM)


def _of_unit(case: Case) -> Turn:
    if case.holder == case.plan.office:
        return Turn.OFFICE
    appointing = case.clock(APPOINT)
    if appointing is not None and appointing.is_running:
        return Turn.OFFICE  # until it names who leads
    return Turn.PLATFORM if case.holder == case.plan.platform else Turn.UNIT


def seats(case: Case) -> tuple[str, ...]:
    """Return the seats (`UNIT/SEAT`) that have something to do in the case, and the mark of a
    second signature that it waits for, sorted.
    """
    found = {f"{unit}/{seat}" for unit, seat in _seats(case) if unit is not None}
    return tuple(sorted(found | ({_signed_from(signer(case))} if is_half_signed(case) else set())))


def is_half_signed(case: Case) -> bool:
    """Return whether one person has signed the result, and another one has to."""
    return case.stage is Stage.RESOLVED and case.tier is Tier.SUPERVISE and bool(case.signatures)


def signer(case: Case) -> Post | None:
    """Return the lowest post that gives the second signature; None where the office does."""
    approvers = case.plan.approvers
    return approvers.post_for(Approval.SIGNATURES) if approvers else None


def _signed_from(post: Post | None) -> str:
    return f"signature:{post or _OFFICE}"


def seats_of(capacities: Iterable[Capacity], units: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the seats of a person at a moment. `units`: also those that theirs took over, whose
    work is that of its crew.
    """
    given = [*capacities]
    own = {f"{each.unit}/{seat_of(each.role)}" for each in given}
    crew = any(each.role in CREW for each in given)
    return tuple(sorted(own | ({f"{unit}/{_CREW}" for unit in units} if crew else set())))


def waits_for(
    roles: Iterable[Role],
    capacities: Iterable[Capacity],
    units: Iterable[str] = (),
    posts: Iterable[Post] = (),
) -> tuple[str, ...]:
    """Return what marks the cases of a person's own list: the seats, the requests for one of the
    roles to answer, and the second signatures for one of the posts, of whichever unit.
    """
    given = [*capacities]
    all_roles = {*roles, *(each.role for each in given)}
    highest = max((post.rank for post in posts), default=-1)
    signs = [post for post in Post if post.rank <= highest]
    marks = [*signs, *([None] if all_roles & OFFICE else [])]
    return (
        *seats_of(given, units),
        *decisions_of(all_roles),
        *(_signed_from(post) for post in marks),
    )


def seat_of(role: Role) -> str:
    """Return the seat of a role: those who handle for a unit share one, and so does the office."""
    return _CREW if role in CREW else _OFFICE if role in OFFICE else role.value


def has_open_lead(case: Case) -> bool:
    """Return whether the platform still has to find out which unit leads."""
    waits = case.holder is None and case.stage not in ENDED_STAGES
    return waits and case.plan.open_lead is not None


def is_in_the_vacuum(case: Case) -> bool:
    return in_the_vacuum(case.plan)


def _seats(case: Case) -> Iterator[tuple[str | None, str]]:
    plan, stage, asked = case.plan, case.stage, set[str | None]()
    for part in case.open_parts():
        units = part_turn(case, part)
        asked |= units
        yield from ((unit, _asked(case, part, unit)) for unit in units)
    if stage is Stage.REPORTED:
        yield plan.issuer_unit, seat_of(Role.SUPERIOR)
    if stage not in ENDED_STAGES and stage is not Stage.MERGED:
        if not is_half_signed(case):
            yield from ((plan.platform, seat) for seat in _AT_THE_PLATFORM.get(stage, ()))
        yield case.holder, _CREW
        if case.holder == plan.office:
            yield case.holder, _OFFICE
    for unit in {*inbox(case)} - asked - {case.holder}:
        if unit == plan.office:
            if not is_half_signed(case) or signer(case) is None:  # else a post signs
                yield unit, _OFFICE
        elif unit != plan.platform or stage not in _AT_THE_PLATFORM:
            yield unit, seat_of(Role.DISPATCHER) if unit == plan.platform else _CREW


def _asked(case: Case, part: Part, unit: str | None) -> str:
    """Return who of a unit an open part waits for: its decider, or those who do the work."""
    if part.type.request:
        return seat_of(decider_of(case, part))
    if unit == case.plan.office:
        return _OFFICE
    return seat_of(Role.DISPATCHER) if unit == case.plan.platform else _CREW


def _of_role(role: Role) -> Turn:
    if role in OFFICE:
        return Turn.OFFICE
    return Turn.PLATFORM if role is Role.DISPATCHER else Turn.UNIT
