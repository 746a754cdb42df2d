"""Which cases a person may read: their unit's, or the whole tenant's (docs/adr/0022-reading.md)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from domain.case.commands import Command
from domain.case.events import Fact
from domain.case.folders.facts import PieceAdded
from domain.case.part_types import PART_TYPES
from domain.case.participants import parties
from domain.case.parts.facts import PartMoved, PartOpened
from domain.case.permissions import belongs_to, speaks_for_issuer
from domain.case.refusals import Refusal
from domain.case.state import Case
from domain.people.capacities import Capacity, capacities
from domain.people.rosters import Person
from domain.people.unit_successors import current_successor
from domain.policy.model import Policy
from domain.policy.part_rules import PartKind
from domain.policy.powers import Reads, reads_of
from domain.vocabulary import CREW, OFFICE, OVERSEERS, Role

_EVERY_UNIT = OFFICE | {Role.DISPATCHER, Role.HOTLINE, Role.VERIFIER}
_CALLS_BACK = frozenset({Role.DISPATCHER, Role.HOTLINE})


@dataclass(frozen=True, slots=True)
class Reach:
    """`units`: the person's own, with those that it took over; sorted ids. What waits for them is
    theirs. `whole_tenant`: reads the cases of every unit. `calls_back`: reads who reported a case,
    unless in confidence and about one of `units`. `inquires`: reads what is inquired into the duty
    of officials (一案双查), which the leading group and its office alone read, and none of those
    into whose duty it is: `reads_duty`. `own`: the unit that the person is of, and those it took
    over. `reads_words`: reads what citizens and officials wrote in their own words; an auditor
    reads the rest of each case alone. `part_units`: those of `units` that read of a case their own
    parts alone (domain/case/own_parts.py).
    """

    person: str
    tenant: str
    units: tuple[str, ...]
    whole_tenant: bool = False
    calls_back: bool = False
    inquires: bool = False
    own: tuple[str, ...] = ()
    reads_words: bool = True
    part_units: tuple[str, ...] = ()


def reach_of(policy: Policy, person: Person, at: datetime | None = None) -> Reach:
    """By the person's roles. All of the platform and of the office read the whole tenant.

    An auditor reads it without words, and as nothing else; who is an operator alone reads no case.
    At a moment, also by duties, and by the roles of an absent person whose deputy this one is:
    who is told in another's place can read what it is about.
    """
    if Role.AUDITOR in person.roles:
        return Reach(person.id, policy.tenant, (), whole_tenant=True, reads_words=False)
    given = _of_cases(policy, person, at)
    roles = frozenset({*person.roles, *(each.role for each in given)})
    own = {*_own(person), *(each.unit for each in given)}
    units = _with_taken_over(policy, own)
    if roles & OFFICE:
        units.add(policy.office)
    return Reach(
        person=person.id,
        tenant=policy.tenant,
        units=tuple(sorted(units)),
        whole_tenant=bool(roles & _EVERY_UNIT or own & {policy.platform, policy.office}),
        calls_back=bool(roles & _CALLS_BACK),
        inquires=bool(roles & OFFICE),
        own=tuple(sorted(_with_taken_over(policy, _own(person)))),
        part_units=tuple(
            unit
            for unit in sorted(units)
            if reads_of(policy.powers, policy.kind_of(unit)) is Reads.OWN_PARTS
        ),
    )


def _own(person: Person) -> set[str]:
    """Return the person's unit, unless they act on no case in it."""
    return set() if {*person.roles} <= OVERSEERS else {person.unit}


def _of_cases(policy: Policy, person: Person, at: datetime | None) -> tuple[Capacity, ...]:
    """Return what the roster gives the person at the moment, without roles that act on no case."""
    given = capacities(policy.roster, person.id, at) if at else ()
    return tuple(each for each in given if each.role not in OVERSEERS)


def stood_for(policy: Policy, person: Person, at: datetime) -> str | None:
    """Return the absent person by whom alone this one reads who reported a case; None who may so
    anyway, or not at all.
    """
    given = capacities(policy.roster, person.id, at)
    by = [each.for_person for each in given if each.role in _CALLS_BACK]
    return None if not by or None in by else by[0]


def units_of(policy: Policy, person: Person, at: datetime | None = None) -> set[str]:
    """Return the person's own unit, those of the moment's duties and of absent persons whose deputy
    this one is, and those that any of them took over.
    """
    given = _of_cases(policy, person, at)
    return _with_taken_over(policy, {*_own(person), *(each.unit for each in given)})


def _with_taken_over(policy: Policy, own: set[str]) -> set[str]:
    """Return these units, and those that any of them took over."""
    successors = policy.roster.successors
    return {*own, *(gone for gone, _ in successors if current_successor(successors, gone) in own)}


def may_read(case: Case, command: Command) -> bool:
    """Return True if the actor of a command may read the case: the rule of `reach_of`.

    A source acts as reporter only on cases that it filed, which its door has looked up; and the
    superior that issued a case is told of it.
    """
    role, plan = command.actor.role, case.plan
    if role in _EVERY_UNIT or role is Role.REPORTER:
        return True
    if role is Role.SUPERIOR and plan.complaint.superior is not None:
        return speaks_for_issuer(case, command)
    supervisors = plan.supervisors or ()
    return belongs_to(command, *parties(case), *supervisors, plan.platform, plan.office)


def shut_out(case: Case, command: Command) -> tuple[Refusal, str] | None:
    """Return why a person who handles cases for a unit gives the case no command, from rules 3 on:
    their unit has no part in it. A refusal by its stage, tier or holder would tell them of it.

    Officers of a penalty may be of any unit that penalises (执法人员), and a resource that the case
    has reserved is released by its unit.
    """
    actor, plan = command.actor, case.plan
    if not plan.follows(3) or actor.role not in CREW or may_read(case, command):
        return None
    reserved = case.reservations or ()
    named = {id_ for part in case.parts for id_ in part.officers} | {each.by for each in reserved}
    concerned = belongs_to(command, plan.issuer_unit, *(each.unit for each in reserved))
    if concerned or named & {actor.id, actor.for_person}:
        return None
    return Refusal.NOT_READABLE, f"{actor.unit or 'this person'} has no part in this case"


def inquired_into(case: Case) -> tuple[str, ...]:
    """Return the units into whose duty an inquiry inquires: those that have or had the case, or
    help or helped it.
    """
    units = dict.fromkeys((case.holder, *case.had, *case.members, *case.helped))
    return tuple(unit for unit in units if unit)


def reads_duty(reach: Reach, case: Case) -> bool:
    """Return whether a person reads what the case inquires into the duty of officials.

    A leader from above the town does where that unit issued the case, or it was reported up.
    """
    own, plan = {*reach.own}, case.plan
    above = not own.isdisjoint(plan.guided_by or ())
    theirs = case.reported_above or plan.issuer_unit in own
    concerned = not own.isdisjoint(inquired_into(case))
    return reach.inquires and not concerned and (theirs or not above)


def is_of_duty(part: str) -> bool:
    """Return True for the name of the track of an inquiry that is into the duty of officials.

    Each command opens one into the matter, and after it one into the duty.
    """
    return any(
        row.tracks > 1 and _number(part, kind) % row.tracks == 0
        for kind, row in PART_TYPES.items()
        if part.startswith(f"{kind}-")
    )


def _number(part: str, kind: PartKind) -> int:
    number = part.removeprefix(f"{kind}-")
    return int(number) if number.isdecimal() else 1


def is_withheld(fact: Fact, *, inquires: bool, units: Collection[str] | None) -> bool:
    """Return whether a reader of the case may see that this happened, and not what it says.

    What is inquired into the duty of officials is for those who inquire; a piece of a folder for
    the units that are named as its readers. `units`: the reader's; None: reads for every unit.
    """
    match fact:
        case PartOpened() | PartMoved():
            return is_of_duty(fact.part) and not inquires
        case PieceAdded():
            return units is not None and not {*fact.readers} & {*units}
        case _:
            return False
